"""Findings for any course: a value is equal, close, between, of a shape, of a type, finite.

Each takes the finding's `name` first. What a student's code returned may be anything that the
codec lets through; no finding raises for it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograder.checks.data import (
    describe,
    difference,
    is_shown,
    number_of,
    numbers_of,
    same,
    shape_of,
)
from autograder.checks.errors import NotAttempted, StudentError, UnacceptableValue
from autograder.checks.finding import Bounds, Finding, Scale
from autograder.checks.run import Run
from autograder.checks.text import student_text

__all__ = [
    "attempt",
    "between",
    "close",
    "describe",
    "dtype_is",
    "equal",
    "failed",
    "is_finite",
    "numbers_of",
    "shape_is",
    "unpack",
]

EXACT = Bounds(scale="exact")


def attempt(
    name: str,
    run: Run,
    function: str,
    /,
    *args: Any,
    then: Callable[[Any], Finding],
    kwargs: Mapping[str, Any] | None = None,
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    """Call the student's `function` and have `then` judge the result, at the price of one finding.

    Parameters
    ----------
    name : str
        Of the finding, whatever `then` calls it.
    run : Run
    function : str
        The student's; called with `args` and `kwargs`.
    then : callable
        From the result to a finding. What it raises as a StudentError fails this finding too.
    weight, gate, hint
        Of the finding, whether the call succeeds or not; an empty hint leaves that of `then`.
    """
    try:
        finding = then(run.call(function, *args, **(kwargs or {})))
    except StudentError as error:
        return failed(name, error, weight=weight, gate=gate, hint=hint)
    return dataclasses.replace(
        finding, name=name, weight=weight, gate=gate, hint=hint or finding.hint
    )


def failed(
    name: str,
    error: StudentError,
    *,
    wanted: str = "an answer",
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    """Return the finding that `error` stands in the way of; not attempted is not wrong."""
    return Finding(
        name=name,
        passed=False,
        measured=student_text(error),
        wanted=wanted,
        weight=weight,
        gate=gate,
        hint=hint,
        attempted=not isinstance(error, NotAttempted),
    )


def between(
    name: str,
    measured: Any,
    low: float | None = None,
    high: float | None = None,
    *,
    unit: str = "",
    scale: Scale = "linear",
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    """Whether a number lies within ``[low, high]``; None is no bound. What is no number fails."""
    number = number_of(measured)
    bounds = Bounds(low, high, scale)
    return Finding(
        name=name,
        passed=number is not None and bounds.contains(number),
        measured=describe(measured) if number is None else number,
        wanted=bounds.describe(),
        unit=unit if number is not None else "",
        weight=weight,
        gate=gate,
        hint=hint,
        bounds=bounds,
    )


def equal(
    name: str,
    got: Any,
    wanted: Any,
    *,
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    """Whether `got` is the plain value `wanted`.

    Numbers are equal by value, whether Python's or numpy's, and a boolean is no number. Lists and
    tuples are alike. An array equals one of the same library, shape and numbers, whatever its
    dtype (see :func:`dtype_is`). NaN equals NaN. Of long values the first difference is told.
    """
    passed = same(got, wanted)
    whole = passed or is_shown(wanted)
    shown, right = (describe(got), describe(wanted)) if whole else difference(got, wanted)
    return Finding(
        name=name,
        passed=passed,
        measured=shown,
        wanted=right,
        weight=weight,
        gate=gate,
        hint=hint,
        bounds=EXACT,
    )


def close(
    name: str,
    got: Any,
    wanted: Any,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    r"""Whether numbers agree within a tolerance.

    What is measured is the largest error in units of the tolerance, at most 1:

    .. math:: \max_i \frac{|g_i - w_i|}{a + r\,|w_i|}

    with :math:`g` got, :math:`w` wanted, :math:`a` `atol` and :math:`r` `rtol`, in float64.
    NaN and infinity agree only with themselves. Another shape, or what holds no numbers, fails.
    """
    reference = numbers_of(wanted)
    details: dict[str, Any] = {"weight": weight, "gate": gate, "hint": hint}
    bounds = Bounds(high=1.0, scale="log")
    try:
        array = numbers_of(got)
    except UnacceptableValue:
        array = None
    if array is None or array.shape != reference.shape:
        return Finding(name, False, describe(got), f"numbers of shape {reference.shape}", **details)
    error = _largest_error(array, reference, rtol, atol)
    return Finding(
        name,
        bounds.contains(error),
        error,
        f"at most 1 (rtol {rtol:g}, atol {atol:g})",
        "tolerances",
        bounds=bounds,
        **details,
    )


def shape_is(name: str, got: Any, shape: Sequence[int], *, hint: str = "") -> Finding:
    """Whether an array, a tensor or nested lists have `shape`; a gate."""
    return _gate(name, shape_of(got) == tuple(shape), _shape_text(got), f"{tuple(shape)}", hint)


def dtype_is(name: str, got: Any, dtype: str, *, hint: str = "") -> Finding:
    """Whether an array or a tensor has the type named `dtype`, such as ``"int8"``; a gate."""
    found = str(getattr(got, "dtype", "")).removeprefix("torch.")
    return _gate(name, found == dtype, found or describe(got), dtype, hint)


def is_finite(name: str, got: Any, *, hint: str = "") -> Finding:
    """Whether `got` holds numbers, and none that is NaN or infinite; a gate."""
    import numpy as np

    try:
        array = numbers_of(got)
    except UnacceptableValue:
        return _gate(name, False, describe(got), "finite numbers", hint)
    count = int(array.size - np.isfinite(array).sum())
    measured = f"{count:,} of {array.size:,} are not finite" if count else "all finite"
    return _gate(name, not count, measured, "finite numbers", hint)


def unpack(value: Any, count: int) -> tuple[Any, ...]:
    """Return the `count` items of a list or tuple.

    Raises
    ------
    UnacceptableValue
        `value` is something else, or has other than `count` items.
    """
    if not isinstance(value, list | tuple) or len(value) != count:
        raise UnacceptableValue(f"the result is {describe(value)}, not {count} values")
    return tuple(value)


def _gate(name: str, passed: bool, measured: str, wanted: str, hint: str) -> Finding:
    return Finding(name, passed, measured, wanted, gate=True, hint=hint, bounds=EXACT)


def _largest_error(got: Any, wanted: Any, rtol: float, atol: float) -> float:
    import numpy as np

    if not wanted.size:
        return 0.0
    same = (got == wanted) | (np.isnan(got) & np.isnan(wanted))
    with np.errstate(all="ignore"):
        errors = np.abs(got - wanted) / (atol + rtol * np.abs(wanted))
    # Where either is not finite, only the same will do: inf over inf would be no number.
    errors = np.where(np.isfinite(got) & np.isfinite(wanted), errors, np.inf)
    return float(np.max(np.where(same, 0.0, errors)))


def _shape_text(value: Any) -> str:
    shape = shape_of(value)
    return describe(value) if shape is None else f"{shape}"
