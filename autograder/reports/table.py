"""The report as CSV (RFC 4180): the columns of ``nbgrader export``, then ours."""

from __future__ import annotations

import csv
import io
import re

from autograder.reports.model import GradeReport, ReportRow

__all__ = ["COLUMNS", "to_csv"]

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
    *("status", "code", "reason", "auto_score", "manual_score", "needs_manual_grade"),
    *("stale", "unchanged", "isolation"),
)

# A cell that starts so is a formula to a spreadsheet.
FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")


def to_csv(report: GradeReport) -> str:
    """Return the report as CSV; a submission without a score has an empty cell, never 0.

    Text that a spreadsheet would run as a formula gets an apostrophe before it; numbers are
    written as numbers, negative ones too.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in report.rows:
        writer.writerow([_cell(value) for value in _values(row)])
    return text.getvalue()


def _values(row: ReportRow) -> tuple[str | float | bool | None, ...]:
    return (
        *(row.assignment, row.duedate, row.timestamp, row.student),
        *(row.last_name, row.first_name, row.email),
        row.raw_score,
        None if row.score is None else row.late_penalty,
        *(row.score, row.max_score),
        *(row.status.value, row.code, row.reason, row.auto_score, row.manual_score),
        *(row.needs_manual_grade, row.stale, row.skipped, row.isolation),
    )


def _cell(value: str | float | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    text = value.replace("\0", "")
    return f"'{text}" if FORMULA.match(text) else text
