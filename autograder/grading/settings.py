"""How to grade: what the command line and the configuration decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.course import Limits, Trust
from autograder.execution.job import Swap
from autograder.execution.sandbox import Level

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to grade.

    Parameters
    ----------
    jobs : int
        Submissions at the same time.
    seed : int
        Mixed into the seed of each submission's random inputs.
    force : bool
        Grade what is unchanged too.
    parameters : mapping
        Papermill parameters for notebooks that have a cell tagged ``parameters``.
    replays : tuple of int
        Further seeds under which each check runs; for ``verify``.
    swaps : mapping of str to tuple of Swap
        Other answers for each check, by student; for ``verify``.
    limits : Limits
        Of submissions whose assignment does not say otherwise.
    isolation : Level
        Of the kernels; at *none* each is started, as nbgrader starts it, elsewhere forked.
    trust : Trust or None
        Where assert cells run; ``None`` leaves it to the assignment.
    """

    jobs: int = 1
    seed: int = 0
    force: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    replays: tuple[int, ...] = ()
    swaps: Mapping[str, tuple[Swap, ...]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    isolation: Level = Level.NONE
    trust: Trust | None = None
