"""Checks of searches: sequences that are equal to ours, and what a beam kept in each step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

from autograder.checks.data import describe, number_of
from autograder.checks.errors import UnacceptableValue
from autograder.checks.finding import Bounds, Finding
from autograder.checks.inference.search import (
    Hypothesis,
    Search,
    best_sequence,
    log_probability,
)
from autograder.checks.measured import finding
from autograder.checks.text import StudentText

__all__ = [
    "Kept",
    "best_sequences",
    "hypotheses_form",
    "kept_ended",
    "kept_live",
    "kept_scores",
    "must_read_kept",
    "nothing_after_end",
    "read_kept",
    "sequences_equal",
    "width_kept",
]

Kept: TypeAlias = list[list[Hypothesis]]


def sequences_equal(
    got: Any,
    wanted: Sequence[Sequence[int]],
    *,
    name: str = "sequences",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that each of several sequences of tokens is ours, token by token.

    Exact: a search is right or not, and sampled luck has no part in it. Give only cases whose
    decisions are clear (``gap`` of :class:`Search`, 1e-3 or more), or rounding decides.

    Parameters
    ----------
    got : list
        Of lists, tuples or tensors of whole numbers, as many as `wanted`.
    """
    answers = got if isinstance(got, list | tuple) else []
    equal = sum(_whole(one) == list(ours) for one, ours in zip(answers, wanted, strict=False))
    fits = len(answers) == len(wanted)
    return _share(name, equal if fits else 0, len(wanted), "sequences", weight, hint)


def read_kept(answer: Any, search: Search) -> Kept | None:
    """Return a student's hypotheses by step, or None if they do not have the form of `search`.

    A step is a list of pairs ``(ids, score)``: whole numbers that begin with the prompt and are
    as long as that step makes them, and a finite number.
    """
    if not isinstance(answer, list | tuple) or len(answer) != len(search.kept):
        return None
    kept: Kept = []
    for number, step in enumerate(answer, 1):
        if not isinstance(step, list | tuple) or not step:
            return None
        found: list[Hypothesis] = []
        for pair in step:
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                return None
            ids, score = _whole(pair[0]), number_of(pair[1])
            if ids is None or score is None or not math.isfinite(score):
                return None
            if ids[: len(search.start)] != search.start or len(ids) != len(search.start) + number:
                return None
            found.append((ids, score))
        kept.append(found)
    return kept


def must_read_kept(answer: Any, search: Search) -> Kept:
    """Return what :func:`read_kept` returns.

    Raises
    ------
    UnacceptableValue
        It is not of that form.
    """
    kept = read_kept(answer, search)
    if kept is None:
        raise UnacceptableValue("the result is no list of pairs (ids, score) for every step")
    return kept


def hypotheses_form(
    answers: Any, searches: Sequence[Search], *, name: str = "hypotheses", hint: str = ""
) -> Finding:
    """Check that for each search there are pairs of ids and score for every step: a gate.

    Exact, yes or no. What it lets through, :func:`read_kept` reads; scores and tokens are for the
    other checks.
    """
    listed = answers if isinstance(answers, list | tuple) else []
    read = [read_kept(one, s) for one, s in zip(listed, searches, strict=False)]
    good = len(listed) == len(searches) and None not in read
    measured = StudentText("as asked" if good else describe(answers), "another form")
    steps = len(searches[0].kept)
    wanted = f"{steps} steps of pairs (ids with the prompt, score) for {len(searches)} searches"
    return Finding(name, good, measured, wanted, gate=True, hint=hint)


