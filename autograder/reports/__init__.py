"""Reports: what a grading run found, as files for people and for other tools."""

from __future__ import annotations

from autograder.reports.errors import ReportError
from autograder.reports.formats import FORMATS, parse_report_option, write_report
from autograder.reports.model import (
    GradeReport,
    ReportFinding,
    ReportNotebook,
    ReportQuestion,
    ReportRow,
    questions_of,
)

__all__ = [
    "FORMATS",
    "GradeReport",
    "ReportError",
    "ReportFinding",
    "ReportNotebook",
    "ReportQuestion",
    "ReportRow",
    "parse_report_option",
    "questions_of",
    "write_report",
]
