"""The rows of one submission that the autograder writes: taken before, put back if it fails."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

__all__ = ["SubmissionRows", "forget_scores", "put_back", "take"]

GRADE = ("auto_score", "needs_manual_grade", "extra_credit")


@dataclass(frozen=True, slots=True)
class SubmissionRows:
    """What the gradebook had of a submission.

    Parameters
    ----------
    timestamp : datetime or None
    penalties : mapping of str to float or None
        By notebook.
    grades : mapping of (notebook, cell) to values
    comments : mapping of (notebook, cell) to str or None
        The autograder's.
    """

    timestamp: datetime | None
    penalties: Mapping[str, float | None]
    grades: Mapping[tuple[str, str], tuple[Any, ...]]
    comments: Mapping[tuple[str, str], str | None]


def take(gradebook: Gradebook, assignment: str, student: str) -> SubmissionRows | None:
    """Read the rows of a submission; ``None`` if there are none."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return None
    notebooks = list(submission.notebooks)
    return SubmissionRows(
        submission.timestamp,
        {n.name: n.late_submission_penalty for n in notebooks},
        {
            (n.name, g.name): tuple(getattr(g, name) for name in GRADE)
            for n in notebooks
            for g in n.grades
        },
        {(n.name, c.name): c.auto_comment for n in notebooks for c in n.comments},
    )


def put_back(
    gradebook: Gradebook, assignment: str, student: str, rows: SubmissionRows | None
) -> None:
    """Write the rows as they were; a submission that was not there is removed."""
    gradebook.db.rollback()
    if rows is None:
        with contextlib.suppress(MissingEntry):
            gradebook.remove_submission(assignment, student)
        return
    submission = gradebook.find_submission(assignment, student)
    submission.timestamp = rows.timestamp
    for notebook in submission.notebooks:
        if notebook.name not in rows.penalties:
            continue
        notebook.late_submission_penalty = rows.penalties[notebook.name]
        for grade in notebook.grades:
            values = rows.grades.get((notebook.name, grade.name))
            if values is not None:
                for name, value in zip(GRADE, values, strict=True):
                    setattr(grade, name, value)
        for comment in notebook.comments:
            comment.auto_comment = rows.comments.get((notebook.name, comment.name))
    gradebook.db.commit()


def forget_scores(notebook: Any) -> None:
    """Clear what the autograder gave for a notebook, so that a cell that is gone keeps nothing.

    What a person gave stays.
    """
    for grade in notebook.grades:
        grade.auto_score = None
        grade.needs_manual_grade = grade.manual_score is not None
    for comment in notebook.comments:
        comment.auto_comment = None