def kept_scores(
    kept: Sequence[Kept],
    searches: Sequence[Search],
    *,
    at_most: float = 1e-3,
    name: str = "scores",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure how far a score is from the log-probability of its own hypothesis, at most.

    Whatever was kept, its score must be the sum of the log-probabilities of its new tokens. In
    float32 it is 1e-6 to 2e-5 away; sums of probabilities, of raw logits and running means are
    0.1 or more away. The threshold lies between on a log scale.
    """
    worst = 0.0
    for mine, search in zip(kept, searches, strict=True):
        for step in mine:
            for ids, score in step:
                own = log_probability(search.next_logits, search.start, ids)
                worst = max(worst, abs(score - own))
    bounds = Bounds(None, at_most, "log")
    return finding(name, worst, bounds, unit="nats", weight=weight, hint=hint)


def kept_live(
    kept: Sequence[Kept],
    searches: Sequence[Search],
    *,
    name: str = "what goes on",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that in every step of every search the hypotheses that go on are ours; exact."""
    equal = sum(
        all(_ids(_live(step, s.end)) == _ids(s.live(i)) for i, step in enumerate(mine))
        for mine, s in zip(kept, searches, strict=True)
    )
    return _share(name, equal, len(searches), "searches", weight, hint)


def kept_ended(
    kept: Sequence[Kept],
    searches: Sequence[Search],
    *,
    missing: bool = True,
    name: str = "what ended",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check in which searches no ended hypothesis is missing, or none is too many; exact.

    Parameters
    ----------
    missing : bool
        True: each of ours is among theirs. False: each of theirs is among ours.
    """
    equal = 0
    for mine, search in zip(kept, searches, strict=True):
        theirs = _ids([h for step in mine for h in step if h[0][-1] == search.end])
        ours = _ids(search.ended())
        equal += set(ours) <= set(theirs) if missing else set(theirs) <= set(ours)
    return _share(name, equal, len(searches), "searches", weight, hint)


def nothing_after_end(
    kept: Sequence[Kept],
    searches: Sequence[Search],
    *,
    name: str = "after the end",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that no hypothesis has the end token before its last place; exact."""
    equal = sum(
        all(s.end not in ids[len(s.start) : -1] for step in mine for ids, _ in step)
        for mine, s in zip(kept, searches, strict=True)
    )
    return _share(name, equal, len(searches), "searches", weight, hint)


def width_kept(
    kept: Sequence[Kept],
    searches: Sequence[Search],
    *,
    name: str = "hypotheses that go on",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that in each step as many hypotheses go on as in ours, whichever they are; exact."""
    equal = sum(
        all(len(_live(step, s.end)) == len(s.live(i)) for i, step in enumerate(mine))
        for mine, s in zip(kept, searches, strict=True)
    )
    return _share(name, equal, len(searches), "searches", weight, hint)


def best_sequences(
    kept: Sequence[Kept],
    searches: Sequence[Search],
    *,
    alpha: float,
    name: str = "best sequences",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that the best sequence among *their* hypotheses, chosen by us, is the one among ours.

    The end-to-end result of a search, apart from who chooses. Exact.
    """
    equal = 0
    for mine, search in zip(kept, searches, strict=True):
        chosen = [_best(k, search, alpha) for k in (mine, search.kept)]
        equal += chosen[0] == chosen[1]
    return _share(name, equal, len(searches), "searches", weight, hint)


def _best(kept: Kept, search: Search, alpha: float) -> list[int]:
    return best_sequence(kept, search.start, alpha=alpha, end=search.end)[0]


def _live(step: list[Hypothesis], end: int) -> list[Hypothesis]:
    return [h for h in step if h[0][-1] != end]


def _ids(hypotheses: list[Hypothesis]) -> list[tuple[int, ...]]:
    return sorted(tuple(ids) for ids, _ in hypotheses)


def _whole(value: Any) -> list[int] | None:
    """Return a list, tuple, array or tensor of whole numbers as a plain list, or None."""
    items = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(items, list | tuple):
        return None
    numbers = [item.item() if hasattr(item, "item") and item.ndim == 0 else item for item in items]
    return numbers if all(type(number) is int for number in numbers) else None


def _share(name: str, equal: int, count: int, unit: str, weight: float, hint: str) -> Finding:
    bounds = Bounds(float(count), None, "exact")
    unit = f"of {count} {unit}"
    wanted = f"all of {count}"
    return finding(name, float(equal), bounds, unit=unit, weight=weight, hint=hint, wanted=wanted)
