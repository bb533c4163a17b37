from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.gradebook.course import Course
from autograder.gradebook.export import ClassroomExportPlugin
from autograder.log import Outcome, RunLog, Status, Submission


def note(course: Course, student: str, status: Status, *, projected: bool = False) -> None:
    with RunLog.open(course.root) as log:
        number = len(log.attempts())
        attempt = log.record(Submission(f"k{number}", "toy", student, "h"), Outcome(status))
        if projected:
            log.mark_projected(attempt.id)


def score(gradebook: Gradebook, student: str, points: float, penalty: float = 0) -> None:
    gradebook.add_submission("toy", student, timestamp="2026-10-01 07:00:00.0 UTC")
    grade = gradebook.find_grade("doubling", "toy", "toy", student)
    grade.auto_score, grade.needs_manual_grade = points, False
    notebook = gradebook.find_submission_notebook("toy", "toy", student)
    notebook.late_submission_penalty = penalty
    gradebook.db.commit()


@pytest.fixture
def gradebook(released: Course):
    with released.gradebook() as opened:
        yield opened


def rows(
    course: Course, gradebook: Gradebook, tmp_path: Path, **options: Any
) -> list[dict[str, str]]:
    plugin = ClassroomExportPlugin(parent=course.parent)
    plugin.to = str(tmp_path / "grades.csv")
    for name, value in options.items():
        setattr(plugin, name, value)
    plugin.export(gradebook)
    with open(plugin.to, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# nbgrader adds a submission before its session knows it.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")


def test_scores_are_after_the_late_penalty_and_beside_nbgraders_columns(
    released: Course, gradebook: Gradebook, tmp_path: Path
) -> None:
    gradebook.add_student("ada", first_name="Ada", last_name="Lovelace", email="a@b.c")
    score(gradebook, "ada", 3, penalty=1)
    (row,) = rows(released, gradebook, tmp_path)
    assert row == {
        "assignment": "toy",
        "duedate": "",
        "timestamp": "2026-10-01 07:00:00",
        "student_id": "ada",
        "last_name": "Lovelace",
        "first_name": "Ada",
        "email": "a@b.c",
        "raw_score": "3.0",
        "late_submission_penalty": "1.0",
        "score": "2.0",
        "max_score": "10.0",
        "outcome": "graded",
        "stale": "",
        "needs_manual_grade": "yes",
    }


@pytest.mark.parametrize("status", [Status.REFUSED, Status.UNGRADED])
def test_whoever_has_no_grade_has_an_empty_cell(
    released: Course, gradebook: Gradebook, tmp_path: Path, status: Status
) -> None:
    gradebook.add_student("nobody")
    gradebook.add_student("bad")
    gradebook.add_submission("toy", "bad")
    note(released, "bad", status)
    found = {row["student_id"]: row for row in rows(released, gradebook, tmp_path)}
    assert (found["bad"]["score"], found["bad"]["outcome"]) == ("", str(status))
    assert (found["nobody"]["score"], found["nobody"]["outcome"]) == ("", "")
    assert found["bad"]["raw_score"] == found["bad"]["late_submission_penalty"] == ""


def test_an_earned_zero_is_a_zero(released: Course, gradebook: Gradebook, tmp_path: Path) -> None:
    gradebook.add_student("ada")
    score(gradebook, "ada", 0)
    (row,) = rows(released, gradebook, tmp_path)
    assert row["score"] == "0.0"


def test_a_stale_grade_stands_and_is_marked(
    released: Course, gradebook: Gradebook, tmp_path: Path
) -> None:
    gradebook.add_student("ada")
    score(gradebook, "ada", 3)
    note(released, "ada", Status.GRADED, projected=True)
    note(released, "ada", Status.REFUSED)
    (row,) = rows(released, gradebook, tmp_path)
    assert (row["score"], row["outcome"], row["stale"]) == ("3.0", "refused", "yes")


def test_names_are_quoted_and_are_no_formulas(
    released: Course, gradebook: Gradebook, tmp_path: Path
) -> None:
    gradebook.add_student("eve", first_name='=HYPERLINK("http://x")', last_name='O"Neil, Jr.\nx')
    (row,) = rows(released, gradebook, tmp_path)
    assert row["first_name"] == '\'=HYPERLINK("http://x")'
    assert row["last_name"] == 'O"Neil, Jr.\nx'


def test_students_and_assignments_can_be_chosen(
    released: Course, gradebook: Gradebook, tmp_path: Path
) -> None:
    gradebook.add_assignment("other")
    for student in ("ada", "bob", "12"):
        gradebook.add_student(student)
    found = rows(released, gradebook, tmp_path, student=["ada", 12], assignment=["toy"])
    assert {(row["assignment"], row["student_id"]) for row in found} == {
        ("toy", "ada"),
        ("toy", "12"),
    }
