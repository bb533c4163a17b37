from __future__ import annotations

import pytest

from autograder.log import QuestionOutcome, Status
from autograder.reports import GradeReport, ReportFinding, ReportRow, questions_of
from tests.reports.conftest import OUTCOMES, SECRET


def test_of_a_hidden_finding_only_name_points_and_hint_are_taken() -> None:
    question = questions_of(OUTCOMES)[0]
    hidden = question.findings[2]
    assert (hidden.name, hidden.points, hidden.max_points) == ("zero rows", 1.5, 1.5)
    assert hidden.hint == "What of zeros?"
    assert SECRET not in repr(question)


def test_a_hidden_finding_that_tells_more_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="more than name and hint"):
        ReportFinding("zero rows", True, hidden=True, measured=3.0)


def test_findings_share_the_points_by_weight_and_a_failed_gate_takes_them() -> None:
    findings = (
        {"name": "a", "passed": True, "weight": 3.0},
        {"name": "b", "passed": False, "weight": 1.0},
        {"name": "g", "passed": True, "gate": True},
    )
    (question,) = questions_of([QuestionOutcome("q", 3.0, 4.0, "partial", "", findings)])
    assert [(f.points, f.max_points) for f in question.findings] == [(3, 3), (0, 1), (0, 0)]
    shut = (*findings[:2], {**findings[2], "passed": False})
    (question,) = questions_of([QuestionOutcome("q", 0.0, 4.0, "failed", "", shut)])
    assert [f.points for f in question.findings] == [0, 0, 0]


@pytest.mark.parametrize("status", [Status.REFUSED, Status.UNGRADED])
def test_a_submission_without_a_verdict_cannot_have_a_score(status: Status) -> None:
    with pytest.raises(ValueError, match="no score"):
        ReportRow("ada", "int8", status, score=0.0)
    assert ReportRow("ada", "int8", status, score=5.0, stale=True).score == 5.0


def test_assignments_are_those_of_the_rows(report: GradeReport) -> None:
    assert report.assignments == ("int8", "lora")
