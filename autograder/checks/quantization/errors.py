"""Reconstruction errors in units of the grader's own scale: the quantity behind most checks."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from autograder.checks.errors import UnacceptableValue

__all__ = [
    "Per",
    "Scheme",
    "as_array",
    "broadcast_scale",
    "dequantize",
    "dtype_name",
    "errors_in_scales",
    "our_scale",
    "root_mean_square",
    "top_code",
]

Per = Literal["tensor", "row"]
Scheme = Literal["absmax", "range"]
Floats = NDArray[np.float64]


def top_code(bits: int) -> int:
    """Return the largest code of a symmetric quantizer: 127 for 8 bits, 7 for 4."""
    return int(2 ** (bits - 1) - 1)


def as_array(value: Any) -> NDArray[Any]:
    """Return a numpy array of `value`: a tensor, an array, a number or nested lists of numbers.

    numpy has no bfloat16, so such a tensor is widened to float32, which changes no number.

    Raises
    ------
    UnacceptableValue
        `value` is no array of numbers.
    """
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        if dtype_name(value) == "bfloat16":
            value = value.float()
        value = value.numpy()
    try:
        return np.asarray(value)
    except (TypeError, ValueError) as error:
        raise UnacceptableValue("the result is not an array of numbers") from error


def dtype_name(value: Any) -> str:
    """Return the name of the type of the numbers, ``"int8"`` for numpy and for torch alike."""
    dtype = value.dtype if hasattr(value, "dtype") else as_array(value).dtype
    return str(dtype).removeprefix("torch.")


def our_scale(x: Any, *, bits: int = 8, per: Per = "tensor", scheme: Scheme = "absmax") -> Floats:
    r"""Return the scale that a right quantizer has for `x`.

    .. math:: s_\text{absmax} = \frac{\max|x|}{2^{b-1}-1}, \qquad
              s_\text{range} = \frac{\max x - \min x}{2^b-1}

    Parameters
    ----------
    x : array, shape (rows, columns) if `per` is ``"row"``, else any
    bits : int
        The bits :math:`b` of a code.
    per : {"tensor", "row"}
        One scale for everything or one a row, that is, one an output of a linear layer.
    scheme : {"absmax", "range"}
        Symmetric around zero, or from the smallest to the largest number (with a zero point).

    Returns
    -------
    array, shape (rows, 1) or ()
        Where a row has no extent the scale is 1, so that its errors stay finite.

    References
    ----------
    Jacob et al. (2018), arXiv:1712.05877; Dettmers et al. (2022), arXiv:2208.07339.
    """
    array = as_array(x).astype(np.float64)
    axis = 1 if per == "row" else None
    keep = per == "row"
    if scheme == "absmax":
        scale = np.abs(array).max(axis=axis, keepdims=keep) / top_code(bits)
    else:
        extent = array.max(axis=axis, keepdims=keep) - array.min(axis=axis, keepdims=keep)
        scale = extent / (2**bits - 1)
    return np.asarray(np.where(scale > 0, scale, 1.0), dtype=np.float64)


def broadcast_scale(scale: Any, shape: tuple[int, ...]) -> Floats | None:
    """Broadcast a student's scale or zero point to `shape`; None if it does not fit.

    A vector with one number a row is read as a column.
    """
    array = as_array(scale)
    if array.dtype.kind not in "fiu":
        return None
    array = array.astype(np.float64)
    if array.ndim == 1 and len(shape) == 2 and array.shape == (shape[0],):
        array = array[:, np.newaxis]
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        return None


def dequantize(codes: Any, scale: Any, zero_point: Any = 0) -> Floats | None:
    """Return ``(codes - zero_point) * scale``, or None if the shapes do not fit."""
    array = as_array(codes)
    if array.dtype.kind not in "fiu":
        return None
    wide = broadcast_scale(scale, array.shape)
    offset = broadcast_scale(zero_point, array.shape)
    if wide is None or offset is None:
        return None
    with np.errstate(all="ignore"):
        result: Floats = (array.astype(np.float64) - offset) * wide
    return result


def errors_in_scales(
    x: Any,
    codes: Any,
    scale: Any,
    zero_point: Any = 0,
    *,
    bits: int = 8,
    per: Per = "tensor",
    scheme: Scheme = "absmax",
) -> Floats | None:
    """Return the error of each number after dequantizing, divided by the scale that we have for it.

    Parameters
    ----------
    x : array, any shape, or (rows, columns) if `per` is ``"row"``
        What was quantized.
    codes, scale, zero_point
        What the student returned: codes of the shape of `x`; scale and zero point a number, or
        shape (rows, 1) or (rows,).
    bits, per, scheme
        As in :func:`our_scale`: the unit.

    Returns
    -------
    array of the shape of `x`, or None
        None if the shapes do not fit together.
    """
    array = as_array(x).astype(np.float64)
    restored = dequantize(codes, scale, zero_point)
    if restored is None or restored.shape != array.shape:
        return None
    with np.errstate(all="ignore"):
        result: Floats = (restored - array) / our_scale(array, bits=bits, per=per, scheme=scheme)
    return result


def root_mean_square(errors: Floats) -> float:
    """Return the root of the mean of the squares; infinite or NaN if an error is."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.mean(np.square(errors))))
