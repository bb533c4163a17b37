"""The pipeline in this process: what is graded, what is skipped, and what stops nobody else."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.execution.sandbox import Level
from autograder.log import Status

from .conftest import MAXIMUM, NO_EXECUTE, RIGHT, WRONG, Classroom

Edit = Callable[[nbformat.NotebookNode], object]

LATER = "2026-03-02 10:00:00 UTC"


def rendezvous(folder: Path, mine: str, other: str) -> str:
    """An answer that waits for its neighbor's kernel and notes when it began and ended."""
    return f"""\
import os
import time
from collections.abc import Callable
from pathlib import Path

def double(x):
    return 2 * x

folder = Path({str(folder)!r})
begun = time.time()
(folder / {mine!r}).touch()
while not (folder / {other!r}).exists() and time.time() < begun + 25:
    time.sleep(0.01)
(folder / "{mine}.txt").write_text(f"{{begun}} {{time.time()}}")
"""


def test_two_submissions_overlap_in_time_with_two_jobs(
    classroom: Classroom, tmp_path: Path
) -> None:
    classroom.submit("ada", rendezvous(tmp_path, "ada", "bob"))
    classroom.submit("bob", rendezvous(tmp_path, "bob", "ada"))
    # They meet in a folder of the host.
    graded = classroom.grade(jobs=2, isolation=Level.NONE)
    assert [g.outcome.status for g in graded.values()] == [Status.GRADED] * 2
    begin, end = zip(
        *(map(float, (tmp_path / f"{s}.txt").read_text().split()) for s in graded), strict=True
    )
    assert max(begin) < min(end)


def duplicate(nb: nbformat.NotebookNode) -> None:
    nb.cells.insert(1, new_code_cell(nb.cells[0].source, metadata=nb.cells[0].metadata))


@pytest.fixture
def bad_class(classroom: Classroom) -> Classroom:
    """Three students who would each stop nbgrader or lose their grade, among two others."""
    classroom.submit("a-right")
    classroom.submit("b-dead", f"{RIGHT}\nimport os\nos._exit(1)")
    classroom.submit("c-unreadable").write_text('{"cells": [')
    classroom.submit("d-twice", edit=duplicate)
    classroom.submit("e-right")
    return classroom


def test_bad_submissions_do_not_stop_the_others(bad_class: Classroom) -> None:
    graded = bad_class.grade(jobs=2)
    found = {name: (str(g.outcome.status), g.outcome.code) for name, g in graded.items()}
    assert found == {
        "a-right": ("graded", ""),
        "b-dead": ("failed", "kernel-died"),
        "c-unreadable": ("refused", "truncated-json"),
        "d-twice": ("graded", ""),
        "e-right": ("graded", ""),
    }
    assert bad_class.scores() == {
        "a-right": MAXIMUM,
        "b-dead": 0.0,
        "d-twice": MAXIMUM,
        "e-right": MAXIMUM,
    }


def attempts(classroom: Classroom) -> int:
    with classroom.log() as log:
        return len(log.attempts())


def test_unchanged_submissions_are_skipped_and_changed_ones_graded_again(
    classroom: Classroom,
) -> None:
    classroom.submit("ada", WRONG)
    classroom.submit("bob")
    classroom.grade()
    again = classroom.grade()
    assert [g.unchanged for g in again.values()] == [True, True]
    assert [g.outcome.status for g in again.values()] == [Status.GRADED, Status.GRADED]
    assert attempts(classroom) == 2
    classroom.submit("ada")
    changed = classroom.grade()
    assert {name: g.unchanged for name, g in changed.items()} == {"ada": False, "bob": True}
    assert classroom.scores() == {"ada": MAXIMUM, "bob": MAXIMUM}


def test_a_newer_timestamp_is_graded_again(classroom: Classroom) -> None:
    classroom.submit("ada")
    first = classroom.grade(execute=False)["ada"]
    classroom.submit("ada", stamp=LATER)
    second = classroom.grade(execute=False)["ada"]
    assert not second.unchanged
    assert first.timestamp is not None and second.timestamp is not None
    assert second.timestamp > first.timestamp
    # what is handed in decides what is drawn, not when
    assert second.outcome.seed == first.outcome.seed


