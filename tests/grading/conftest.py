"""A small nbgrader course with plain assert cells, and a class that submits to it."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config.loader import PyFileConfigLoader

from autograder.execution.sandbox import host
from autograder.gradebook.build import build_gradebook
from autograder.gradebook.course import Course, open_course
from autograder.gradebook.score import Score
from autograder.grading.assignment import AssignmentGrader
from autograder.grading.pipeline import Graded, Pipeline
from autograder.grading.settings import Settings
from autograder.grading.task import SubmissionTask
from autograder.log import RunLog, StaleGrade
from autograder.runners.local import LocalRunner

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
CONFIGURATION = """\
c = get_config()
c.CourseDirectory.course_id = "tiny"
"""
RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return x + 1"  # right for 1, which is all that is visible
STAMP = "2026-03-01 10:00:00 UTC"
MAXIMUM = 3.0
NO_EXECUTE = {"Execute": {"enabled": False}, "ClearOutput": {"enabled": False}}


def cell(kind: str, source: str, grade_id: str, **traits: Any) -> nbformat.NotebookNode:
    """A cell with nbgrader's metadata."""
    made = (new_code_cell if kind == "code" else new_markdown_cell)(source)
    meta = {"grade": False, "solution": False, "task": False, "locked": False, **traits}
    made.metadata["nbgrader"] = {"schema_version": 3, "grade_id": grade_id, **meta}
    return made


def notebook() -> nbformat.NotebookNode:
    """The source: one answer, a visible test worth 1 and a hidden one worth 2."""
    marked = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    hidden = "### BEGIN HIDDEN TESTS\nassert double(3) == 6\n### END HIDDEN TESTS"
    return new_notebook(
        cells=[
            cell("code", marked, "double", solution=True),
            cell("code", "assert double(1) == 2", "seen", grade=True, locked=True, points=1),
            cell("code", hidden, "unseen", grade=True, locked=True, points=2),
        ],
        metadata={"kernelspec": KERNEL},
    )


@dataclass
class Classroom:
    """A course folder and what tests do in it."""

    root: Path
    marker: str = field(default_factory=lambda: f"grading-test-{secrets.token_hex(8)}")

    def submit(
        self,
        student: str,
        answer: str = RIGHT,
        *,
        stamp: str | None = STAMP,
        assignment: str = "ps1",
        edit: Callable[[nbformat.NotebookNode], object] = lambda nb: None,
    ) -> Path:
        """Hand in the released notebook with `answer`; an earlier submission is replaced."""
        folder = self.root / "submitted" / student / assignment
        folder.mkdir(parents=True, exist_ok=True)
        nb = nbformat.read(self.root / "release" / assignment / "p1.ipynb", as_version=4)
        nb.cells[0].source = answer
        edit(nb)
        nbformat.write(nb, folder / "p1.ipynb")
        if stamp is not None:
            (folder / "timestamp.txt").write_text(stamp)
        return folder / "p1.ipynb"

    def course(self, **options: dict[str, Any]) -> Course:
        """Open the course with its own configuration, and options as on a command line."""
        config = PyFileConfigLoader("nbgrader_config.py", path=str(self.root)).load_config()
        config.CourseDirectory.root = str(self.root)
        for section, traits in options.items():
            config[section].update(traits)
        return open_course(config, logging.getLogger("tests.grading"))

    def grade(
        self, *, course: Course | None = None, execute: bool = True, **settings: Any
    ) -> dict[str, Graded]:
        """Grade ``ps1`` in this process; results by student."""
        course = course or self.course(**({} if execute else NO_EXECUTE))
        asked = Settings(**{"isolation": host().level, **settings})
        with self.log() as log:
            runner = LocalRunner(SubmissionTask(), jobs=asked.jobs)
            pipeline = Pipeline(course, log, runner, asked)
            pipeline.finish_earlier_runs()
            return {g.student: g for g in pipeline.run(pipeline.find(["ps1"]))}

    def log(self) -> RunLog:
        """Open the run log."""
        return RunLog.open(self.root)

    def stale(self) -> list[StaleGrade]:
        """The grades that the newest submission did not replace."""
        with self.log() as log:
            return log.stale()

    def scores(self) -> dict[str, float]:
        """Scores of ``ps1`` in the gradebook, by student."""
        with self.course().gradebook() as gradebook:
            return {s.student.id: float(s.score) for s in gradebook.assignment_submissions("ps1")}

    def recorded(self, student: str) -> Score | None:
        """What the gradebook has of a student's ``ps1``."""
        grader = AssignmentGrader(self.course(), "ps1", Settings(), "environment")
        return grader.score(student)

    def environment(self, **more: str) -> dict[str, str]:
        """Variables for a process of a test, by which it and its children can be found."""
        return {**os.environ, "OMP_NUM_THREADS": "1", "CLASSROOM_TEST": self.marker, **more}

    def command(
        self, *arguments: str, cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``llm-classroom`` in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "autograder", *arguments],
            cwd=cwd or self.root,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=300,
        )

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start ``llm-classroom`` as a terminal does, at the head of a group of processes."""
        return subprocess.Popen(
            [sys.executable, "-m", "autograder", *arguments],
            cwd=self.root,
            env=self.environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def start_until_bob_runs(self) -> subprocess.Popen[str]:
        """Start grading, and return when Ada is graded and Bob's notebook runs, for minutes."""
        self.submit("ada")
        slow = "if 'DONE' not in os.environ:\n    time.sleep(600)"
        self.submit("bob", f"{RIGHT}\nimport os, time\n{slow}")
        asked = ["--Execute.timeout=600", f"--isolation={host().level}"]
        run = self.start("grade", "ps1", *asked, PYTHONUNBUFFERED="1")
        assert run.stdout is not None
        seen = []
        while not seen or "ps1/ada graded" not in seen[-1]:
            seen.append(run.stdout.readline())
            assert seen[-1], seen
        return run

    def complete(self) -> subprocess.CompletedProcess[str]:
        """Grade again; Bob's notebook, which now sees the variable, takes no time."""
        asked = ["--Execute.timeout=600", "--isolation=none"]
        return self.command("grade", "ps1", *asked, DONE="1")

    def left_behind(self, seconds: float = 60) -> list[str]:
        """Processes of this test that are still there after a while; none is right."""
        limit = time.monotonic() + seconds
        while (left := list(self._processes())) and time.monotonic() < limit:
            time.sleep(0.05)
        return left

    def _processes(self) -> Iterator[str]:
        for process in psutil.process_iter():
            try:
                alive = process.status() != psutil.STATUS_ZOMBIE
                if alive and process.environ().get("CLASSROOM_TEST") == self.marker:
                    yield f"{process.pid} {process.cmdline()}"
            except psutil.Error:
                continue


def released_in(root: Path, notebooks: dict[str, nbformat.NotebookNode]) -> Classroom:
    """Make a course whose ``ps1`` has `notebooks` and is released."""
    (root / "source" / "ps1").mkdir(parents=True)
    for name, nb in notebooks.items():
        nbformat.write(nb, root / "source" / "ps1" / f"{name}.ipynb")
    (root / "nbgrader_config.py").write_text(CONFIGURATION)
    classroom = Classroom(root)
    build_gradebook(classroom.course())
    return classroom


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose ``ps1`` is released, made once, for tests to copy."""
    return released_in(tmp_path_factory.mktemp("released") / "course", {"p1": notebook()}).root


@pytest.fixture
def classroom(tmp_path: Path, released: Path) -> Classroom:
    """A course of the test's own."""
    return Classroom(Path(shutil.copytree(released, tmp_path / "course")))
