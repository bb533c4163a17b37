"""Checks of filters on logits: temperature, top-k, top-p, compared by the law that they leave."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.data import describe, numbers_of, shape_of
from autograder.checks.errors import UnacceptableValue
from autograder.checks.finding import Bounds, Finding
from autograder.checks.inference.laws import Floats, softmax, total_variation
from autograder.checks.measured import finding
from autograder.checks.text import StudentText

__all__ = [
    "filters_some",
    "flattens",
    "law_equal",
    "law_of",
    "nucleus_reaches",
    "nucleus_smallest",
]

# A kept token has more than this probability in all inputs, a removed one far less: exp(-1e4),
# which someone may write in place of minus infinity, is 0.
POSSIBLE = 1e-14
UNIT = "of the probability"


def law_of(logits: Any, shape: tuple[int, ...] | None = None) -> Floats | None:
    """Return the probabilities of logits that a student returned, or None.

    None if they have another `shape`, hold NaN or plus infinity, or leave no token in a row.
    """
    try:
        array = numbers_of(logits)
    except UnacceptableValue:
        return None
    if array.dtype.kind != "f" or not array.ndim or (shape is not None and array.shape != shape):
        return None
    if np.isnan(array).any() or np.isposinf(array).any() or np.isneginf(array).all(axis=-1).any():
        return None
    return softmax(array)


def law_equal(
    got: Any,
    wanted: Floats,
    *,
    at_most: float = 1e-5,
    name: str = "law",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that logits leave the same tokens as ours, and measure the distance of the laws.

    Total variation after a softmax in float64, in the worst row. Logits that a filter only
    copies are 0 away; a division in float32 makes it 1e-8 to 3e-7. Mistakes that leave the same
    tokens (another temperature, probabilities for logits) are 0.02 or more away, and 1e-5 lies a
    quarter of the way on a log scale. A token too many or too few fails however little it weighs.
    A constant added to a row, or log-probabilities in place of logits, change nothing.

    Parameters
    ----------
    got : tensor
        The student's logits.
    wanted : array of the same shape
        Our probabilities.
    """
    bounds = Bounds(None, at_most, "log")
    law = law_of(got, wanted.shape)
    measured: float | StudentText
    if law is None:
        measured = _misfit(got, wanted.shape)
    elif difference := _support(law) - _support(wanted):
        more = "many" if difference > 0 else "few"
        text = f"{abs(difference)} token{'s' * (abs(difference) > 1)} too {more}"
        measured = StudentText(text, text)
    elif ((law > POSSIBLE) != (wanted > POSSIBLE)).any():
        measured = StudentText("other tokens are left", "other tokens are left")
    else:
        measured = float(total_variation(law, wanted).max())
    wanted_text = f"the same tokens, {bounds.describe()}"
    unit = "total variation"
    return finding(name, measured, bounds, unit=unit, weight=weight, hint=hint, wanted=wanted_text)


def filters_some(got: Any, logits: Any, *, name: str = "a filter", hint: str = "") -> Finding:
    """Check that logits of the same shape come back, some removed in each row, not all: a gate.

    Exact, yes or no. It stops zeros and the input itself, which are right where there is nothing
    to remove; a filter with one token too many or too few passes.
    """
    shape = tuple(numbers_of(logits).shape)
    law = law_of(got, shape)
    if law is None:
        measured, good = _misfit(got, shape), False
    else:
        left = (law > POSSIBLE).sum(axis=-1)
        good = bool((left < shape[-1]).all())
        text = "some tokens are removed" if good else "nothing is removed"
        measured = StudentText(text, text)
    wanted = f"logits of shape {shape}, minus infinity for some tokens"
    return Finding(name, good, measured, wanted, gate=True, hint=hint)


def flattens(cold: Any, hot: Any, *, name: str = "a higher temperature", hint: str = "") -> Finding:
    """Check that a law has more entropy at a higher temperature than at a lower one: a gate.

    Exact, yes or no: the entropy must grow by 1e-6 nats, which is above the rounding of float32.
    It does so for any law that is not uniform, also for a temperature with a wrong exponent; the
    input returned, zeros and a temperature that multiplies fail.

    Parameters
    ----------
    cold, hot : tensor
        Logits of the same input at two temperatures.
    """
    laws = law_of(cold), law_of(hot)
    good = False
    measured = StudentText("not the logits of two laws", "not the logits of two laws")
    if laws[0] is not None and laws[1] is not None and laws[0].shape == laws[1].shape:
        gain = _entropy(laws[1]) - _entropy(laws[0])
        good = gain > 1e-6
        text = f"entropy {'grows' if good else 'does not grow'}"
        measured = StudentText(text, text)
    return Finding(name, good, measured, "entropy grows", gate=True, hint=hint)


def nucleus_reaches(
    got: Any,
    logits: Any,
    p: float,
    *,
    name: str = "the nucleus holds p",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that the tokens that are left have `p` of the probability or more in each row.

    Exact but for rounding (1e-6): give inputs whose cumulative sums stay 1e-4 away from `p`.
    """
    held = _held(got, logits)
    bounds = Bounds(p - 1e-6, None, "exact")
    measured = _misfit(got, shape_of(logits)) if held is None else float(held.sum(axis=-1).min())
    wanted = f"at least {p:g}"
    return finding(name, measured, bounds, unit=UNIT, weight=weight, hint=hint, wanted=wanted)


def nucleus_smallest(
    got: Any,
    logits: Any,
    p: float,
    *,
    name: str = "the nucleus is as small as can be",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that in each row the nucleus without its least probable token has less than `p`.

    Exact, for inputs whose cumulative sums stay 1e-4 away from `p`. A nucleus that holds less than
    `p` as it is passes: that is for :func:`nucleus_reaches`.
    """
    held = _held(got, logits)
    bounds = Bounds(None, p, "exact")
    measured: float | StudentText
    if held is None:
        measured = _misfit(got, shape_of(logits))
    else:
        least = np.where(held > 0, held, np.inf).min(axis=-1)
        measured = float((held.sum(axis=-1) - least).max())
    wanted = f"less than {p:g} without its last token"
    return finding(name, measured, bounds, unit=UNIT, weight=weight, hint=hint, wanted=wanted)


def _held(got: Any, logits: Any) -> Floats | None:
    """The probabilities, before filtering, of the tokens that are left; 0 elsewhere."""
    whole = softmax(logits)
    law = law_of(got, whole.shape)
    return None if law is None else np.where(law > POSSIBLE, whole, 0.0)


def _support(law: Floats) -> int:
    return int((law > POSSIBLE).sum())


def _entropy(law: Floats) -> float:
    return float(-(law * np.log(np.maximum(law, 1e-300))).sum())


def _misfit(got: Any, shape: tuple[int, ...] | None) -> StudentText:
    found = shape_of(got)
    if found is None or found != shape:
        return StudentText(describe(got), "no logits of the shape asked for")
    text = "logits that leave no token, or are no numbers"
    return StudentText(text, text)