def test_force_grades_again_with_the_same_seed(classroom: Classroom) -> None:
    classroom.submit("ada")
    classroom.submit("bob")
    first = classroom.grade(execute=False)
    forced = classroom.grade(force=True, execute=False)
    assert not any(g.unchanged for g in forced.values())
    seeds = {name: g.outcome.seed for name, g in first.items()}
    assert {name: g.outcome.seed for name, g in forced.items()} == seeds
    assert seeds["ada"] != seeds["bob"]
    assert classroom.grade(force=True, execute=False, seed=1)["ada"].outcome.seed != seeds["ada"]


def test_a_changed_source_file_is_graded_again(classroom: Classroom) -> None:
    classroom.submit("ada")
    classroom.grade(execute=False)
    (classroom.root / "source" / "ps1" / "data.csv").write_text("1")
    assert not classroom.grade(execute=False)["ada"].unchanged


def test_a_refused_resubmission_leaves_the_grade_and_says_that_it_is_stale(
    classroom: Classroom,
) -> None:
    classroom.submit("ada")
    classroom.grade(execute=False)
    before = snapshot(classroom.root / "autograded")
    classroom.submit("ada", stamp=LATER).write_text("{")
    refused = classroom.grade(execute=False)["ada"]
    assert refused.outcome.status is Status.REFUSED
    assert classroom.scores() == {"ada": MAXIMUM}
    assert snapshot(classroom.root / "autograded") == before
    (stale,) = classroom.stale()
    assert (stale.newest.student, stale.newest.status) == ("ada", Status.REFUSED)
    assert stale.shown.status is Status.GRADED
    assert classroom.grade(execute=False)["ada"].unchanged  # refused once, said again, logged once
    assert attempts(classroom) == 2
    classroom.submit("ada", stamp="2026-03-03 10:00:00 UTC")
    assert classroom.grade(execute=False)["ada"].outcome.status is Status.GRADED
    assert classroom.stale() == []


def snapshot(folder: Path) -> dict[str, tuple[float, bytes]]:
    return {
        str(p.relative_to(folder)): (p.stat().st_mtime, p.read_bytes())
        for p in folder.rglob("*")
        if p.is_file()
    }


def flag(index: int, **flags: Any) -> Edit:
    return lambda nb: nb.cells[index].metadata.nbgrader.update(flags)


TAMPERED: dict[str, Edit] = {
    "a-solution": flag(1, solution=True),
    "b-no-grade": flag(1, grade=False),
    "c-a-word-for-a-flag": flag(1, grade="yes"),
    "d-nothing-at-all": flag(1, grade=False, locked=False, solution=False),
    "e-task": flag(1, task=True),
    "f-unlocked": flag(1, locked=False),
    "g-points": flag(1, points="abc"),
    "h-no-points": lambda nb: nb.cells[1].metadata.nbgrader.pop("points"),
    "i-graded-answer": flag(0, grade=True, points=100),
    "j-no-answer": flag(0, solution=False),
}


def test_marks_that_a_student_changed_are_those_of_the_gradebook_again(
    classroom: Classroom,
) -> None:
    for student, edit in TAMPERED.items():
        classroom.submit(student, edit=edit)
    classroom.submit("y-schema", edit=flag(1, schema_version="3"))
    classroom.submit("z-right")
    graded = classroom.grade(execute=False)
    statuses = {student: str(g.outcome.status) for student, g in graded.items()}
    assert statuses.pop("y-schema") == "refused"
    assert statuses == dict.fromkeys([*TAMPERED, "z-right"], "graded")
    assert classroom.scores() == dict.fromkeys([*TAMPERED, "z-right"], MAXIMUM)


PLUGIN = """\
from nbgrader.preprocessors import NbGraderPreprocessor
from pathlib import Path

class FullDisk(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        if Path({flag!r}).exists() and resources["nbgrader"]["student"] == "bob":
            raise OSError(28, "No space left on device")
        return nb, resources
"""


PREPARING = """\
from nbgrader.preprocessors import NbGraderPreprocessor

class Fussy(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        if resources["nbgrader"]["student"] == "ada":
            raise RuntimeError("no such\\nlicense")
        return nb, resources
"""


