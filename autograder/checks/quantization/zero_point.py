"""Checks of asymmetric quantization: a scale and a zero point."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.finding import Bounds, Finding
from autograder.checks.measured import MISFIT, finding
from autograder.checks.quantization.errors import (
    Per,
    as_array,
    dequantize,
    errors_in_scales,
    root_mean_square,
)

__all__ = ["ends_used", "interior_rms", "whole_zero_point", "zero_is_exact"]


def interior_rms(
    x: Any,
    codes: Any,
    scale: Any,
    zero_point: Any,
    *,
    low: float = 0.20,
    high: float = 0.40,
    bits: int = 8,
    per: Per = "tensor",
    name: str = "typical error",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    r"""Measure the root mean square of errors inside the range, in units of our own scale.

    Our scale is the extent of the data over ``2**bits - 1``. The ends are left out because the
    rounding of the zero point may clip there by up to half a scale. :math:`1/\sqrt{12}` = 0.289
    for a right quantizer (0.287 to 0.291 measured), 0.575 for truncation; symmetric absmax on
    one-sided data has scales twice as wide and measures 0.58.
    """
    errors = errors_in_scales(x, codes, scale, zero_point, bits=bits, per=per, scheme="range")
    measured: float | str = MISFIT
    if errors is not None:
        array = as_array(codes)
        half = 2 ** (bits - 1)
        inside = errors[(array > -half) & (array < half - 1)]
        measured = "codes at the ends only"
        if inside.size:
            measured = root_mean_square(inside)
    bounds = Bounds(low, high, "linear")
    return finding(name, measured, bounds, unit="scales", weight=weight, hint=hint)


def zero_is_exact(
    x: Any,
    codes: Any,
    scale: Any,
    zero_point: Any,
    *,
    name: str = "what zero becomes",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that 0.0 comes back as exactly 0.0: padding, ReLU and dropout depend on it.

    A zero point that was not rounded leaves 2e-6 to 1.4e-2 here and is visible in no other
    measure of the error. An exact comparison.

    Parameters
    ----------
    x : array
        Contains 0.0 and numbers of both signs, or 0.0 as an extreme.
    """
    zeros = as_array(x) == 0.0
    restored = dequantize(codes, scale, zero_point)
    measured: float | str = MISFIT
    if restored is not None and restored.shape == zeros.shape:
        measured = float(np.abs(restored[zeros]).max(initial=0.0))
    bounds = Bounds(0.0, 0.0, "exact")
    return finding(name, measured, bounds, weight=weight, hint=hint)


def whole_zero_point(
    zero_point: Any,
    *,
    name: str = "zero point",
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    """Check that every zero point is a whole number, of whatever type. An exact comparison."""
    array = as_array(zero_point)
    bounds = Bounds(0.0, 0.0, "exact")
    measured: float | str = "no number"
    if array.dtype.kind in "fiu" and array.size:
        wide = array.astype(np.float64)
        measured = float(np.abs(wide - np.round(wide)).max()) if np.isfinite(wide).all() else "NaN"
    return finding(
        name,
        measured,
        bounds,
        unit="distance to a whole number",
        weight=weight,
        gate=gate,
        hint=hint,
    )


def ends_used(
    codes: Any,
    *,
    bits: int = 8,
    at_least: int = 254,
    name: str = "range of codes in use",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the largest code minus the smallest.

    255 of 8 bits, 254 if a rounding left one out.

    Symmetric absmax on one-sided data uses 127; an extent divided by 127 instead of 255 too.
    An exact comparison.
    """
    array = as_array(codes)
    measured: float | str = MISFIT
    if array.size and array.dtype.kind in "iu":
        measured = float(int(array.max()) - int(array.min()))
    bounds = Bounds(at_least, 2**bits - 1, "exact")
    return finding(name, measured, bounds, unit="codes", weight=weight, hint=hint)
