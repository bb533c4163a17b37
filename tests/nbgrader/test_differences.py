"""Where our outcome differs from nbgrader's, as docs/nbgrader.md tells: both shown side by side."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output
from nbgrader.converters import Autograde, NbGraderException

from autograder.log import Status

from ..grading.conftest import MAXIMUM, NO_EXECUTE, RIGHT, Classroom, notebook, released_in

LATER = "2026-03-02 10:00:00 UTC"
UNREADABLE = '{"cells": ['

Twins = Callable[[Callable[[Classroom], object]], tuple[Classroom, Classroom]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with two notebooks in its one assignment."""
    root = tmp_path_factory.mktemp("differences") / "course"
    return released_in(root, {"p1": notebook(), "p2": notebook()}).root


@pytest.fixture
def twins(template: Path, tmp_path: Path) -> Twins:
    """Two courses in the same state: one for us to grade, one for nbgrader."""

    def make(prepare: Callable[[Classroom], object]) -> tuple[Classroom, Classroom]:
        ours = Classroom(Path(shutil.copytree(template, tmp_path / "ours")))
        prepare(ours)
        return ours, Classroom(Path(shutil.copytree(ours.root, tmp_path / "theirs")))

    return make


def submit(classroom: Classroom, student: str, answer: str = RIGHT, stamp: str = LATER) -> Path:
    """Hand in both notebooks; the first one's path."""
    first = classroom.submit(student, answer, stamp=stamp)
    shutil.copy(first, first.with_name("p2.ipynb"))
    return first


def nbgrader_autograde(classroom: Classroom, **options: dict[str, Any]) -> bool:
    """Run nbgrader's autograde; whether it succeeded."""
    course = classroom.course(**options)
    coursedir = course.directory_for("ps1")
    converter = Autograde(coursedir=coursedir, parent=course.parent)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbgrader's own
        try:
            converter.start()
        except (NbGraderException, SystemExit):
            return False
    return True


def graded_files(classroom: Classroom, student: str) -> list[str] | None:
    """Names of a student's graded notebooks; None if there is no folder."""
    folder = classroom.root / "autograded" / student / "ps1"
    return sorted(p.name for p in folder.glob("*.ipynb")) if folder.exists() else None


def test_a_failure_with_some_notebooks_chosen_leaves_no_empty_folder(twins: Twins) -> None:
    ours, theirs = twins(
        lambda course: submit(course, "ada").with_name("p2.ipynb").write_text(UNREADABLE)
    )
    chosen = {"CourseDirectory": {"notebook_id": "p*"}}
    assert not nbgrader_autograde(theirs, **chosen)
    assert graded_files(theirs, "ada") == []
    outcome = ours.grade(course=ours.course(**chosen))["ada"].outcome
    assert (outcome.status, outcome.code) == (Status.REFUSED, "truncated-json")
    assert graded_files(ours, "ada") is None
    assert "ada" not in ours.scores()


def test_a_failure_leaves_the_earlier_grade_alone(twins: Twins) -> None:
    def prepare(course: Classroom) -> None:
        submit(course, "ada", stamp="2026-03-01 10:00:00 UTC")
        course.grade()
        submit(course, "ada").with_name("p2.ipynb").write_text(UNREADABLE)

    ours, theirs = twins(prepare)
    assert not nbgrader_autograde(theirs)
    assert graded_files(theirs, "ada") is None
    assert ours.grade()["ada"].outcome.status is Status.REFUSED
    assert graded_files(ours, "ada") == ["p1.ipynb", "p2.ipynb"]
    assert ours.scores() == {"ada": 2 * MAXIMUM}
    (stale,) = ours.stale()
    assert stale.newest.student == "ada"


def test_what_ran_before_a_kernel_died_is_scored(twins: Twins) -> None:
    def prepare(course: Classroom) -> None:
        path = submit(course, "ada")
        nb = nbformat.read(path, as_version=4)
        nb.cells.insert(2, new_code_cell("import os\nos._exit(1)"))
        nbformat.write(nb, path)

    ours, theirs = twins(prepare)
    assert not nbgrader_autograde(theirs)
    assert graded_files(theirs, "ada") is None
    assert theirs.scores() == {"ada": 0.0}  # which its export writes
    outcome = ours.grade()["ada"].outcome
    assert (outcome.status, outcome.code) == (Status.FAILED, "kernel-died")
    assert "in cell 3" in outcome.reason
    # one point for the test before, three for the other notebook
    assert ours.scores() == {"ada": 1.0 + MAXIMUM}


def test_a_duplicated_cell_costs_nobody_a_grade(twins: Twins) -> None:
    def prepare(course: Classroom) -> None:
        path = submit(course, "ada")
        nb = nbformat.read(path, as_version=4)
        wrong = "def double(x):\n    return 0"
        nb.cells.insert(0, new_code_cell(wrong, metadata=nb.cells[0].metadata))
        nbformat.write(nb, path)
        submit(course, "bob")

    ours, theirs = twins(prepare)
    assert not nbgrader_autograde(theirs)
    assert graded_files(theirs, "bob") is None
    graded = ours.grade()
    assert [g.outcome.status for g in graded.values()] == [Status.GRADED, Status.GRADED]
    assert ours.scores() == {"ada": 2 * MAXIMUM, "bob": 2 * MAXIMUM}
    assert graded["ada"].outcome.notes == (
        "p1.ipynb has the cell 'double' 2 times; the last one counts.",
    )


def test_an_unreadable_notebook_gets_no_score_and_a_reason(twins: Twins) -> None:
    ours, theirs = twins(lambda course: submit(course, "ada").write_text(UNREADABLE))
    assert not nbgrader_autograde(theirs)
    assert theirs.scores() == {"ada": 0.0}  # which its export writes
    outcome = ours.grade()["ada"].outcome
    assert (outcome.status, outcome.code) == (Status.REFUSED, "truncated-json")
    assert outcome.reason.startswith("p1.ipynb: the file ends too early, at line 1")
    assert ours.scores() == {}


def test_a_test_cell_that_gives_too_many_points_is_ours_and_no_score(twins: Twins) -> None:
    def prepare(course: Classroom) -> None:
        path = submit(course, "ada")
        nb = nbformat.read(path, as_version=4)
        nb.cells[1].outputs = [
            new_output("execute_result", {"text/plain": "99"}, execution_count=1)
        ]
        nbformat.write(nb, path)

    ours, theirs = twins(prepare)
    assert not nbgrader_autograde(theirs, **NO_EXECUTE)
    assert theirs.scores() == {"ada": 0.0}  # which its export writes
    outcome = ours.grade(execute=False)["ada"].outcome
    assert (outcome.status, outcome.code) == (Status.UNGRADED, "bad-points")
    assert "'seen'" in outcome.reason
    assert ours.scores() == {}
