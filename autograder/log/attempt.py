"""What the run log keeps: submissions, attempts to grade them, and grades that went stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from autograder.log.outcome import Outcome, Status

__all__ = ["Attempt", "StaleGrade", "Submission"]


@dataclass(frozen=True, slots=True)
class Submission:
    """What was graded.

    Parameters
    ----------
    key : str
        Identity of the work: a hash of submission, assignment, grader, environment and seed.
    assignment, student : str
    submission_hash : str
        Hash of the submitted files alone.
    timestamp : str or None
        When the student submitted, in ISO 8601; ``None`` if nothing tells.
    """

    key: str
    assignment: str
    student: str
    submission_hash: str
    timestamp: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to grade a submission, as the log keeps it for ever.

    Parameters
    ----------
    id : int
        Grows with time within one log.
    submission : Submission
    outcome : Outcome
    started, finished : datetime
        In UTC.
    version : str
        The grader's.
    host : str
    pid : int
        Machine and process of the coordinator.
    folder : str or None
        Where the artefacts went, relative to the folder of outcomes.
    """

    id: int
    submission: Submission
    outcome: Outcome
    started: datetime
    finished: datetime
    version: str
    host: str
    pid: int
    folder: str | None = None

    @property
    def key(self) -> str:
        """Identity of the work."""
        return self.submission.key

    @property
    def assignment(self) -> str:
        """The assignment's name."""
        return self.submission.assignment

    @property
    def student(self) -> str:
        """The student's id."""
        return self.submission.student

    @property
    def status(self) -> Status:
        """How the attempt ended."""
        return self.outcome.status


@dataclass(frozen=True, slots=True)
class StaleGrade:
    """A grade that the gradebook still shows although a newer submission got none.

    Parameters
    ----------
    newest : Attempt
        The refused or ungraded attempt at the newest submission.
    shown : Attempt
        The earlier graded or failed attempt whose score stands in the gradebook.
    """

    newest: Attempt
    shown: Attempt
