"""Plain values that may be anything: their numbers, their shape, their words, their equality."""

from __future__ import annotations

import math
import numbers
import sys
from typing import Any

from autograder.checks.errors import CheckError, UnacceptableValue
from autograder.checks.text import StudentText, clean

__all__ = [
    "describe",
    "difference",
    "is_array",
    "is_shown",
    "number_of",
    "numbers_of",
    "same",
    "shape_of",
]

SHOWN = 80
SEARCHED = 100_000
"""Numbers of an array among which the first difference is looked for."""


def numbers_of(value: Any) -> Any:
    """Return the numbers in `value` as a numpy array of float64, or complex128 if complex.

    Parameters
    ----------
    value
        A number, an array, a tensor of any dtype, or nested lists of numbers of regular shape.

    Raises
    ------
    UnacceptableValue
        `value` is something else.
    """
    import numpy as np

    if _is_tensor(value):
        value = value.detach().cpu()
        value = (value.to(_torch().complex128 if value.is_complex() else _torch().float64)).numpy()
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError, RuntimeError) as error:
        raise UnacceptableValue(f"the result is {describe(value)}, not numbers") from error
    if array.dtype.kind not in "biufc":
        raise UnacceptableValue(f"the result is {describe(value)}, not numbers")
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def number_of(value: Any) -> float | None:
    """Return the real number that `value` is, a 0-d array included, or None; no bool is one."""
    value = _python_scalar(value)
    is_real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    try:
        return float(value) if is_real else None
    except OverflowError:  # an integer may have thousands of digits
        return math.inf if value > 0 else -math.inf


def shape_of(value: Any) -> tuple[int, ...] | None:
    """Return the shape of an array, a tensor or nested lists of numbers, or None."""
    if is_array(value):
        return tuple(value.shape)
    try:
        return tuple(numbers_of(value).shape)
    except UnacceptableValue:
        return None


def describe(value: Any) -> StudentText:
    """Return `value` in a few words: a short value itself, else its type and size."""
    summary = _summary(value)
    if summary is not None:
        return StudentText(summary)
    return StudentText(clean(str(value.item()) if is_array(value) else repr(value), SHOWN))


def is_shown(value: Any) -> bool:
    """Whether :func:`describe` shows `value` itself, and not its type and size."""
    return _summary(value) is None


def _summary(value: Any) -> str | None:
    """The type and size of what is too long to be shown itself; None of what is not."""
    if is_array(value):
        if value.shape == ():
            return None
        kind = "torch tensor" if _is_tensor(value) else "numpy array"
        dtype = str(value.dtype).removeprefix("torch.")
        return f"a {kind} of {dtype}, shape {tuple(value.shape)}"
    if isinstance(value, str | bytes) and len(value) > SHOWN:
        return f"a {type(value).__name__} of length {len(value):,}"
    if isinstance(value, list | tuple | dict | set | frozenset):
        short = len(value) <= 8 and all(_is_short(item) for item in value)
        if not short or (isinstance(value, dict) and not all(map(_is_short, value.values()))):
            return f"a {type(value).__name__} of {len(value):,} items"
    return None


def difference(got: Any, wanted: Any) -> tuple[StudentText, StudentText]:
    """Return two values that are not :func:`same` in a few words: where they first differ.

    Returns
    -------
    (StudentText, StudentText)
        What is got and what is wanted, such as ``item 2 is 'b'`` and ``item 2 is 'c'``.
    """
    where: list[str] = []
    while True:
        step = _first_difference(got, wanted)
        if step is None:
            break
        place, got, wanted = step
        where.append(place)
    path = ", ".join(where[:3])
    shown, right = describe(got), describe(wanted)
    if shown == right:
        shown, right = StudentText(f"another {shown[2:]}"), StudentText(right)
    if path:
        shown, right = StudentText(f"{path} is {shown}"), StudentText(f"{path} is {right}")
    return StudentText(clean(shown, 2 * SHOWN)), StudentText(clean(right, 2 * SHOWN))


