"""``trust``: where assert cells run, who decides, and what is recorded without a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.course import Trust
from autograder.log import UNGRADED

ALWAYS = """
class Any:
    def __eq__(self, other):
        return True
    def __hash__(self):
        return 0
def double(x):
    return Any()
"""
TOML = 'title = "t"\nsummary = "s"\nminutes = 5\n[grading]\ntrust = "{}"\n'


def cells_of(classroom: Any, student: str) -> dict[str, Any]:
    score = classroom.recorded(student)
    return {cell.grade_id: cell for cell in score.cells}


def settle(classroom: Any, trust: str) -> None:
    folder = classroom.root / "grading" / "ps1"
    folder.mkdir(parents=True)
    (folder / "assignment.toml").write_text(TOML.format(trust))


def test_outside_the_kernel_an_object_that_equals_anything_earns_nothing(classroom):
    classroom.submit("honest")
    classroom.submit("wrong", "def double(x):\n    return x + 1")
    classroom.submit("sly", ALWAYS)
    assert {n: g.outcome.status for n, g in classroom.grade().items()}
    assert classroom.scores() == {"honest": 3.0, "wrong": 1.0, "sly": 3.0}
    graded = classroom.grade(trust=Trust.OUTSIDE)
    assert classroom.scores() == {"honest": 3.0, "wrong": 1.0, "sly": 0.0}
    assert not any(result.unchanged for result in graded.values())


def test_a_cell_without_a_verdict_has_no_score_and_waits_for_a_person(classroom):
    classroom.submit("sly", ALWAYS)
    outcome = classroom.grade(trust=Trust.OUTSIDE)["sly"].outcome
    assert outcome.status == "graded"
    (notebook,) = outcome.notebooks
    assert [q.state for q in notebook.questions] == [UNGRADED, UNGRADED]
    assert [note for note in outcome.notes if "'seen'" in note and "by hand" in note]
    cells = cells_of(classroom, "sly")
    assert cells["seen"].auto is None and cells["unseen"].auto is None
    score = classroom.recorded("sly")
    assert score.needs_manual_grade and score.raw == 0


def test_what_a_person_gave_stays_when_it_is_graded_again(classroom):
    classroom.submit("sly", ALWAYS)
    classroom.grade(trust=Trust.OUTSIDE)
    with classroom.course().gradebook() as gradebook:
        grade = gradebook.find_grade("seen", "p1", "ps1", "sly")
        grade.manual_score = 1.0
        gradebook.db.commit()
    classroom.grade(trust=Trust.OUTSIDE, force=True)
    assert classroom.scores() == {"sly": 1.0}


@pytest.mark.parametrize(("asked", "earned"), [(None, 0.0), (Trust.KERNEL, 3.0)])
def test_the_assignment_decides_unless_the_command_does(classroom, asked, earned):
    settle(classroom, "outside")
    classroom.submit("sly", ALWAYS)
    classroom.grade(trust=asked)
    assert classroom.scores() == {"sly": earned}


def test_the_command_takes_the_option(classroom):
    classroom.submit("sly", ALWAYS)
    done = classroom.command("grade", "ps1", "--trust=outside", "--report=json=report.json")
    assert done.returncode == 0, done.stderr
    assert classroom.scores() == {"sly": 0.0}
    assert '"ungraded"' in (classroom.root / "report.json").read_text()


def test_nbgraders_own_run_records_nothing_where_a_cell_has_no_verdict(classroom):
    from autograder.grading.execute import NotGradedError, run_notebook

    settle(classroom, "outside")
    path = classroom.submit("sly", ALWAYS)
    course = classroom.course()
    folder = Path(classroom.root, "autograded", "sly", "ps1")
    folder.mkdir(parents=True)
    nb = nbformat.read(path, as_version=4)
    with pytest.raises(NotGradedError, match=r"'seen'.*llm-classroom grade"):
        run_notebook(course.config, course.log, course.coursedir, nb, "ps1", "sly", "p1", folder)
