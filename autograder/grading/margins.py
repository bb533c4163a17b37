"""How far a threshold is from right and from wrong answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Margin", "Measurement", "margins"]

# On a log scale a value below a millionth of the threshold counts as a millionth: an error of
# exactly 0 is infinitely far away, which would make any threshold look tight.
DECADES = 1e6


@dataclass(frozen=True, slots=True)
class Measurement:
    """One finding of one variant under one seed.

    Parameters
    ----------
    variant : str
    right : bool
        Whether the variant's answer to this question is the reference's.
    seed : int
    question : str
    finding : mapping
        The finding's fields.
    """

    variant: str
    right: bool
    seed: int
    question: str
    finding: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Margin:
    """The place of one threshold between the worst right and the nearest wrong value.

    Parameters
    ----------
    question, finding : str
    side : str
        ``at most`` or ``at least``.
    threshold : float
    scale : str
        ``linear`` or ``log``, as the check declares.
    right : float
        The right value nearest to the threshold, over all seeds.
    wrong : float or None
        The wrong value nearest to the threshold on its other side; ``None`` if no variant has one.
    variant : str
        Whose value `wrong` is.
    share : float or None
        Distance from `right` to the threshold as a share of the distance from `right` to `wrong`,
        on the scale.
    """

    question: str
    finding: str
    side: str
    threshold: float
    scale: str
    right: float
    wrong: float | None
    variant: str
    share: float | None


def margins(measurements: Iterable[Measurement]) -> list[Margin]:
    """Compute the margin of every numeric threshold that is no exact comparison."""
    groups: dict[tuple[str, str], list[Measurement]] = {}
    for m in measurements:
        groups.setdefault((m.question, m.finding["name"]), []).append(m)
    return [margin for group in groups.values() for margin in _of_finding(group)]


def _of_finding(group: list[Measurement]) -> Iterator[Margin]:
    bounds = next((m.finding["bounds"] for m in group if m.finding.get("bounds")), None)
    if not bounds or bounds["scale"] == "exact":
        return
    for key, side, sign in (("high", "at most", 1.0), ("low", "at least", -1.0)):
        threshold = bounds[key]
        if threshold is not None:
            margin = _one_side(group, side, float(threshold), bounds["scale"], sign)
            if margin is not None:
                yield margin


def _one_side(
    group: list[Measurement], side: str, threshold: float, scale: str, sign: float
) -> Margin | None:
    right = [v for m in group if m.right and (v := _number(m)) is not None]
    if not right:
        return None
    worst = max(right, key=lambda value: sign * value)
    beyond = [
        (value, m.variant)
        for m in group
        if not m.right and (value := _number(m)) is not None and sign * (value - threshold) > 0
    ]
    wrong, variant = min(beyond, key=lambda pair: sign * pair[0]) if beyond else (None, "")
    share = None
    if wrong is not None:
        least = abs(threshold) / DECADES
        start, end, limit = (_on(scale, value, least) for value in (worst, wrong, threshold))
        share = (limit - start) / (end - start) if end != start else 0.0
        if not math.isfinite(share):
            share = None
    first = group[0]
    return Margin(
        first.question, first.finding["name"], side, threshold, scale, worst, wrong, variant, share
    )


def _number(measurement: Measurement) -> float | None:
    # A result that could not be compared is described, without bounds: no place on this scale.
    value = measurement.finding["measured"] if measurement.finding.get("bounds") else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _on(scale: str, value: float, least: float) -> float:
    return math.log(max(value, least, 1e-300)) if scale == "log" else value
