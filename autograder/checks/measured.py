"""From a measured number and its bounds to a finding."""

from __future__ import annotations

import math

from autograder.checks.finding import Bounds, Finding

__all__ = ["MISFIT", "finding"]

MISFIT = "shapes that do not fit together"


def finding(
    name: str,
    measured: float | str | None,
    bounds: Bounds,
    *,
    unit: str = "",
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
    wanted: str = "",
) -> Finding:
    """Make the finding for a number; one that is not finite fails, a text or None always."""
    if isinstance(measured, float | int) and not math.isfinite(measured):
        measured = "not a finite number"
    number = measured if isinstance(measured, float | int) else None
    return Finding(
        name=name,
        passed=number is not None and bounds.contains(float(number)),
        measured=measured if number is None else float(number),
        wanted=wanted or bounds.describe(),
        unit="" if number is None else unit,
        weight=weight,
        gate=gate,
        hint=hint,
        bounds=bounds,
    )
