"""The marks of a submission, read from the gradebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nbgrader.api import Gradebook, MissingEntry

__all__ = ["CellScore", "Score", "read_score"]


@dataclass(frozen=True, slots=True)
class CellScore:
    """The marks of one graded cell.

    Parameters
    ----------
    notebook, grade_id : str
    auto, manual : float or None
        What the autograder and a person gave; ``None`` where they gave none.
    max_score : float
    """

    notebook: str
    grade_id: str
    auto: float | None
    manual: float | None
    max_score: float


@dataclass(frozen=True, slots=True)
class Score:
    """A submission's marks.

    Parameters
    ----------
    raw : float
        Before the late penalty, extra credit included.
    penalty : float
        For being late, over all notebooks.
    max_score : float
    needs_manual_grade : bool
    cells : tuple of CellScore
    duedate : datetime or None
    first_name, last_name, email : str
    """

    raw: float
    penalty: float
    max_score: float
    needs_manual_grade: bool
    cells: tuple[CellScore, ...]
    duedate: datetime | None
    first_name: str
    last_name: str
    email: str

    @property
    def final(self) -> float:
        """What counts: the late penalty taken off, never below 0, as nbgrader exports it."""
        return max(0.0, self.raw - self.penalty)

    @property
    def auto(self) -> float:
        """The part of the raw score that the autograder gave and nobody overruled."""
        return sum(c.auto or 0.0 for c in self.cells if c.manual is None)

    @property
    def manual(self) -> float | None:
        """The part of the raw score that a person gave; ``None`` if nobody gave any."""
        given = [c.manual for c in self.cells if c.manual is not None]
        return sum(given) if given else None


def read_score(gradebook: Gradebook, assignment: str, student: str) -> Score | None:
    """Read the marks of a submission; ``None`` if the gradebook has no row of it."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return None
    cells = tuple(
        CellScore(
            notebook.name,
            grade.name,
            None if grade.auto_score is None else float(grade.auto_score),
            None if grade.manual_score is None else float(grade.manual_score),
            float(grade.max_score),
        )
        for notebook in submission.notebooks
        for grade in notebook.grades
    )
    person = submission.student
    return Score(
        raw=float(submission.score),
        penalty=float(sum(n.late_submission_penalty or 0.0 for n in submission.notebooks)),
        max_score=float(submission.max_score),
        needs_manual_grade=bool(submission.needs_manual_grade),
        cells=cells,
        duedate=submission.duedate,
        first_name=person.first_name or "",
        last_name=person.last_name or "",
        email=person.email or "",
    )
