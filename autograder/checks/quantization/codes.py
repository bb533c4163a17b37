"""Checks of codes and scales: symmetric (absmax) quantization of one array.

The thresholds were measured on the weights of a small Llama model and on probe arrays; the
figures beside each default are the right quantizer and the nearest wrong one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks.finding import Bounds, Finding
from autograder.checks.measured import MISFIT, finding
from autograder.checks.quantization.errors import (
    Per,
    Scheme,
    as_array,
    broadcast_scale,
    dequantize,
    dtype_name,
    errors_in_scales,
    our_scale,
    root_mean_square,
    top_code,
)

__all__ = [
    "codes_in_range",
    "error_in_scales",
    "one_scale_per_row",
    "reconstruction",
    "rounding_bias",
    "rounding_rms",
    "rows_touch_end",
    "scale_ratio",
]


def codes_in_range(
    codes: Any,
    *,
    bits: int = 8,
    shape: Sequence[int],
    symmetric: bool = True,
    dtype: str = "int8",
    name: str = "codes",
    gate: bool = True,
    hint: str = "",
) -> Finding:
    """Check that codes have the type and shape asked for and lie in the range of `bits`.

    This is what tells codes from rounded or half-precision numbers that are merely called int8:
    in them every later measure is *too good*. An exact comparison; a gate by default.

    Parameters
    ----------
    codes : array
    bits : int
        Range of a code: plus and minus ``2**(bits-1) - 1``, one more below if not `symmetric`.
    shape : sequence of int
        Shape of what was quantized.
    dtype : str
        Name of the type that stores the codes.
    """
    top = top_code(bits)
    bounds = Bounds(-top if symmetric else -top - 1, top, "exact")
    array = as_array(codes)
    measured: float | str
    if array.dtype.kind not in "iu" or dtype_name(codes) != dtype:
        measured = f"numbers of type {dtype_name(codes)[:20]}"
    elif array.shape != tuple(shape):
        measured = f"shape {array.shape}"
    elif array.size == 0:
        measured = "no codes"
    else:
        low, high = int(array.min()), int(array.max())
        measured = float(low if -low > high else high)
    wanted = f"{dtype}, shape {tuple(shape)}, {bounds.describe()}"
    return finding(name, measured, bounds, unit="largest code", gate=gate, hint=hint, wanted=wanted)


def one_scale_per_row(
    scale: Any, *, rows: int, name: str = "one scale a row", gate: bool = True, hint: str = ""
) -> Finding:
    """Check that the scale has shape (rows, 1) or (rows,), each positive and finite.

    An exact comparison; a gate by default, since everything else assumes it.
    """
    array = as_array(scale)
    fits = array.shape in ((rows, 1), (rows,)) and array.dtype.kind == "f"
    positive = fits and bool(np.all(np.isfinite(array)) and np.all(array > 0))
    measured = f"{dtype_name(scale)[:20]}, shape {array.shape}"
    if fits and not positive:
        measured = "a scale that is not positive and finite"
    return Finding(
        name=name,
        passed=positive,
        measured=measured,
        wanted=f"positive floats, shape ({rows}, 1)",
        gate=gate,
        hint=hint,
    )


def reconstruction(
    x: Any,
    codes: Any,
    scale: Any,
    zero_point: Any = 0,
    *,
    at_most: float = 0.1,
    name: str = "relative error",
    gate: bool = True,
    hint: str = "",
) -> Finding:
    r"""Measure whether codes times scale are recognizably `x`.

    The relative error :math:`\|\hat x - x\| / \|x\|`.

    A coarse stop for stubs (zeros, ones, random codes: 1 or more; a scale from the mean: 0.5).
    Any 8-bit quantizer of data without extreme outliers stays below 0.03 and even most wrong
    ones pass, so it is a gate and earns nothing.
    """
    array = as_array(x).astype(np.float64)
    restored = dequantize(codes, scale, zero_point)
    measured: float | str = MISFIT
    if restored is not None and restored.shape == array.shape:
        norm = float(np.linalg.norm(array)) or 1.0
        with np.errstate(all="ignore"):
            measured = float(np.linalg.norm(restored - array)) / norm
    return finding(name, measured, Bounds(None, at_most, "log"), gate=gate, hint=hint)


def error_in_scales(
    x: Any,
    codes: Any,
    scale: Any,
    zero_point: Any = 0,
    *,
    at_most: float = 0.65,
    bits: int = 8,
    per: Per = "tensor",
    scheme: Scheme = "absmax",
    name: str = "largest error",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the largest error of a number, in units of our own scale (of its row).

    Rounding to nearest is off by half a scale at most: 0.500, or 0.549 if the scale was stored as
    float16. Truncation, flooring, a range of 128 and 7 bits give 0.98 to 1.0; 0.65 lies 30 % of
    the way. Which way exact halves are rounded does not matter.

    Parameters
    ----------
    x, codes, scale, zero_point, bits, per, scheme
        As in :func:`autograder.checks.quantization.errors_in_scales`.
    at_most : float
        In scales.
    """
    errors = errors_in_scales(x, codes, scale, zero_point, bits=bits, per=per, scheme=scheme)
    measured = MISFIT if errors is None else float(np.abs(errors).max())
    bounds = Bounds(None, at_most, "linear")
    return finding(name, measured, bounds, unit="scales", weight=weight, hint=hint)


