"""What a runner tells while it runs, so that a display can show progress."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.execution.job import Job
from autograder.log import Outcome

__all__ = ["Event", "Finished", "Retried", "Started"]


@dataclass(frozen=True, slots=True)
class Started:
    """A job's processes run; `attempt` counts from 1."""

    job: Job
    attempt: int


@dataclass(frozen=True, slots=True)
class Retried:
    """Attempt `attempt` came to nothing through a fault of ours; the job starts again."""

    job: Job
    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A job has its outcome, `seconds` after its last attempt started."""

    job: Job
    outcome: Outcome
    seconds: float


Event = Started | Retried | Finished
