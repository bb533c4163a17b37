"""nbgrader's own tools on what was graded here, and formgrader's buttons in a course of ours."""

from __future__ import annotations

import csv
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_notebook
from traitlets.config.loader import PyFileConfigLoader

from autograder.cli import main
from autograder.gradebook.course import Course, open_course
from autograder.gradebook.init import init_course
from autograder.gradebook.release import release_assignment
from autograder.log import Attempt, RunLog

from ..grading.conftest import KERNEL, cell
from ..grading.killing import rows

CHECK = '''\
from autograder.checks import Finding, question

@question
def doubling(run):
    """Twice the number comes back."""
    yield Finding("twice two", run.call("double", 2) == 4)
    ### BEGIN HIDDEN TESTS
    yield Finding("below zero", run.call("double", -3) == -6, hint="And below zero?")
    yield Finding("nothing", run.call("double", 0) == 0)
    ### END HIDDEN TESTS
'''
MARKED = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return 2 * abs(x)"
STAMP = "2026-03-01 10:00:00 UTC"
LATER = "2026-03-02 10:00:00 UTC"


def notebook() -> nbformat.NotebookNode:
    """An answer, a check of ours worth 3, an assert cell worth 2, and prose worth 5 by hand."""
    return new_notebook(
        cells=[
            cell("code", MARKED, "double", solution=True),
            cell("code", CHECK, "doubling", grade=True, locked=True, points=3),
            cell("code", "assert double(1) == 2", "asserts", grade=True, locked=True, points=2),
            cell("markdown", "Why?", "why", grade=True, solution=True, points=5),
        ],
        metadata={"kernelspec": KERNEL},
    )


@dataclass
class Classroom:
    """A course that ``llm-classroom init --empty`` set up, with one released assignment."""

    root: Path

    def course(self) -> Course:
        config = PyFileConfigLoader("nbgrader_config.py", path=str(self.root)).load_config()
        return open_course(config, logging.getLogger("tests.after"))

    def write(self, folder: Path, answer: str, stamp: str) -> None:
        """Write a submission as a student would hand it in."""
        nb = nbformat.read(self.root / "release" / "ps1" / "p1.ipynb", as_version=4)
        nb.cells[0].source = answer
        nb.cells[3].source = "Because."
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, folder / "p1.ipynb")
        (folder / "timestamp.txt").write_text(stamp)

    def submit(self, student: str, answer: str, stamp: str = STAMP) -> None:
        """Put a submission where ``collect`` puts it."""
        self.write(self.root / "submitted" / student / "ps1", answer, stamp)

    def hand_in(self, student: str, answer: str, stamp: str = STAMP) -> Path:
        """Put a submission where nbgrader's ``submit`` puts it."""
        inbound = self.root / "exchange" / self.course().course_id / "inbound"
        folder = inbound / f"{student}+ps1+{stamp}+abcdef"
        self.write(folder, answer, stamp)
        return folder

    def nbgrader(self, *arguments: str) -> str:
        """Run a command of nbgrader's in the course folder."""
        path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self.root,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def grade(self, *arguments: str) -> None:
        """Run ``llm-classroom grade`` in this process."""
        options = [f"--course-dir={self.root}", "--log-level=ERROR", "--quiet"]
        assert main(["grade", "ps1", *options, *arguments]) == 0

    def attempts(self) -> list[Attempt]:
        with RunLog.open(self.root) as log:
            return log.attempts("ps1")

    def scores(self) -> dict[str, float]:
        with self.course().gradebook() as gradebook:
            return {s.student.id: float(s.score) for s in gradebook.assignment_submissions("ps1")}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two courses made once: with submissions that are not graded yet, and graded."""
    root = tmp_path_factory.mktemp("after")
    classroom = made(root / "course")
    classroom.submit("ada", RIGHT)
    classroom.submit("bob", WRONG)
    shutil.copytree(classroom.root, root / "submitted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", list(sys.path))
        classroom.grade()
    classroom.root.rename(root / "graded")
    return root


def made(root: Path) -> Classroom:
    init_course(root, course_id="after")
    (root / "source" / "ps1").mkdir(parents=True)
    nbformat.write(notebook(), root / "source" / "ps1" / "p1.ipynb")
    classroom = Classroom(root)
    release_assignment(classroom.course(), "ps1")
    return classroom


@pytest.fixture
def graded(templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Classroom:
    """A course whose two submissions ``llm-classroom grade`` graded."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    return Classroom(Path(shutil.copytree(templates / "graded", tmp_path / "course")))


@pytest.fixture
def submitted(templates: Path, tmp_path: Path) -> Classroom:
    """The same course before it was graded."""
    return Classroom(Path(shutil.copytree(templates / "submitted", tmp_path / "submitted")))


def test_nbgrader_autograde_gives_what_our_command_gives(
    submitted: Classroom, graded: Classroom
) -> None:
    submitted.nbgrader("autograde", "ps1")
    assert submitted.scores() == {"ada": 5.0, "bob": 4.0}
    assert rows(submitted.root / "gradebook.db") == rows(graded.root / "gradebook.db")
    ours, theirs = graded.attempts(), submitted.attempts()
    assert [a.outcome.notebooks for a in ours] == [a.outcome.notebooks for a in theirs]
    assert [a.key for a in ours] == [a.key for a in theirs]


def test_nbgrader_export_reads_our_gradebook(graded: Classroom) -> None:
    stock = "--exporter=nbgrader.plugins.export.CsvExportPlugin"
    graded.nbgrader("export", stock, "--to=grades.csv")
    with (graded.root / "grades.csv").open() as file:
        found = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: float(row["score"]) for name, row in found.items()} == {"ada": 5, "bob": 4}
    assert {float(row["max_score"]) for row in found.values()} == {10.0}
    assert found["ada"]["timestamp"].startswith("2026-03-01 10:00:00")