def rounding_rms(
    x: Any,
    codes: Any,
    scale: Any,
    zero_point: Any = 0,
    *,
    low: float = 0.20,
    high: float = 0.40,
    bits: int = 8,
    per: Per = "tensor",
    scheme: Scheme = "absmax",
    name: str = "typical error",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    r"""Measure the root mean square of the errors, in units of our own scale.

    It is bounded from both sides.

    Rounding to nearest spreads the error evenly over half a scale to either side, so the result
    is :math:`1/\sqrt{12} = 0.289` on any smooth data of 1,000 numbers or more. Truncation and
    7 bits give 0.575 to 0.58. Below 0.2 nothing was quantized: bfloat16 measures 0.07, float16
    0.009. *Too good is wrong too.*
    """
    errors = errors_in_scales(x, codes, scale, zero_point, bits=bits, per=per, scheme=scheme)
    measured = MISFIT if errors is None else root_mean_square(errors)
    bounds = Bounds(low, high, "linear")
    return finding(name, measured, bounds, unit="scales", weight=weight, hint=hint)


def rounding_bias(
    x: Any,
    codes: Any,
    scale: Any,
    *,
    at_most: float = 0.15,
    bits: int = 8,
    per: Per = "tensor",
    name: str = "bias of rounding",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the size of the mean error on *positive* data, in units of our own scale.

    0.00 for rounding to nearest (0.02 by chance with 1,000 numbers), 0.5 for truncation, flooring
    and rounding up; 0.15 lies 28 % of the way. On weights, which are symmetric around zero,
    flooring has no bias at all: hence positive data.

    Parameters
    ----------
    x : array of positive numbers, 1,000 or more
        The standard error of the mean is 0.29 over the root of their number.
    """
    errors = errors_in_scales(x, codes, scale, bits=bits, per=per)
    measured: float | str = MISFIT
    if errors is not None:
        with np.errstate(all="ignore"):
            measured = abs(float(np.mean(errors)))
    bounds = Bounds(None, at_most, "linear")
    return finding(name, measured, bounds, unit="scales", weight=weight, hint=hint)


def rows_touch_end(
    codes: Any,
    *,
    bits: int = 8,
    at_least: float = 0.999,
    name: str = "rows that use the whole range",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the share of rows in which some code has the largest magnitude, 127 for 8 bits.

    Exactly 1 for absmax with a scale a row, since the extreme of each row maps there; 0.88 for
    truncation, 0.55 for clipping at three sigma's scale, 0.51 for a scale a column, 0 for 7 bits
    or a scale a tensor. An exact statement, so no margin: a row less is a wrong row.

    Parameters
    ----------
    codes : array, shape (rows, columns)
    """
    array = as_array(codes)
    measured: float | str = MISFIT
    if array.ndim == 2 and array.size and array.dtype.kind in "fiu":
        ends = np.abs(array.astype(np.float64)).max(axis=1) == top_code(bits)
        measured = float(ends.mean())
    bounds = Bounds(at_least, None, "exact")
    return finding(name, measured, bounds, unit="of rows", weight=weight, hint=hint)


def scale_ratio(
    x: Any,
    scale: Any,
    *,
    at_most: float = 3e-3,
    bits: int = 8,
    per: Per = "tensor",
    scheme: Scheme = "absmax",
    name: str = "scale",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the largest relative distance of a scale to ours, ``|scale / ours - 1|``.

    0 for the right formula, 5e-4 if stored as float16; dividing by 128 instead of 127 is 7.8e-3
    away. 3e-3 lies 34 % of the way from the float16 scale.
    """
    ours = our_scale(x, bits=bits, per=per, scheme=scheme)
    theirs = broadcast_scale(scale, ours.shape)
    measured: float | str = MISFIT
    if theirs is not None:
        with np.errstate(all="ignore"):
            measured = float(np.abs(theirs / ours - 1).max())
    elif (wide := broadcast_scale(scale, as_array(x).shape)) is not None:
        with np.errstate(all="ignore"):
            measured = float(np.abs(wide / ours - 1).max())
    bounds = Bounds(None, at_most, "linear")
    return finding(name, measured, bounds, unit="relative", weight=weight, hint=hint)
