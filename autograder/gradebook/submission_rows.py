"""The rows of one submission that the autograder writes: read at once, written at once.

nbgrader finds each cell's row by a query of its own and commits after each. Here a submission is
read by four queries, each by an index whatever the number of earlier submissions, changed in
memory, and written in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import Connection, Engine, Table, bindparam, delete, insert, select, update

from autograder.gradebook.released import ReleasedAssignment, ReleasedNotebook
from autograder.gradebook.rows import CommentRow, GradeRow, NotebookRows

__all__ = ["SubmissionRows"]

ASSIGNMENT: Table = Assignment.__table__
STUDENT: Table = Student.__table__
SUBMISSION: Table = SubmittedAssignment.__table__
NOTEBOOK: Table = SubmittedNotebook.__table__
GRADE: Table = Grade.__table__
COMMENT: Table = Comment.__table__


class SubmissionRows:
    """The rows of one submission.

    Parameters
    ----------
    engine : Engine
        Of the gradebook.
    assignment : ReleasedAssignment
    student : str
    """

    def __init__(self, engine: Engine, assignment: ReleasedAssignment, student: str) -> None:
        self._engine = engine
        self.assignment = assignment
        self.student = student
        self.id = ""
        self.timestamp: datetime | None = None
        self.extension: timedelta | None = None
        self.duedate: datetime | None = None
        self.notebooks: dict[str, NotebookRows] = {}
        self._new = True
        self._new_student = False
        self._stored: dict[tuple[str, str], dict[str, Any]] = {}
        self._wrote = False
        self.load()
        self._first = None if self._new else dict(self._stored)

    def load(self) -> None:
        """Read the rows; a submission that the gradebook does not know gets fresh ones."""
        with self._engine.connect() as connection:
            self.duedate = connection.scalar(
                select(ASSIGNMENT.c.duedate).where(ASSIGNMENT.c.id == self.assignment.id)
            )
            found = connection.execute(
                select(SUBMISSION.c.id, SUBMISSION.c.timestamp, SUBMISSION.c.extension).where(
                    SUBMISSION.c.assignment_id == self.assignment.id,
                    SUBMISSION.c.student_id == self.student,
                )
            ).one_or_none()
            known = select(STUDENT.c.id).where(STUDENT.c.id == self.student)
            self._new_student = connection.scalar(known) is None
            if found is None:
                self._make()
                return
            self._new = False
            self.id, self.timestamp, self.extension = found
            self._read(connection)
        self._stored = dict(self._written())

    def _make(self) -> None:
        self._new = True
        self.id = new_uuid()
        self.notebooks = {
            name: NotebookRows(
                new_uuid(),
                notebook,
                None,
                {c.name: GradeRow(new_uuid(), c.id) for c in _graded(notebook)},
                {c.name: CommentRow(new_uuid(), c.id) for c in _commented(notebook)},
            )
            for name, notebook in self.assignment.notebooks.items()
        }

    def _read(self, connection: Connection) -> None:
        released = {n.id: n for n in self.assignment.notebooks.values()}
        rows = connection.execute(
            select(NOTEBOOK.c.id, NOTEBOOK.c.notebook_id, NOTEBOOK.c.late_submission_penalty).where(
                NOTEBOOK.c.notebook_id.in_(released), NOTEBOOK.c.assignment_id == self.id
            )
        ).all()
        submitted = {
            row.id: NotebookRows(row.id, released[row.notebook_id], row[2]) for row in rows
        }
        self.notebooks = {rows.released.name: rows for rows in submitted.values()}
        names = {
            kind: {c.id: c.name for n in released.values() for c in cells(n)}
            for kind, cells in ((GRADE, _graded), (COMMENT, _commented))
        }
        for row in connection.execute(
            select(
                GRADE.c.notebook_id,
                GRADE.c.id,
                GRADE.c.cell_id,
                GRADE.c.auto_score,
                GRADE.c.manual_score,
                GRADE.c.extra_credit,
                GRADE.c.needs_manual_grade,
            ).where(GRADE.c.cell_id.in_(names[GRADE]), GRADE.c.notebook_id.in_(submitted))
        ):
            submitted[row[0]].grades[names[GRADE][row.cell_id]] = GradeRow(*row[1:])
        for said in connection.execute(
            select(
                COMMENT.c.notebook_id, COMMENT.c.id, COMMENT.c.cell_id, COMMENT.c.auto_comment
            ).where(COMMENT.c.cell_id.in_(names[COMMENT]), COMMENT.c.notebook_id.in_(submitted))
        ):
            submitted[said[0]].comments[names[COMMENT][said.cell_id]] = CommentRow(*said[1:])

    def _rows(self) -> Iterator[tuple[Table, Any]]:
        for notebook in self.notebooks.values():
            yield NOTEBOOK, notebook
            for grade in notebook.grades.values():
                yield GRADE, grade
            for comment in notebook.comments.values():
                yield COMMENT, comment

    def _written(self) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
        yield ("", self.id), {"timestamp": self.timestamp}
        for table, row in self._rows():
            yield (table.name, row.id), row.written()

    @property
    def total_seconds_late(self) -> float:
        """Seconds past the due date, an extension included; never negative."""
        due = self.duedate
        if due is not None and self.extension is not None:
            due += self.extension
        if due is None or self.timestamp is None:
            return 0.0
        return max(0.0, (self.timestamp - due).total_seconds())

    def __repr__(self) -> str:
        return f"SubmittedAssignment<{self.assignment.name} for {self.student}>"

    def notebook(self, name: str) -> NotebookRows:
        """Return the rows of a notebook.

        Raises
        ------
        nbgrader.api.MissingEntry
            If the submission has none of that name.
        """
        try:
            return self.notebooks[name]
        except KeyError:
            place = f"{self.assignment.name}/{name} for {self.student}"
            raise MissingEntry(f"No such submitted notebook: {place}") from None

    def write(self) -> None:
        """Write what differs from what is stored, in one transaction."""
        with self._engine.begin() as connection:
            if self._new_student:
                connection.execute(insert(STUDENT), {"id": self.student})
            if self._new:
                self._insert(connection)
            else:
                self._update(connection)
        self._new = self._new_student = False
        self._wrote = True
        self._stored = dict(self._written())

    def _insert(self, connection: Connection) -> None:
        connection.execute(
            insert(SUBMISSION),
            {
                "id": self.id,
                "assignment_id": self.assignment.id,
                "student_id": self.student,
                "timestamp": self.timestamp,
            },
        )
        owners = list(self.notebooks.values())
        notebooks: list[dict[str, Any]] = [
            {
                "id": n.id,
                "assignment_id": self.id,
                "notebook_id": n.released.id,
                "flagged": False,
                **n.written(),
            }
            for n in owners
        ]
        grades: list[dict[str, Any]] = [
            {"id": g.id, "notebook_id": n.id, "cell_id": g.cell_id, **g.written()}
            for n in owners
            for g in n.grades.values()
        ]
        comments: list[dict[str, Any]] = [
            {"id": c.id, "notebook_id": n.id, "cell_id": c.cell_id, **c.written()}
            for n in owners
            for c in n.comments.values()
        ]
        for table, values in ((NOTEBOOK, notebooks), (GRADE, grades), (COMMENT, comments)):
            if values:
                connection.execute(insert(table), values)

    def _update(self, connection: Connection) -> None:
        now = dict(self._written())
        changed = {key: row for key, row in now.items() if row != self._stored.get(key)}
        _change(connection, SUBMISSION, {i: row for (t, i), row in changed.items() if not t})
        for table in (NOTEBOOK, GRADE, COMMENT):
            _change(
                connection, table, {i: row for (t, i), row in changed.items() if t == table.name}
            )

    def restore(self) -> None:
        """Put back the rows that were there at first; remove those that were not."""
        if not self._wrote:
            return
        with self._engine.begin() as connection:
            if self._first is None:
                self._remove(connection)
                return
            _change(connection, SUBMISSION, {self.id: self._first["", self.id]})
            for table in (NOTEBOOK, GRADE, COMMENT):
                rows = {i: row for (t, i), row in self._first.items() if t == table.name}
                _change(connection, table, rows)

    def _remove(self, connection: Connection) -> None:
        owners = [n.id for n in self.notebooks.values()]
        for table in (GRADE, COMMENT):
            connection.execute(delete(table).where(table.c.notebook_id.in_(owners)))
        connection.execute(delete(NOTEBOOK).where(NOTEBOOK.c.id.in_(owners)))
        connection.execute(delete(SUBMISSION).where(SUBMISSION.c.id == self.id))


def _change(connection: Connection, table: Table, rows: Mapping[str, dict[str, Any]]) -> None:
    """Set the same columns in each of `rows`, given by their ids."""
    if not rows:
        return
    values: Sequence[dict[str, Any]] = [{"row": i, **row} for i, row in rows.items()]
    connection.execute(update(table).where(table.c.id == bindparam("row")), values)


def _graded(notebook: ReleasedNotebook) -> Iterable[Any]:
    # Should a task have a graded cell's name, the graded cell is the one that is found.
    return (*notebook.task_cells, *notebook.grade_cells)


def _commented(notebook: ReleasedNotebook) -> Iterable[Any]:
    return (*notebook.task_cells, *notebook.solution_cells)