def test_nbgrader_generate_feedback_makes_pages_of_our_results(graded: Classroom) -> None:
    graded.nbgrader("generate_feedback", "ps1")
    page = (graded.root / "feedback" / "bob" / "ps1" / "p1.html").read_text("utf-8")
    text = BeautifulSoup(page, "html.parser").get_text()
    assert "And below zero?" in text
    assert "-6" not in text and "HIDDEN TESTS" not in text


def test_a_manual_score_survives_a_regrade_and_asks_to_be_looked_at(graded: Classroom) -> None:
    with graded.course().gradebook() as gradebook:
        for name, points in (("why", 4.0), ("asserts", 1.0)):
            grade = gradebook.find_grade(name, "p1", "ps1", "ada")
            grade.manual_score = points
            grade.needs_manual_grade = False
        gradebook.find_comment("why", "p1", "ps1", "ada").manual_comment = "Good."
        gradebook.db.commit()
    graded.grade("--force", "--student=ada")
    with graded.course().gradebook() as gradebook:
        for name, points in (("why", 4.0), ("asserts", 1.0)):
            grade = gradebook.find_grade(name, "p1", "ps1", "ada")
            assert (grade.manual_score, grade.score) == (points, points)
            assert grade.needs_manual_grade
        assert gradebook.find_comment("why", "p1", "ps1", "ada").comment == "Good."
        assert gradebook.find_grade("doubling", "p1", "ps1", "ada").needs_manual_grade is False
    assert graded.scores()["ada"] == 3.0 + 1.0 + 4.0


TOKEN = "a-token-of-a-test"


@dataclass
class Server:
    """A Jupyter server with formgrader, in the course folder."""

    url: str

    def ask(self, path: str, method: str = "GET", **data: Any) -> str:
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=json.dumps(data).encode() if method != "GET" else None,
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as reply:
            return str(reply.read().decode())

    def press(self, path: str) -> dict[str, Any]:
        """Do what a button of formgrader's does."""
        done: dict[str, Any] = json.loads(self.ask(f"/formgrader/api/{path}", "POST"))
        return done


@pytest.fixture
def formgrader(graded: Classroom, tmp_path: Path) -> Iterator[Server]:
    config = {
        "ServerApp": {
            "jpserver_extensions": {"nbgrader.server_extensions.formgrader": True},
            "token": TOKEN,
            "port": 0,
            "open_browser": False,
            "allow_root": True,
        }
    }
    folder = tmp_path / "jupyter"
    folder.mkdir()
    (folder / "jupyter_server_config.json").write_text(json.dumps(config))
    runtime = tmp_path / "runtime"
    variables = {"JUPYTER_CONFIG_DIR": str(folder), "JUPYTER_RUNTIME_DIR": str(runtime)}
    with (tmp_path / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server"],
            cwd=graded.root,
            env={**os.environ, **variables, "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Server(address(server, runtime, tmp_path / "server.log"))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def address(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        assert server.poll() is None, log.read_text()
        for path in runtime.glob(f"jpserver-{server.pid}.json"):
            try:
                return str(json.loads(path.read_text())["url"]).rstrip("/")
            except ValueError:
                pass  # half written
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_formgrader_works_on_our_course_and_its_buttons_use_our_steps(
    graded: Classroom, formgrader: Server
) -> None:
    # what we graded can be looked at and graded by hand
    submissions = json.loads(formgrader.ask("/formgrader/api/submissions/ps1"))
    assert {s["student"]: s["score"] for s in submissions} == {"ada": 5.0, "bob": 4.0}
    notebooks = json.loads(formgrader.ask("/formgrader/api/submitted_notebooks/ps1/p1"))
    (ada,) = [n["id"] for n in notebooks if n["student"] == "ada"]
    page = formgrader.ask(f"/formgrader/submissions/{ada}/?index=0")
    assert "doubling" in page and "Because." in page
    grades = json.loads(formgrader.ask(f"/formgrader/api/grades?submission_id={ada}"))
    (prose,) = [g["id"] for g in grades if g["name"] == "why"]
    formgrader.ask(f"/formgrader/api/grade/{prose}", "PUT", manual_score=4, extra_credit=None)
    assert graded.scores() == {"ada": 9.0, "bob": 4.0}

    # Collect: ours refuses what is hostile, and takes the rest
    graded.hand_in("cyd", WRONG)
    hostile = graded.hand_in("dan", RIGHT)
    (hostile / "passwords").symlink_to("/etc/passwd")
    done = formgrader.press("assignment/ps1/collect")
    assert done["success"], done
    assert (graded.root / "submitted" / "cyd" / "ps1" / "p1.ipynb").is_file()
    assert not (graded.root / "submitted" / "dan" / "ps1").exists()

    # Autograde: ours runs, and appends to the same log
    done = formgrader.press("submission/ps1/cyd/autograde")
    assert done["success"], done
    found = [(a.student, str(a.status)) for a in graded.attempts()]
    assert found == [
        ("ada", "graded"),
        ("bob", "graded"),
        ("dan", "refused"),
        ("cyd", "graded"),
    ]
    (question,) = graded.attempts()[-1].outcome.notebooks[0].questions
    assert (question.grade_id, question.points, question.state) == ("doubling", 2.0, "partial")
    assert graded.scores()["cyd"] == 4.0

    # and what the button graded is nothing new to our command
    graded.grade("--student=cyd")
    assert len(graded.attempts()) == len(found)
