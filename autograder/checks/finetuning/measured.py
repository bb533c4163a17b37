"""What a student returned, as numbers that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.data import describe, numbers_of
from autograder.checks.errors import UnacceptableValue
from autograder.checks.measured import MISFIT

__all__ = ["array_of", "entry", "relative_error"]


def array_of(value: Any) -> NDArray[np.float64] | None:
    """Return the real numbers in `value`, or None if it holds something else."""
    try:
        array: NDArray[np.float64] = numbers_of(value)
    except UnacceptableValue:
        return None
    return array if array.dtype.kind == "f" else None


def entry(value: Any, key: str) -> Any:
    """Return what the student's dictionary holds under `key`.

    Raises
    ------
    UnacceptableValue
        `value` is no dictionary or has no such key.
    """
    if not isinstance(value, Mapping) or key not in value:
        raise UnacceptableValue(f"the result is {describe(value)}, not a dictionary with {key!r}")
    return value[key]


def relative_error(got: Any, wanted: NDArray[np.float64]) -> float | str:
    r"""Return :math:`\|g - w\| / \|w\|`, or what is wrong in words."""
    array = array_of(got)
    if array is None or array.shape != wanted.shape:
        return MISFIT
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(array - wanted)) / (float(np.linalg.norm(wanted)) or 1.0)
