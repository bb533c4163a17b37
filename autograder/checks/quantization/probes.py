"""Checks that call a student's function on data of ours, where a mistake hides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from autograder.checks.errors import NotAttempted, StudentError
from autograder.checks.finding import Bounds, Finding
from autograder.checks.measured import MISFIT, finding
from autograder.checks.quantization.errors import as_array, broadcast_scale, dequantize
from autograder.checks.run import Run
from autograder.checks.text import student_text
from autograder.checks.values import unpack

__all__ = ["Library", "as_input", "constant_arrays", "dequantizes", "zero_rows"]

Library = Literal["torch", "numpy"]


def as_input(x: NDArray[Any], library: Library = "torch") -> Any:
    """Return a float32 array in the library that the student works with."""
    array = np.ascontiguousarray(x, dtype=np.float32)
    if library == "numpy":
        return array
    import torch

    return torch.from_numpy(array)


def zero_rows(
    run: Run,
    function: str,
    *,
    shape: tuple[int, int] = (6, 32),
    row: int = 2,
    library: Library = "torch",
    name: str = "a row of zeros",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that a row of zeros comes back as zeros, with a positive, finite scale.

    Calls ``function(x)`` on float32 data of `shape` whose row number `row` is zero (give it one
    row for a function with one scale for everything). Without a guard the scale is 0 and the codes
    are 0/0. An exact comparison.

    Parameters
    ----------
    library : {"torch", "numpy"}
        What the student's function takes.
    """
    x = run.rng.normal(size=shape).astype(np.float32)
    x[row] = 0.0
    bounds = Bounds(0.0, 0.0, "exact")
    measured: float | str = "a scale of zero or NaN"
    try:
        codes, scale = unpack(run.call(function, as_input(x, library)), 2)
    except NotAttempted:
        raise
    except StudentError as error:
        measured = student_text(error)
    else:
        wide = broadcast_scale(scale, x.shape)
        restored = dequantize(codes, scale)
        if wide is None or restored is None or restored.shape != x.shape:
            measured = MISFIT
        elif np.all(np.isfinite(wide[row])) and np.all(wide[row] > 0):
            measured = float(np.abs(restored[row]).max())
    return finding(name, measured, bounds, unit="largest number", weight=weight, hint=hint)


def dequantizes(
    run: Run,
    function: str,
    codes: Any,
    scale: Any,
    zero_point: Any = None,
    *,
    at_most: float = 1e-3,
    name: str = "dequantized numbers",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that ``function(codes, scale[, zero_point])`` is ``(codes - zero_point) * scale``.

    Measured as the largest distance to ours, in units of the scale, which float32 arithmetic
    keeps below 1e-4 for codes and zero points of up to a thousand. Exact but for that.

    Parameters
    ----------
    codes : tensor, any shape
    scale, zero_point : float and int, or tensors that broadcast against `codes`
        Without a zero point the function is called with two arguments.
    """
    arguments = (codes, scale) if zero_point is None else (codes, scale, zero_point)
    expected = dequantize(*arguments)
    bounds = Bounds(None, at_most, "exact")
    measured: float | str = MISFIT
    try:
        restored = as_array(run.call(function, *arguments))
    except NotAttempted:
        raise
    except StudentError as error:
        measured = student_text(error)
    else:
        unit = broadcast_scale(scale, restored.shape)
        if restored.dtype.kind != "f":
            measured = f"numbers of type {restored.dtype.name}"
        elif expected is not None and unit is not None and restored.shape == expected.shape:
            with np.errstate(all="ignore"):
                measured = float((np.abs(restored - expected) / unit).max())
    return finding(name, measured, bounds, unit="scales", weight=weight, hint=hint)


def constant_arrays(
    run: Run,
    function: str,
    *,
    constants: Sequence[float] = (3.7, -0.02, 0.0),
    at_most: float = 1e-3,
    library: Library = "torch",
    name: str = "data that is constant",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that an array of equal numbers, which has no extent, comes back as it was.

    Calls ``function(x)`` once a constant. Without a guard the scale is 0 and the result NaN. The
    largest relative error counts (the absolute one at 0); exact but for float32 arithmetic.
    """
    bounds = Bounds(None, at_most, "exact")
    worst: float | str = 0.0
    for constant in constants:
        x = np.full((3, 5), constant, dtype=np.float32)
        try:
            codes, scale, zero_point = unpack(run.call(function, as_input(x, library)), 3)
        except NotAttempted:
            raise
        except StudentError as error:
            worst = student_text(error)
            break
        restored = dequantize(codes, scale, zero_point)
        wide = broadcast_scale(scale, x.shape)
        if restored is None or wide is None or restored.shape != x.shape:
            worst = MISFIT
            break
        if not (np.isfinite(wide).all() and (wide > 0).all()):
            worst = "a scale of zero or NaN"
            break
        distance = float(np.abs(restored - constant).max()) / (abs(constant) or 1.0)
        worst = max(worst, distance) if distance == distance else "not a finite number"
        if isinstance(worst, str):
            break
    return finding(name, worst, bounds, unit="relative", weight=weight, hint=hint)
