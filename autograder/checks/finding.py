"""A finding: one thing that a question measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Bounds", "Finding", "Scale"]

Scale = Literal["linear", "log", "exact"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a measured number must lie.

    Parameters
    ----------
    low, high : float or None
        Inclusive bounds; ``None`` is no bound on that side.
    scale : {"linear", "log", "exact"}
        The scale on which a margin to the bound means something. ``exact`` marks a comparison
        that is right or not, for which no margin is defined.
    """

    low: float | None = None
    high: float | None = None
    scale: Scale = "linear"

    def contains(self, measured: float) -> bool:
        """Whether `measured` lies within the bounds; NaN never does."""
        if measured != measured:
            return False
        return (self.low is None or measured >= self.low) and (
            self.high is None or measured <= self.high
        )

    def describe(self) -> str:
        """The bounds in words, such as ``"0.2 to 0.4"`` or ``"at most 0.65"``."""
        if self.low is not None and self.high is not None:
            if self.low == self.high:
                return f"{self.low:g}"
            return f"{self.low:g} to {self.high:g}"
        if self.high is not None:
            return f"at most {self.high:g}"
        return f"at least {self.low:g}" if self.low is not None else "any number"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a question measured, and whether it is as wanted.

    Parameters
    ----------
    name : str
        What was measured, in a few words; unique within a question.
    passed : bool
    measured : float, str or None
        What was found; ``None`` when nothing could be measured.
    wanted : str
        What would have passed, in words.
    unit : str
    weight : float
        Share of the question's points relative to the other findings; a gate carries none.
    gate : bool
        If a gate fails, the question earns nothing.
    hint : str
        One line that helps a student without giving the answer away.
    bounds : Bounds or None
        The numeric bounds behind `wanted`, from which ``verify`` computes margins.
    attempted : bool
        False when the student had not started: not attempted is not wrong.
    hidden : bool
        Set by the evaluation for findings that a hidden region yielded.
    """

    name: str
    passed: bool
    measured: float | str | None = None
    wanted: str = ""
    unit: str = ""
    weight: float = 1.0
    gate: bool = False
    hint: str = ""
    bounds: Bounds | None = None
    attempted: bool = True
    hidden: bool = False