def _first_difference(got: Any, wanted: Any) -> tuple[str, Any, Any] | None:
    """Return where two containers of one kind first differ, and what is there; None if elsewhere.

    A place that only one of them has is none: then their sizes tell enough.
    """
    if isinstance(got, list | tuple) and isinstance(wanted, list | tuple):
        pairs: Any = enumerate(zip(got, wanted, strict=False))
    elif isinstance(got, dict) and isinstance(wanted, dict):
        pairs = ((repr(k), (got[k], wanted[k])) for k in wanted if k in got)
    elif (
        is_array(got)
        and is_array(wanted)
        and tuple(got.shape) == tuple(wanted.shape) != ()
        and math.prod(wanted.shape) <= SEARCHED
        and _is_tensor(got) == _is_tensor(wanted)
    ):
        pairs = enumerate(zip(got, wanted, strict=True))
    else:
        return None
    for place, (mine, right) in pairs:
        if not same(mine, right):
            return f"item {place}", mine, right
    return None


def _is_short(value: object) -> bool:
    return value is None or (
        isinstance(value, bool | int | float | str | bytes) and len(str(value)) <= SHOWN // 4
    )


def same(got: Any, wanted: Any) -> bool:
    """Whether `got` is the plain value `wanted`; see :func:`autograder.checks.values.equal`."""
    got, wanted = _python_bool(got), _python_bool(wanted)
    if is_array(wanted) or is_array(got):
        return _same_array(got, wanted)
    if isinstance(wanted, bool) or isinstance(got, bool):
        return type(got) is type(wanted) and got == wanted
    if isinstance(wanted, numbers.Number):
        both_nan = got != got and wanted != wanted
        return isinstance(got, numbers.Number) and bool(got == wanted or both_nan)
    if isinstance(wanted, list | tuple):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(wanted)
            and all(same(g, w) for g, w in zip(got, wanted, strict=True))
        )
    if isinstance(wanted, dict):
        return (
            isinstance(got, dict)
            and got.keys() == wanted.keys()
            and all(same(got[key], wanted[key]) for key in wanted)
        )
    if isinstance(wanted, set | frozenset):
        return isinstance(got, set | frozenset) and got == wanted
    if wanted is None or isinstance(wanted, str | bytes):
        return type(got) is type(wanted) and bool(got == wanted)
    raise CheckError(f"A {type(wanted).__name__} is nothing that a student's code could return.")


def _same_array(got: Any, wanted: Any) -> bool:
    import numpy as np

    if _is_tensor(got) != _is_tensor(wanted):
        return False
    if not (is_array(got) and is_array(wanted)):
        # numpy's 0-d results and Python's numbers are one thing to whoever computes them.
        got, wanted = _python_scalar(got), _python_scalar(wanted)
        return not (is_array(got) or is_array(wanted)) and same(got, wanted)
    if tuple(got.shape) != tuple(wanted.shape):
        return False
    if _is_tensor(wanted) and got.dtype == wanted.dtype and not wanted.is_floating_point():
        return bool(_torch().equal(got, wanted))
    if not _is_tensor(wanted) and got.dtype.kind in "iu" and wanted.dtype.kind in "iu":
        return bool(np.array_equal(got, wanted))
    return bool(np.array_equal(numbers_of(got), numbers_of(wanted), equal_nan=True))


def _python_bool(value: Any) -> Any:
    return bool(value) if type(value).__name__ in ("bool", "bool_") else value


def _python_scalar(value: Any) -> Any:
    return value.item() if is_array(value) and value.shape == () else value


def is_array(value: Any) -> bool:
    """Whether `value` is a numpy array or scalar, or a torch tensor."""
    import numpy as np

    return isinstance(value, np.ndarray | np.generic) or _is_tensor(value)


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _torch() -> Any:
    return sys.modules["torch"]