def test_a_plug_in_that_raises_costs_one_submission_its_grade(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    (classroom.root / "fussy_plugin.py").write_text(PREPARING)
    monkeypatch.syspath_prepend(str(classroom.root))
    classroom.submit("ada")
    classroom.submit("bob")
    steps = ["ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells"]
    names = [*(f"nbgrader.preprocessors.{step}" for step in steps), "fussy_plugin.Fussy"]
    course = classroom.course(
        Autograde={"sanitize_preprocessors": names}, Execute={"enabled": False}
    )
    graded = classroom.grade(course=course)
    assert graded["ada"].outcome.status is Status.UNGRADED
    assert graded["ada"].outcome.reason.endswith("RuntimeError: no such license.")
    assert graded["bob"].outcome.status is Status.GRADED
    assert classroom.scores() == {"bob": MAXIMUM}


@pytest.fixture
def fragile(classroom: Classroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Classroom:
    """A course with a plug-in that fails for bob while a file is there."""
    flag = tmp_path / "disk-is-full"
    flag.touch()
    (classroom.root / "fragile_plugin.py").write_text(PLUGIN.format(flag=str(flag)))
    monkeypatch.syspath_prepend(str(classroom.root))
    return classroom


def recording(*more: str) -> dict[str, Any]:
    names = ("Execute", "IgnorePattern", "LimitOutput", "SaveAutoGrades", "AssignLatePenalties")
    steps = [f"nbgrader.preprocessors.{name}" for name in names]
    return {"autograde_preprocessors": [*steps, *more]}


def test_what_could_not_be_recorded_is_ungraded_and_recorded_by_the_next_run(
    fragile: Classroom, tmp_path: Path
) -> None:
    for student in ("ada", "bob", "cyd"):
        fragile.submit(student)
    course = fragile.course(Autograde=recording("fragile_plugin.FullDisk"), **NO_EXECUTE)
    graded = fragile.grade(course=course)
    assert {n: str(g.outcome.status) for n, g in graded.items()} == {
        "ada": "graded",
        "bob": "ungraded",
        "cyd": "graded",
    }
    assert "No space left" in graded["bob"].outcome.reason
    assert not (fragile.root / "autograded" / "bob" / "ps1").exists()
    executed = attempts(fragile)
    (tmp_path / "disk-is-full").unlink()
    again = fragile.grade(course=course)
    assert again["bob"].outcome.status is Status.GRADED
    assert fragile.scores() == dict.fromkeys(graded, MAXIMUM)
    assert attempts(fragile) == executed  # it was run once: what it ran to was kept


def test_an_ungraded_submission_is_tried_again_by_the_next_run(classroom: Classroom) -> None:
    too_much = "assert double(3) == 6\n5"
    source = classroom.root / "source" / "ps1" / "p1.ipynb"
    nb = nbformat.read(source, as_version=4)
    nb.cells[1].source = too_much
    release(classroom, nb)
    classroom.submit("ada")
    graded = classroom.grade()
    assert graded["ada"].outcome.status is Status.UNGRADED
    assert graded["ada"].outcome.code == "bad-points"
    assert "ada" not in classroom.scores()
    nb.cells[1].source = "assert double(3) == 6\n0.5"
    release(classroom, nb)
    assert classroom.grade()["ada"].outcome.status is Status.GRADED
    assert classroom.scores()["ada"] == 2.5


def release(classroom: Classroom, nb: nbformat.NotebookNode) -> None:
    from autograder.gradebook.build import build_gradebook

    nbformat.write(nb, classroom.root / "source" / "ps1" / "p1.ipynb")
    build_gradebook(classroom.course())


def test_an_assignment_whose_tests_changed_is_graded_again(classroom: Classroom) -> None:
    classroom.submit("ada", WRONG)
    classroom.grade()
    assert classroom.scores() == {"ada": 1.0}
    nb = nbformat.read(classroom.root / "source" / "ps1" / "p1.ipynb", as_version=4)
    nb.cells[2].source = "assert double(1) == 2"
    release(classroom, nb)
    assert not classroom.grade()["ada"].unchanged
    assert classroom.scores() == {"ada": MAXIMUM}


def test_what_a_killed_run_left_in_the_scratch_folder_goes_after_a_day(
    classroom: Classroom,
) -> None:
    work = classroom.root / ".llm-classroom" / "work"
    old, new = work / "old", work / "new"
    for folder in (old, new):
        folder.mkdir(parents=True)
    os.utime(old, (time.time() - 25 * 3600,) * 2)
    classroom.grade()
    assert [path.name for path in work.iterdir()] == ["new"]
