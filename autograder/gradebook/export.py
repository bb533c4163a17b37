"""Export grades as CSV: what nbgrader exports, quoted, and empty where there is no grade."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin

from autograder.gradebook.standing import log_entries, standing, submissions_by_student

__all__ = ["ClassroomExportPlugin"]

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "outcome",
    "stale",
    "needs_manual_grade",
)
"""nbgrader's, in its order, then ours."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ClassroomExportPlugin(ExportPlugin):  # type: ignore[misc]
    """Exports every student's grade in every assignment.

    Whoever submitted nothing, was refused or could not be graded has empty scores, never zero.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that ``--to`` names, ``grades.csv`` by default."""
        target = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", target)
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
            writer.writeheader()
            for row in self._rows(gradebook):
                writer.writerow({name: _cell(value) for name, value in row.items()})

    def _rows(self, gradebook: Gradebook) -> Iterator[dict[str, Any]]:
        root = Path(CourseDirectory(parent=self).root)
        chosen = {str(name) for name in self.assignment}
        students = {str(name) for name in self.student}
        for assignment in gradebook.assignments:
            if chosen and assignment.name not in chosen:
                continue
            entries = log_entries(root, assignment.name)
            submissions = submissions_by_student(gradebook, assignment.name)
            for student in gradebook.students:
                if students and student.id not in students:
                    continue
                found = standing(submissions.get(student.id), student.id, entries)
                yield {
                    "assignment": assignment.name,
                    "duedate": assignment.duedate,
                    "timestamp": found.timestamp,
                    "student_id": student.id,
                    "last_name": student.last_name,
                    "first_name": student.first_name,
                    "email": student.email,
                    "raw_score": found.raw,
                    "late_submission_penalty": found.penalty,
                    "score": found.score,
                    "max_score": assignment.max_score,
                    "outcome": found.outcome,
                    "stale": "yes" if found.stale else "",
                    "needs_manual_grade": "yes" if found.to_read else "",
                }


def _cell(value: Any) -> str:
    """Write a value as text; a spreadsheet must not take a student's text for a formula."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and text.startswith(FORMULA):
        return "'" + text
    return text
