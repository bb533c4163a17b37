"""Steps of nbgrader's conversion, on rows in memory, beside steps that nobody here knows."""

from __future__ import annotations

from typing import Any

import pytest
from nbgrader import preprocessors as stock
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import ValidationError
from nbgrader.plugins import LateSubmissionPlugin

from autograder.gradebook.released import read_released
from autograder.gradebook.steps import STEPS, CheckCellMetadata, Workbench
from autograder.log import Status

from .conftest import MAXIMUM, NO_EXECUTE, WRONG, Classroom, notebook

# nbgrader's own queries add rows that its session does not know yet.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

STOCK = [stock.Execute, stock.IgnorePattern, stock.LimitOutput]
LATE = "2026-03-02 10:00:00 UTC"


class Bonus(stock.NbGraderPreprocessor):
    """A course's own step: half a point to whoever earned something, by its own gradebook."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        named = resources["nbgrader"]
        with Gradebook(named["db_url"]) as gradebook:
            grade = gradebook.find_grade("seen", "p1", named["assignment"], named["student"])
            if grade.auto_score:
                grade.extra_credit = 0.5
            gradebook.db.commit()
        return nb, resources


class Generous(stock.SaveAutoGrades):
    """A subclass of a step of nbgrader's: full points, whatever came out."""

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> Any:
        if cell.cell_type == "code":
            cell.outputs = []
        return super().preprocess_cell(cell, resources, cell_index)


class AllBut(LateSubmissionPlugin):
    """A late penalty of all points but what the gradebook has as extra credit."""

    def late_submission_penalty(self, student_id: str, score: float, late: float) -> float:
        url = self.parent.parent.parent.coursedir.db_url
        with Gradebook(url) as gradebook:
            grade = gradebook.find_grade("seen", "p1", "ps1", student_id)
            assert grade.auto_score == 1.0  # what was saved before is there to be seen
            return score - (grade.extra_credit or 0.0)


def due(classroom: Classroom) -> None:
    with classroom.course().gradebook() as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2026-03-01 12:00:00 UTC")


def final(classroom: Classroom, student: str) -> tuple[float, float]:
    with classroom.course().gradebook() as gradebook:
        submission = gradebook.find_submission("ps1", student)
        return submission.score, submission.late_submission_penalty


def test_a_step_of_the_course_sees_the_rows_and_what_it_writes_counts(
    classroom: Classroom,
) -> None:
    due(classroom)
    classroom.submit("ada", stamp=LATE)
    steps = [*STOCK, stock.SaveAutoGrades, Bonus, stock.AssignLatePenalties]
    plugin = {"plugin_class": AllBut}
    course = classroom.course(
        Autograde={"autograde_preprocessors": steps}, AssignLatePenalties=plugin, **NO_EXECUTE
    )
    assert classroom.grade(course=course)["ada"].outcome.status is Status.GRADED
    assert final(classroom, "ada") == (MAXIMUM + 0.5, MAXIMUM)


def test_a_subclass_of_a_step_is_not_replaced(classroom: Classroom) -> None:
    classroom.submit("ada", WRONG)
    steps = [*STOCK, Generous, stock.AssignLatePenalties]
    course = classroom.course(Autograde={"autograde_preprocessors": steps})
    assert classroom.grade(course=course)["ada"].outcome.status is Status.GRADED
    assert final(classroom, "ada") == (MAXIMUM, 0.0)


def test_a_penalty_that_fails_leaves_no_row_of_a_new_submission(classroom: Classroom) -> None:
    due(classroom)
    classroom.submit("ada", WRONG, stamp=LATE)
    # The plug-in's assertion fails: without SaveAutoGrades there is no score to be seen.
    steps = [*STOCK, stock.AssignLatePenalties]
    plugin = {"plugin_class": AllBut}
    course = classroom.course(
        Autograde={"autograde_preprocessors": steps}, AssignLatePenalties=plugin, **NO_EXECUTE
    )
    assert classroom.grade(course=course)["ada"].outcome.code == "not-recorded"
    assert classroom.scores() == {}
    assert not (classroom.root / "autograded" / "ada" / "ps1").exists()


def test_every_step_that_nbgrader_takes_by_default_is_known(classroom: Classroom) -> None:
    from nbgrader.converters import Autograde

    steps = [*Autograde.sanitize_preprocessors.default_args[0]]
    steps += Autograde.autograde_preprocessors.default_args[0]
    assert {step for step in steps if step not in STEPS} == {stock.Execute}


def test_metadata_is_judged_by_type_though_it_was_seen_to_be_right(classroom: Classroom) -> None:
    with classroom.course().gradebook() as gradebook:
        bench = Workbench(read_released(gradebook, "ps1"))
    step = CheckCellMetadata()
    step.bench = bench
    nb = notebook()
    step.preprocess(nb, {})
    nb.cells[1].metadata.nbgrader.grade = 1  # equal to True, and no truth value
    with pytest.raises(ValidationError):
        step.preprocess(nb, {})
    nb.cells[1].metadata.nbgrader.grade = [True]
    with pytest.raises(ValidationError):
        step.preprocess(nb, {})
