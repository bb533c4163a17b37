"""From a measured number and its bounds to a finding."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.data import describe, numbers_of
from autograder.checks.errors import UnacceptableValue
from autograder.checks.finding import Bounds, Finding

__all__ = ["MISFIT", "array_of", "entry", "finding", "relative_error"]

MISFIT = "shapes that do not fit together"


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


def finding(
    name: str,
    measured: float | str,
    bounds: Bounds,
    *,
    unit: str = "",
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
    wanted: str = "",
) -> Finding:
    """Make the finding for a number; a text fails, and so does what is not finite."""
    if not isinstance(measured, str) and not math.isfinite(measured):
        measured = "not a finite number"
    number = None if isinstance(measured, str) else float(measured)
    return Finding(
        name=name,
        passed=number is not None and bounds.contains(number),
        measured=measured,
        wanted=wanted or bounds.describe(),
        unit=unit if number is not None else "",
        weight=weight,
        gate=gate,
        hint=hint,
        bounds=bounds,
    )
