"""Killed at any instant and started again, a run finishes what is left: no more, no less."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from . import killing
from .conftest import MAXIMUM, RIGHT, WRONG, Classroom

LATER = "2026-03-02 10:00:00 UTC"
ARMED = """
import os
if "KILL_AT" in os.environ:
    import killing
    killing.kill_at_statement(os.environ["KILL_AT"], int(os.environ["KILL_COUNT"]))
"""


@pytest.fixture
def resubmitted(classroom: Classroom) -> Classroom:
    """Ada was graded before, by hand too, and has submitted again; Bob is new."""
    classroom.submit("ada", WRONG)
    done = classroom.command("grade", "ps1", "--no-execute", "--quiet")
    assert done.returncode == 0, done.stderr
    with classroom.course().gradebook() as gradebook:
        gradebook.find_grade("unseen", "p1", "ps1", "ada").manual_score = 1.5
        gradebook.db.commit()
    classroom.submit("ada", RIGHT, stamp=LATER)
    (classroom.root / "submitted" / "ada" / "ps1" / "notes.txt").write_text("second try")
    classroom.submit("bob", RIGHT)
    return classroom


def test_a_run_killed_at_any_write_is_completed_by_the_next_one(
    resubmitted: Classroom, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = subprocess.run(
        [sys.executable, killing.__file__, resubmitted.root, scratch, "18"],
        env=resubmitted.environment(),
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    whole, *killed = map(json.loads, done.stdout.splitlines())
    assert whole["total"] > 100
    assert [a[0] for a in whole["state"]["attempts"]] == ["ada", "ada", "bob"]
    assert len(killed) == 18
    for run in killed:
        assert run["killed"] == -9, run["point"]
        assert run["again"] == 0, done.stderr
        for part, wanted in whole["state"].items():
            assert run["state"][part] == wanted, f"{part}, killed at {run['point']}"


def arm(classroom: Classroom) -> None:
    """Let the course's configuration kill the process that reads it, if a variable says so."""
    shutil.copy(killing.__file__, classroom.root)
    path = classroom.root / "nbgrader_config.py"
    path.write_text(path.read_text() + ARMED)


@pytest.fixture(scope="module")
def undisturbed(released: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run that nobody kills leaves behind."""
    root = tmp_path_factory.mktemp("undisturbed") / "course"
    classroom = Classroom(Path(shutil.copytree(released, root)))
    submit_class(classroom)
    classroom.grade()
    return executed(classroom)


def executed(classroom: Classroom) -> dict[str, Any]:
    """All that a run leaves, without what differs each time that a notebook is executed."""
    state = killing.state(classroom.root)
    return {**state, "files": sorted(state["files"])}


def submit_class(classroom: Classroom) -> None:
    classroom.submit("ada", WRONG)
    classroom.submit("bob", RIGHT)


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        pytest.param("INSERT INTO attempts", 2, id="after-execute-before-the-log"),
        pytest.param("INSERT INTO submitted_assignment", 2, id="between-log-and-projection"),
        pytest.param("INSERT INTO grade", 2, id="in-mid-projection"),
        pytest.param("UPDATE results SET shown", 2, id="between-projection-and-its-note"),
    ],
)
def test_a_run_with_kernels_killed_there_is_completed_by_the_next_one(
    classroom: Classroom, undisturbed: dict[str, Any], statement: str, count: int
) -> None:
    submit_class(classroom)
    arm(classroom)
    killed = classroom.command("grade", "ps1", KILL_AT=statement, KILL_COUNT=str(count))
    assert killed.returncode == -9, killed.stdout + killed.stderr
    assert classroom.left_behind() == []
    again = classroom.grade()
    assert again["ada"].unchanged  # what was done before is not done again
    assert executed(classroom) == undisturbed


def test_a_run_killed_while_a_notebook_runs_is_completed_by_the_next_one(
    classroom: Classroom,
) -> None:
    run = classroom.start_until_bob_runs()
    run.kill()
    run.communicate()
    assert classroom.left_behind() == []
    assert classroom.complete().returncode == 0
    assert classroom.scores() == {"ada": MAXIMUM, "bob": MAXIMUM}
    assert len(killing.attempts(classroom.root)) == 2
