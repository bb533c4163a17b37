"""Where each student stands in each assignment: gradebook and run log read together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from autograder.log import Attempt, RunLog, Status

__all__ = ["LogEntries", "Standing", "log_entries", "standing", "submissions_by_student"]


@dataclass(frozen=True, slots=True)
class LogEntries:
    """What the run log says about one assignment, by student.

    Parameters
    ----------
    newest : mapping of str to Attempt
        The newest attempt at each student's work.
    stale : frozenset of str
        Students whose grade is of an earlier submission than the newest.
    """

    newest: Mapping[str, Attempt]
    stale: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """One student's grade in one assignment.

    Parameters
    ----------
    outcome : str
        ``graded``, ``failed``, ``refused`` or ``ungraded``, of the newest attempt; empty if
        there was none.
    raw, penalty, score : float or None
        Points before the late penalty, the penalty, and points after it; ``None`` if there is no
        grade, which is not zero.
    stale : bool
        Whether the grade is of an earlier submission than the newest.
    to_read : bool
        Whether a person must still grade a part.
    timestamp : str
        When the work in the gradebook was submitted; empty if nothing tells.
    """

    outcome: str = ""
    raw: float | None = None
    penalty: float | None = None
    score: float | None = None
    stale: bool = False
    to_read: bool = False
    timestamp: str = ""


def log_entries(root: Path, assignment: str) -> LogEntries:
    """Read the run log of a course, if it has one."""
    if not (root / ".llm-classroom" / "log.db").is_file():
        return LogEntries({}, frozenset())
    with RunLog.open(root) as log:
        newest = {attempt.student: attempt for attempt in log.attempts(assignment)}
        stale = frozenset(
            s.newest.student for s in log.stale() if s.newest.assignment == assignment
        )
    return LogEntries(newest, stale)


def standing(submission: Any, student: str, entries: LogEntries) -> Standing:
    """Find where a student stands.

    Parameters
    ----------
    submission : nbgrader.api.SubmittedAssignment or None
    student : str
    entries : LogEntries
    """
    attempt = entries.newest.get(student)
    outcome = str(attempt.status) if attempt else ""
    if submission is None:
        return Standing(outcome=outcome)
    timestamp = str(submission.timestamp or "")
    graded = any(
        grade.auto_score is not None or grade.manual_score is not None
        for notebook in submission.notebooks
        for grade in notebook.grades
    )
    # An earlier grade, nbgrader's own included, is no grade of a refused or ungraded submission.
    earlier = attempt is not None and attempt.status in (Status.REFUSED, Status.UNGRADED)
    if not graded:
        return Standing(outcome=outcome, timestamp=timestamp)
    raw, penalty = float(submission.score), float(submission.late_submission_penalty or 0)
    return Standing(
        outcome=outcome or str(Status.GRADED),
        raw=raw,
        penalty=penalty,
        score=max(0.0, raw - penalty),
        stale=student in entries.stale or earlier,
        to_read=bool(submission.needs_manual_grade),
        timestamp=timestamp,
    )


def submissions_by_student(gradebook: Gradebook, assignment: str) -> dict[str, Any]:
    """Map each student to the submission that the gradebook has."""
    found = gradebook.assignment_submissions(assignment)
    return {str(submission.student_id): submission for submission in found}
