"""The rows of one submitted notebook, as plain data with the attributes that nbgrader's have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import MissingEntry

from autograder.gradebook.released import ReleasedNotebook

__all__ = ["CommentRow", "GradeRow", "NotebookRows"]


@dataclass(slots=True)
class GradeRow:
    """What a cell earned; the attributes that nbgrader's steps read and set."""

    id: str
    cell_id: str
    auto_score: float | None = None
    manual_score: float | None = None
    extra_credit: float | None = None
    needs_manual_grade: bool = True

    @property
    def score(self) -> float:
        """The points that count, as nbgrader computes them."""
        given = self.auto_score if self.manual_score is None else self.manual_score
        return 0.0 if given is None else given + (self.extra_credit or 0.0)

    def written(self) -> dict[str, Any]:
        """Return what the autograder writes of it."""
        return {"auto_score": self.auto_score, "needs_manual_grade": self.needs_manual_grade}


@dataclass(slots=True)
class CommentRow:
    """What is said about a cell."""

    id: str
    cell_id: str
    auto_comment: str | None = None

    def written(self) -> dict[str, Any]:
        """Return what the autograder writes of it."""
        return {"auto_comment": self.auto_comment}


@dataclass(slots=True)
class NotebookRows:
    """A submitted notebook with its grades and comments, by the name of their cells."""

    id: str
    released: ReleasedNotebook
    late_submission_penalty: float | None = None
    grades: dict[str, GradeRow] = field(default_factory=dict)
    comments: dict[str, CommentRow] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The points of all its cells."""
        return sum((grade.score for grade in self.grades.values()), 0.0)

    def grade(self, name: str) -> GradeRow:
        """Return the grade of a cell.

        Raises
        ------
        nbgrader.api.MissingEntry
            If it has none.
        """
        try:
            return self.grades[name]
        except KeyError:
            raise MissingEntry(f"No such grade: {self.released.name}/{name}") from None

    def comment(self, name: str) -> CommentRow:
        """Return the comment on a cell.

        Raises
        ------
        nbgrader.api.MissingEntry
            If it has none.
        """
        try:
            return self.comments[name]
        except KeyError:
            raise MissingEntry(f"No such comment: {self.released.name}/{name}") from None

    def written(self) -> dict[str, Any]:
        """Return what the autograder writes of it."""
        return {"late_submission_penalty": self.late_submission_penalty}

    def forget_scores(self) -> None:
        """Clear what the autograder gave, so that a cell that is gone keeps nothing.

        What a person gave stays.
        """
        for grade in self.grades.values():
            grade.auto_score = None
            grade.needs_manual_grade = grade.manual_score is not None
        for comment in self.comments.values():
            comment.auto_comment = None

    def score_nothing(self) -> None:
        """Give 0 for each cell of a notebook that was not submitted."""
        for grade in self.grades.values():
            grade.auto_score = 0.0
            grade.needs_manual_grade = False
