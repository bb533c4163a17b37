"""The run log: what happened to each submission; the truth."""

from __future__ import annotations

from autograder.log.attempt import Attempt, StaleGrade, Submission
from autograder.log.errors import LogError, LogVersionError, UnknownAttemptError
from autograder.log.outcome import (
    UNGRADED,
    NotebookOutcome,
    Outcome,
    QuestionOutcome,
    Replay,
    Status,
)
from autograder.log.runlog import RunLog

__all__ = [
    "Attempt",
    "LogError",
    "LogVersionError",
    "NotebookOutcome",
    "Outcome",
    "QuestionOutcome",
    "Replay",
    "RunLog",
    "StaleGrade",
    "Status",
    "Submission",
    "UNGRADED",
    "UnknownAttemptError",
]
