"""The marks of submissions, read from the gradebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nbgrader.api import Assignment, Grade, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import Engine, select

from autograder.gradebook.released import ReleasedAssignment

__all__ = ["CellScore", "Score", "read_scores"]


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


def read_scores(
    engine: Engine, assignment: ReleasedAssignment, student: str | None = None
) -> dict[str, Score]:
    """Read the marks of all submissions of an assignment, or of one student's.

    However many there are, it takes three queries.

    Parameters
    ----------
    engine : Engine
        Of the gradebook.
    assignment : ReleasedAssignment
    student : str or None

    Returns
    -------
    dict of str to Score
        By student; whoever has no row in the gradebook is not in it.
    """
    mine = [SubmittedAssignment.assignment_id == assignment.id]
    if student is not None:
        mine.append(SubmittedAssignment.student_id == student)
    released = {notebook.id: notebook for notebook in assignment.notebooks.values()}
    cells = [
        (notebook, cell)
        for notebook in sorted(released.values(), key=lambda notebook: notebook.name)
        for cell in (*notebook.grade_cells, *notebook.task_cells)
    ]
    owner = SubmittedNotebook.assignment_id == SubmittedAssignment.id
    with engine.connect() as connection:
        people = connection.execute(
            select(
                SubmittedAssignment.id,
                SubmittedAssignment.student_id,
                SubmittedAssignment.extension,
                Assignment.duedate,
                Student.first_name,
                Student.last_name,
                Student.email,
            )
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .join(Student, Student.id == SubmittedAssignment.student_id)
            .where(*mine)
        ).all()
        penalties: dict[str, float] = {}
        for submission, penalty in connection.execute(
            select(SubmittedNotebook.assignment_id, SubmittedNotebook.late_submission_penalty)
            .join(SubmittedAssignment, owner)
            .where(*mine, SubmittedNotebook.notebook_id.in_(released))
        ):
            penalties[submission] = penalties.get(submission, 0.0) + (penalty or 0.0)
        grades = {
            (row.assignment_id, row.cell_id): row
            for row in connection.execute(
                select(
                    SubmittedNotebook.assignment_id,
                    Grade.cell_id,
                    Grade.auto_score,
                    Grade.manual_score,
                    Grade.needs_manual_grade,
                    Grade.score.label("score"),
                )
                .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
                .join(SubmittedAssignment, owner)
                .where(
                    *mine,
                    SubmittedNotebook.notebook_id.in_(released),
                    Grade.cell_id.in_([cell.id for _, cell in cells]),
                )
            )
        }
    scores = {}
    for person in people:
        given = [
            (notebook.name, cell, row)
            for notebook, cell in cells
            if (row := grades.get((person.id, cell.id))) is not None
        ]
        due = person.duedate
        scores[str(person.student_id)] = Score(
            raw=sum((float(row.score) for _, _, row in given), 0.0),
            penalty=penalties.get(person.id, 0.0),
            max_score=sum((cell.max_score for _, cell in cells), 0.0),
            needs_manual_grade=any(row.needs_manual_grade for _, _, row in given),
            cells=tuple(
                CellScore(name, cell.name, row.auto_score, row.manual_score, cell.max_score)
                for name, cell, row in given
            ),
            duedate=due if due is None or person.extension is None else due + person.extension,
            first_name=person.first_name or "",
            last_name=person.last_name or "",
            email=person.email or "",
        )
    return scores
