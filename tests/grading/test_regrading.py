"""Grading again: what must be done anew, what must stay as it was, and what must not mix."""

from __future__ import annotations

import shutil

import nbformat
import pytest

from autograder.errors import UsageError
from autograder.gradebook.build import build_gradebook
from autograder.grading.lock import course_lock
from autograder.log import Status

from .conftest import MAXIMUM, RIGHT, WRONG, Classroom, notebook, released_in

RAISING = """\
from nbgrader.plugins import BasePlugin


class Late(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        raise RuntimeError("no penalty today")
"""
LATER = "2026-03-02 10:00:00 UTC"


def test_a_projection_that_fails_leaves_the_earlier_grade_and_is_tried_again(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    classroom.submit("ada")
    classroom.grade()
    monkeypatch.syspath_prepend(str(classroom.root))
    (classroom.root / "raising_late.py").write_text(RAISING)
    plugin = {"AssignLatePenalties": {"plugin_class": "raising_late.Late"}}
    with classroom.course().gradebook() as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2026-01-01 00:00:00 UTC")
    classroom.submit("ada", WRONG, stamp=LATER)
    for _ in range(2):
        graded = classroom.grade(course=classroom.course(**plugin))["ada"]
        assert (graded.outcome.status, graded.outcome.code) == (Status.UNGRADED, "not-recorded")
        assert classroom.scores() == {"ada": MAXIMUM}
    graded = classroom.grade()["ada"]
    assert graded.outcome.status is Status.GRADED and classroom.scores() == {"ada": 1.0}


def test_the_same_answers_handed_in_anew_get_the_same_random_inputs(classroom: Classroom) -> None:
    seeds = set()
    for number, answer in enumerate((RIGHT, RIGHT, WRONG)):
        path = classroom.submit("ada", answer, stamp=f"2026-03-0{number + 1} 10:00:00 UTC")
        (path.parent / "submission_secret.txt").write_text(f"the exchange's secret {number}")
        graded = classroom.grade()["ada"]
        assert not graded.unchanged
        seeds.add(graded.outcome.seed)
        assert len(seeds) == (1 if answer == RIGHT else 2)


def test_a_test_that_was_released_anew_grades_anew(classroom: Classroom) -> None:
    classroom.submit("ada")
    assert not classroom.grade()["ada"].unchanged
    assert classroom.grade()["ada"].unchanged
    source = classroom.root / "source" / "ps1" / "p1.ipynb"
    nb = nbformat.read(source, as_version=4)
    nb.cells[1].source = "assert double(1) == 3"
    nbformat.write(nb, source)
    build_gradebook(classroom.course())
    assert not classroom.grade()["ada"].unchanged
    assert classroom.scores() == {"ada": 2.0}


def test_a_deleted_test_cell_keeps_no_points_of_an_earlier_submission(
    classroom: Classroom,
) -> None:
    classroom.submit("ada")
    classroom.grade()
    classroom.submit("ada", WRONG, edit=lambda nb: nb.cells.pop(2))
    classroom.grade()
    assert classroom.scores() == {"ada": 1.0}


def test_grading_one_notebook_does_not_count_as_grading_the_others(tmp_path) -> None:
    classroom = released_in(tmp_path / "course", {"p1": notebook(), "p2": notebook()})
    classroom.submit("ada")
    folder = classroom.root / "submitted" / "ada" / "ps1"
    shutil.copy(folder / "p1.ipynb", folder / "p2.ipynb")
    only = classroom.course(CourseDirectory={"notebook_id": "p1"})
    classroom.grade(course=only)
    assert classroom.scores() == {"ada": MAXIMUM}
    assert not classroom.grade()["ada"].unchanged
    assert classroom.scores() == {"ada": 2 * MAXIMUM}
    assert classroom.grade()["ada"].unchanged


def test_two_assignments_with_the_same_notebooks_do_not_mix(classroom: Classroom) -> None:
    shutil.copytree(classroom.root / "source" / "ps1", classroom.root / "source" / "ps2")
    build_gradebook(classroom.course())
    classroom.submit("ada")
    classroom.submit("ada", WRONG, assignment="ps2")
    classroom.submit("bob")
    classroom.submit("bob", assignment="ps2")
    done = classroom.command("grade", "--jobs=2")
    assert done.returncode == 0, done.stdout + done.stderr
    with classroom.course().gradebook() as gradebook:
        scores = {
            (name, student): gradebook.find_submission(name, student).score
            for name in ("ps1", "ps2")
            for student in ("ada", "bob")
        }
    assert scores == {
        ("ps1", "ada"): MAXIMUM,
        ("ps2", "ada"): 1.0,
        ("ps1", "bob"): MAXIMUM,
        ("ps2", "bob"): MAXIMUM,
    }


@pytest.mark.parametrize("section", ["Execute", "ExecutePreprocessor", "NotebookClient"])
def test_the_time_for_a_cell_is_read_where_nbgrader_reads_it(
    classroom: Classroom, section: str
) -> None:
    classroom.submit("ada", "import time\ntime.sleep(20)")
    graded = classroom.grade(course=classroom.course(**{section: {"timeout": 1}}))
    assert graded["ada"].outcome.code == "cell-timeout"


def test_only_one_run_grades_in_a_course(classroom: Classroom) -> None:
    classroom.submit("ada")
    with course_lock(classroom.root):
        done = classroom.command("grade", "ps1")
        assert done.returncode == 2 and "is grading in" in done.stderr
        with pytest.raises(UsageError), course_lock(classroom.root):
            pass
    assert classroom.command("grade", "ps1").returncode == 0


def test_an_exceptions_name_cannot_act_on_a_terminal(classroom: Classroom) -> None:
    name = r"\x1b]0;owned\x07\n[1/1] ps1/ada graded"
    classroom.submit("ada", f'raise type("{name}", (Exception,), {{}})')
    done = classroom.command("grade", "ps1")
    assert "\x1b" not in done.stdout
    assert "failed" in done.stdout and "\n[1/1] ps1/ada graded" not in done.stdout


@pytest.mark.parametrize(
    "edit",
    [
        lambda nb: nb.metadata.update(papermill="x"),
        lambda nb: nb.cells.insert(0, nbformat.v4.new_code_cell("x = 1  # papermill_description=")),
    ],
)
def test_what_papermill_reads_in_a_notebook_stops_nothing(classroom: Classroom, edit) -> None:
    classroom.submit("ada", edit=edit)
    assert classroom.grade()["ada"].outcome.status is Status.GRADED
    assert classroom.scores() == {"ada": MAXIMUM}


def test_a_submitted_file_in_the_place_of_a_folder_is_refused(classroom: Classroom) -> None:
    data = classroom.root / "source" / "ps1" / "data"
    data.mkdir()
    (data / "x.csv").write_text("1")
    classroom.submit("ada")
    (classroom.root / "submitted" / "ada" / "ps1" / "data").write_text("a file")
    outcome = classroom.grade()["ada"].outcome
    assert (outcome.status, outcome.code) == (Status.REFUSED, "name-clash")
    assert "data" in outcome.reason
