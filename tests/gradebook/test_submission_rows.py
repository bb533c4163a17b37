"""What the autograder writes of a submission, beside what nbgrader would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy import event

from autograder.gradebook.course import Course
from autograder.gradebook.engine import engine_for
from autograder.gradebook.released import ReleasedAssignment, read_released
from autograder.gradebook.score import read_scores
from autograder.gradebook.submission_rows import SubmissionRows

# nbgrader adds a submission before its session knows it.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

WHEN = datetime(2026, 10, 1, 7)
Rows = Callable[[str], SubmissionRows]


@pytest.fixture
def assignment(released: Course) -> ReleasedAssignment:
    with released.gradebook() as gradebook:
        return read_released(gradebook, "toy")


@pytest.fixture
def rows(released: Course, assignment: ReleasedAssignment) -> Rows:
    return lambda student: SubmissionRows(engine_for(released.db_url), assignment, student)


@contextmanager
def statements(released: Course) -> Iterator[list[str]]:
    """The SQL that is sent meanwhile."""
    sent: list[str] = []
    engine = engine_for(released.db_url)

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def told(gradebook: Gradebook, student: str) -> dict[str, Any]:
    """All that nbgrader tells of a submission, but ids and the student's name."""
    submission = gradebook.find_submission("toy", student)

    def without(data: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in data.items() if k not in ("id", "student")}

    return {
        "submission": without(submission.to_dict()),
        "late": submission.total_seconds_late,
        "notebooks": [without(n.to_dict()) for n in submission.notebooks],
        "penalties": [n.late_submission_penalty for n in submission.notebooks],
        "grades": sorted(str(without(g.to_dict())) for n in submission.notebooks for g in n.grades),
        "comments": sorted(
            str(without(c.to_dict())) for n in submission.notebooks for c in n.comments
        ),
    }


def test_a_new_submission_is_what_nbgrader_would_make(released: Course, rows: Rows) -> None:
    made = rows("ada")
    made.timestamp = WHEN
    made.write()
    with released.gradebook() as gradebook:
        gradebook.add_student("bob")
        gradebook.add_submission("toy", "bob", timestamp=str(WHEN))
        assert told(gradebook, "ada") == told(gradebook, "bob")


def test_what_is_changed_is_written_and_what_a_person_gave_stays(
    released: Course, rows: Rows
) -> None:
    rows("ada").write()
    with released.gradebook() as gradebook:
        grade = gradebook.find_grade("doubling", "toy", "toy", "ada")
        grade.manual_score, grade.extra_credit = 1.5, 0.25
        gradebook.db.commit()
    again = rows("ada")
    notebook = again.notebook("toy")
    notebook.forget_scores()
    notebook.grade("asserts").auto_score = 2.0
    notebook.grade("asserts").needs_manual_grade = False
    notebook.comment("double").auto_comment = "No response."
    notebook.late_submission_penalty = 0.5
    again.write()
    assert notebook.score == 1.5 + 0.25 + 2.0
    with released.gradebook() as gradebook:
        found = gradebook.find_submission_notebook("toy", "toy", "ada")
        assert (found.score, found.late_submission_penalty) == (notebook.score, 0.5)
        grade = gradebook.find_grade("doubling", "toy", "toy", "ada")
        assert (grade.manual_score, grade.needs_manual_grade) == (1.5, True)
        said = gradebook.find_comment("double", "toy", "toy", "ada")
        assert said.auto_comment == "No response."


def test_nothing_is_sent_where_nothing_has_changed(released: Course, rows: Rows) -> None:
    rows("ada").write()
    again = rows("ada")
    with statements(released) as sent:
        again.write()
    assert sent == []


def test_a_submission_costs_as_much_after_many_as_after_none(released: Course, rows: Rows) -> None:
    def cost(student: str) -> int:
        with statements(released) as sent:
            rows(student).write()
        return len(sent)

    first = cost("ada")
    for number in range(20):
        rows(f"student-{number}").write()
    assert cost("zoe") == first <= 10


def test_restoring_puts_back_the_rows_that_were_there(released: Course, rows: Rows) -> None:
    made = rows("ada")
    made.notebook("toy").grade("asserts").auto_score = 1.0
    made.write()
    again = rows("ada")
    again.timestamp = WHEN
    again.notebook("toy").score_nothing()
    again.write()
    again.restore()
    back = rows("ada")
    assert back.timestamp is None
    assert back.notebook("toy").grade("asserts").auto_score == 1.0
    assert back.notebook("toy").grade("doubling").auto_score is None


def test_restoring_removes_a_submission_that_was_not_there(released: Course, rows: Rows) -> None:
    made = rows("ada")
    made.write()
    made.load()  # as after a step that wrote to the gradebook itself
    made.restore()
    with released.gradebook() as gradebook, pytest.raises(MissingEntry):
        gradebook.find_submission("toy", "ada")


def test_a_cell_that_the_submission_has_no_row_of_is_missing(rows: Rows) -> None:
    notebook = rows("ada").notebook("toy")
    for find in (notebook.grade, notebook.comment, rows("ada").notebook):
        with pytest.raises(MissingEntry, match="absent"):
            find("absent")


def test_lateness_counts_from_the_due_date_with_its_extension(released: Course, rows: Rows) -> None:
    with released.gradebook() as gradebook:
        gradebook.find_assignment("toy").duedate = WHEN
        gradebook.db.commit()
    late = rows("ada")
    late.timestamp = WHEN + timedelta(hours=2)
    assert late.total_seconds_late == 7200
    late.write()
    with released.gradebook() as gradebook:
        gradebook.grant_extension("toy", "ada", hours=1)
        assert gradebook.find_submission("toy", "ada").total_seconds_late == 3600
    assert rows("ada").total_seconds_late == 3600


def test_scores_of_a_class_are_those_that_nbgrader_computes(
    released: Course, rows: Rows, assignment: ReleasedAssignment
) -> None:
    with released.gradebook() as gradebook:
        gradebook.find_assignment("toy").duedate = WHEN
        gradebook.add_student("ada", first_name="Ada", last_name="Lovelace", email="a@b.c")
        gradebook.db.commit()
    for number, student in enumerate(("ada", "bob", "cyd")):
        made = rows(student)
        notebook = made.notebook("toy")
        notebook.grade("asserts").auto_score = float(number)
        notebook.grade("asserts").needs_manual_grade = False
        notebook.late_submission_penalty = 0.5 if number == 2 else None
        made.write()
    with released.gradebook() as gradebook:
        grade = gradebook.find_grade("doubling", "toy", "toy", "bob")
        grade.manual_score, grade.extra_credit = 2.0, 1.0
        gradebook.grant_extension("toy", "cyd", hours=1)
        gradebook.db.commit()
        found = read_scores(engine_for(released.db_url), assignment)
        assert sorted(found) == ["ada", "bob", "cyd"]
        for student, score in found.items():
            submission = gradebook.find_submission("toy", student)
            assert score.raw == submission.score
            assert score.penalty == submission.late_submission_penalty
            assert score.max_score == submission.max_score
            assert score.needs_manual_grade == submission.needs_manual_grade
            assert score.duedate == submission.duedate
            assert score.email == (submission.student.email or "")
            assert {
                (c.notebook, c.grade_id): (c.auto, c.manual, c.max_score) for c in score.cells
            } == {
                (n.name, g.name): (g.auto_score, g.manual_score, g.max_score)
                for n in submission.notebooks
                for g in n.grades
            }
    assert found["cyd"] == read_scores(engine_for(released.db_url), assignment, "cyd")["cyd"]
    assert read_scores(engine_for(released.db_url), assignment, "dan") == {}
