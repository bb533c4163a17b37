"""A rule from ``assignment.toml`` to the grade, the report and the feedback page."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook

from autograder.course.errors import AssignmentFileError
from autograder.log import Status

from .conftest import KERNEL, Classroom, cell, released_in

SETTINGS = """\
title = "Order"
summary = "Numbers in order."
minutes = 5

[[rules]]
question = "ordered"
names = ["sort", "builtins.sorted"]
"""
CHECK = '''\
from autograder.checks import question, values

@question
def {name}(run):
    """{name} numbers."""
    yield values.equal("three", run.call("{name}", [3, 1, 2]), {wanted})
'''
ANSWER = "def {name}(numbers):\n    ### BEGIN SOLUTION\n    ...\n    ### END SOLUTION"
BY_HAND = """\
def ordered(numbers):
    left, found = list(numbers), []
    while left:
        found.append(left.pop(left.index(min(left))))
    return found
"""
BY_ALIAS = """\
from builtins import sorted as arrange

def ordered(numbers):
    return arrange(numbers)
"""
REVERSED = "def reverse(numbers):\n    return sorted(numbers)[::-1]"


@pytest.fixture
def ordering(tmp_path: Path) -> Classroom:
    """A course with two questions, one of which has a rule."""
    cells = []
    for name, wanted in (("ordered", [1, 2, 3]), ("reverse", [3, 2, 1])):
        check = CHECK.format(name=name, wanted=wanted)
        cells += [
            cell("code", ANSWER.format(name=name), f"{name}-answer", solution=True),
            cell("code", check, name, grade=True, locked=True, points=3),
        ]
    grading = tmp_path / "course" / "grading" / "ps1"
    grading.mkdir(parents=True)
    (grading / "assignment.toml").write_text(SETTINGS)
    nb = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    return released_in(tmp_path / "course", {"p1": nb})


def submit(classroom: Classroom, student: str, answer: str) -> None:
    def answer_the_other(nb: nbformat.NotebookNode) -> None:
        nb.cells[2].source = REVERSED

    classroom.submit(student, answer, edit=answer_the_other)


def test_a_forbidden_name_loses_its_question_and_is_named_with_its_line(
    ordering: Classroom,
) -> None:
    submit(ordering, "ada", BY_HAND)
    submit(ordering, "bob", BY_ALIAS)
    graded = ordering.grade(jobs=2)
    assert {g.outcome.status for g in graded.values()} == {Status.GRADED}
    assert ordering.scores() == {"ada": 6.0, "bob": 3.0}
    questions = {q.grade_id: q for q in graded["bob"].outcome.notebooks[0].questions}
    assert (questions["ordered"].points, questions["reverse"].points) == (0.0, 3.0)
    (numbers, rule) = questions["ordered"].findings
    assert numbers["passed"] and not rule["passed"] and rule["gate"]
    told = "import of builtins.sorted in line 1 of the answer; arrange in line 4 of the answer"
    assert rule["measured"] == told
    done = ordering.command("feedback", "ps1")
    page = next((ordering.root / "feedback" / "bob").rglob("*.html")).read_text()
    assert done.returncode == 0 and "arrange in line 4 of the answer" in page
    other = next((ordering.root / "feedback" / "ada").rglob("*.html")).read_text()
    assert "in line 4 of the answer" not in other


def test_changed_rules_grade_anew(ordering: Classroom) -> None:
    submit(ordering, "bob", BY_ALIAS)
    assert ordering.grade()["bob"].outcome.status is Status.GRADED
    assert ordering.grade()["bob"].unchanged
    settings = ordering.root / "grading" / "ps1" / "assignment.toml"
    settings.write_text(SETTINGS.partition("[[rules]]")[0])
    assert not ordering.grade()["bob"].unchanged
    assert ordering.scores() == {"bob": 6.0}


def test_a_rule_for_a_question_that_is_gone_stops_the_run(ordering: Classroom) -> None:
    submit(ordering, "bob", BY_ALIAS)
    settings = ordering.root / "grading" / "ps1" / "assignment.toml"
    settings.write_text(SETTINGS.replace('"ordered"', '"orderly"'))
    with pytest.raises(AssignmentFileError, match="The questions are: ordered, reverse"):
        ordering.grade()


def test_reports_carry_the_finding(ordering: Classroom, tmp_path: Path) -> None:
    submit(ordering, "bob", BY_ALIAS)
    target = tmp_path / "report.json"
    done = ordering.command("grade", "ps1", f"--report=json={target}")
    assert done.returncode == 0, done.stderr
    assert "arrange in line 4 of the answer" in json.dumps(json.loads(target.read_text()))
