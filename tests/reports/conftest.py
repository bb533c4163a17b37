from __future__ import annotations

import pytest

from autograder.log import QuestionOutcome, Status
from autograder.reports import GradeReport, ReportNotebook, ReportRow, questions_of

HOSTILE = "=cmd|' /C calc'!A1 <b>&\"</b>\n]]> \x00\x1b[31m\ufffe\ud800 é \u202e"
SECRET = "SECRET-OF-A-HIDDEN-TEST"

OUTCOMES = (
    QuestionOutcome(
        "absmax",
        1.5,
        3.0,
        "partial",
        "The largest magnitude maps to 127.",
        (
            {"name": "codes in range", "passed": True, "gate": True, "measured": 127, "unit": ""},
            {"name": "error", "passed": False, "measured": float("nan"), "unit": "scales"}
            | {"wanted": "at most 0.65", "hint": "Round to nearest.", "weight": 1.0},
            {"name": "zero rows", "passed": True, "hidden": True, "measured": SECRET}
            | {"wanted": SECRET, "unit": SECRET, "hint": "What of zeros?", "weight": 1.0},
        ),
    ),
    QuestionOutcome("zero", 2.0, 2.0, "passed", "", ({"name": "point", "passed": True},)),
    QuestionOutcome("bias", 0.0, 1.0, "not attempted", HOSTILE, ()),
    QuestionOutcome(
        "shut",
        0.0,
        2.0,
        "failed",
        "",
        (
            {"name": "shape", "passed": False, "gate": True, "measured": HOSTILE},
            {"name": "hidden", "passed": True, "hidden": True, "measured": SECRET},
        ),
    ),
)


@pytest.fixture
def report() -> GradeReport:
    """A class in which everything happens."""
    questions = questions_of(OUTCOMES)
    graded = ReportRow(
        "ada",
        "int8",
        Status.GRADED,
        score=3.0,
        max_score=8.0,
        raw_score=3.5,
        auto_score=3.5,
        manual_score=0.0,
        late_penalty=0.5,
        timestamp="2026-03-01T10:00:00+00:00",
        duedate="2026-02-28T10:00:00+00:00",
        notebooks=(ReportNotebook("one", questions=questions),),
        first_name="Ada",
        last_name="-Lovelace",
        email="ada@example.org",
        seconds=2.5,
    )
    failed = ReportRow(
        HOSTILE,
        "int8",
        Status.FAILED,
        "exception",
        HOSTILE,
        score=-1.5,
        max_score=8.0,
        raw_score=-1.5,
        needs_manual_grade=True,
        notes=(HOSTILE,),
        notebooks=(
            ReportNotebook("one", Status.FAILED, "exception", HOSTILE, 3, questions[:2]),
            ReportNotebook("two", questions=questions[:2]),
        ),
    )
    return GradeReport(
        "llm 101",
        "none",
        "2026-03-02T10:00:00+00:00",
        "2026-03-02T10:05:00+00:00",
        "0.1.0",
        (
            graded,
            failed,
            ReportRow("bob", "int8", Status.REFUSED, "truncated-json", "Not JSON.", max_score=8.0),
            ReportRow("cyd", "int8", Status.UNGRADED, "worker-lost", "Killed.", max_score=8.0),
            ReportRow("dan", "int8", Status.UNGRADED, "check-raised", "absmax: ZeroDivisionError"),
            ReportRow("eve", "int8", Status.REFUSED, "link", "A link.", score=7.0, stale=True),
            ReportRow("ada", "lora", Status.GRADED, score=0.0, max_score=1.0, skipped=True),
        ),
    )
