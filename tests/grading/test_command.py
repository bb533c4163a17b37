"""``llm-classroom grade``: its options and its exit statuses."""

from __future__ import annotations

import json
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from autograder.cli import main
from autograder.execution.sandbox import Level, host

from .conftest import MAXIMUM, RIGHT, WRONG, Classroom, cell, notebook, released_in

NO_EXECUTE = ("--no-execute", "--log-level=ERROR")


@dataclass
class Ran:
    status: int
    output: str
    errors: str


Grade = Callable[..., Ran]


@pytest.fixture
def grade(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Grade:
    """Run ``llm-classroom grade`` in this process, in the course folder unless another is named."""
    monkeypatch.setattr(sys, "path", list(sys.path))

    def run(*arguments: str, cwd: Path | None = None) -> Ran:
        monkeypatch.chdir(cwd or classroom.root)
        capsys.readouterr()
        status = main(["grade", *arguments])
        seen = capsys.readouterr()
        return Ran(status, seen.out, seen.err)

    return run


def answered(output: nbformat.NotebookNode, index: int = 1) -> Callable[..., object]:
    def edit(nb: nbformat.NotebookNode) -> None:
        nb.cells[index].outputs = [output]

    return edit


ERROR = new_output("error", ename="AssertionError", evalue="", traceback=[])
TOO_MUCH = new_output("execute_result", {"text/plain": "99"}, execution_count=1)


def test_a_class_of_graded_and_failed_submissions_exits_0(
    classroom: Classroom, grade: Grade
) -> None:
    classroom.submit("ada", RIGHT)
    classroom.submit("bob", WRONG)
    classroom.submit("cyd", f"{RIGHT}\n1 / 0")
    ran = grade("ps1", "--log-level=ERROR")
    assert ran.status == 0, ran
    assert classroom.scores() == {"ada": MAXIMUM, "bob": 1.0, "cyd": MAXIMUM}
    assert "[2/3] ps1/bob graded" in ran.output
    assert "[3/3] ps1/cyd failed: p1: Cell 1 raised ZeroDivisionError." in ran.output
    assert "3 submissions: 2 graded, 1 failed, 0 refused, 0 ungraded" in ran.output
    again = grade("ps1", "--log-level=ERROR")
    assert again.status == 0
    assert "[1/3] ps1/ada unchanged" in again.output
    assert "(3 unchanged)" in again.output
    quiet = grade("ps1", "--quiet")
    assert (quiet.status, quiet.output, quiet.errors) == (0, "", "")


@pytest.mark.skipif(host().level is Level.NONE, reason="this host isolates nothing")
def test_submissions_are_isolated_as_asked_and_the_report_says_how(
    classroom: Classroom, grade: Grade, tmp_path: Path
) -> None:
    classroom.submit("ada", RIGHT)
    classroom.submit("bob", f"{WRONG}\nimport os; os.kill(os.getppid(), 9)")
    report = tmp_path / "report.json"
    ran = grade("ps1", "--isolation=auto", "--force", f"--report=json={report}")
    assert ran.status == 0, ran
    assert classroom.scores() == {"ada": MAXIMUM, "bob": 1.0}
    level = str(host().level)
    assert f"isolation: {level}" in ran.output
    assert json.loads(report.read_text())["isolation"] == level
    # Unprotected, only what harms nobody may run here.
    classroom.submit("bob", WRONG)
    ran = grade("ps1", "--isolation=none", "--force", f"--report=json={report}")
    assert classroom.scores() == {"ada": MAXIMUM, "bob": 1.0}
    assert "isolation: none, trusted submissions only" in ran.output
    assert json.loads(report.read_text())["isolation"] == "none"


def test_the_configuration_bounds_submissions_whose_assignment_does_not(
    classroom: Classroom, grade: Grade
) -> None:
    configuration = classroom.root / "nbgrader_config.py"
    written = configuration.read_text()
    configuration.write_text(f"{written}\nc.Grade.limits = {{'output_cell': '1 KiB'}}")
    classroom.submit("ada", f"{RIGHT}\nprint('x' * 4000)")
    classroom.submit("bob", f"{RIGHT}\nprint('x' * 400)")
    ran = grade("ps1")
    assert ran.status == 0, ran
    assert "[1/2] ps1/ada failed: p1: Output beyond the limit" in ran.output
    assert "[2/2] ps1/bob graded" in ran.output
    configuration.write_text(f"{written}\nc.Grade.limits = {{'memroy': '1 GiB'}}")
    wrong = grade("ps1")
    assert wrong.status == 2
    assert "Grade.limits" in wrong.errors
    assert "memroy" in wrong.errors
    assert "memory" in wrong.errors


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--jbos=2"], "--jobs"),
        (["--jobs=0"], "jobs"),
        (["--Grade.jbos=2"], "--Grade.jobs"),
        (["ps2"], "ps1"),
        (["--isolation=perfect"], "isolation"),
        (["ps1"], "llm-classroom collect ps1"),  # nothing was submitted
        (["ps1", "--config=nowhere.py"], "nowhere.py"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_right(
    grade: Grade, arguments: list[str], says: str
) -> None:
    ran = grade(*arguments)
    assert ran.status == 2, ran
    assert says in ran.errors
    assert "Traceback" not in ran.errors


def test_a_mistake_in_the_configuration_file_exits_2_and_says_where(
    classroom: Classroom, grade: Grade
) -> None:
    (classroom.root / "nbgrader_config.py").write_text("c = get_config()\nc.X = nothing\n")
    ran = grade("ps1")
    assert ran.status == 2
    assert "nbgrader_config.py, line 2" in ran.errors


def test_nothing_submitted_to_any_assignment_is_no_mistake(grade: Grade) -> None:
    assert grade().status == 0


def test_a_refused_submission_exits_3(classroom: Classroom, grade: Grade) -> None:
    classroom.submit("ada")
    classroom.submit("bob").write_text("{")
    ran = grade("ps1", *NO_EXECUTE)
    assert ran.status == 3, ran
    assert "p1.ipynb" in ran.output


def test_an_ungraded_submission_exits_4_whatever_else_there_is(
    classroom: Classroom, grade: Grade
) -> None:
    classroom.submit("ada", edit=answered(TOO_MUCH))
    classroom.submit("bob").write_text("{")
    classroom.submit("cyd", edit=answered(ERROR, 2))
    ran = grade("ps1", "--fail-under=90", *NO_EXECUTE)
    assert ran.status == 4, ran
    assert classroom.scores() == {"cyd": 1.0}


def test_a_mean_below_fail_under_exits_5(classroom: Classroom, grade: Grade) -> None:
    classroom.submit("ada")
    classroom.submit("bob", edit=answered(ERROR, 2))
    ran = grade("ps1", "--fail-under=66.7", *NO_EXECUTE)
    assert ran.status == 5, ran
    assert "The mean is 66.7 %, below 66.7 %." in ran.output
    assert grade("ps1", "--fail-under=66.6", *NO_EXECUTE).status == 0


def test_no_execute_scores_the_outputs_that_were_submitted(
    classroom: Classroom, grade: Grade
) -> None:
    classroom.submit("ada", "raise SystemExit", edit=answered(ERROR, 1))
    assert grade("ps1", *NO_EXECUTE).status == 0
    assert classroom.scores() == {"ada": 2.0}
    path = classroom.root / "autograded" / "ada" / "ps1" / "p1.ipynb"
    assert nbformat.read(path, as_version=4).cells[1].outputs == [ERROR]


def test_one_student_is_graded_if_one_is_named(classroom: Classroom, grade: Grade) -> None:
    classroom.submit("ada")
    classroom.submit("bob")
    assert grade("ps1", "--student=bob", *NO_EXECUTE).status == 0
    assert classroom.scores() == {"bob": MAXIMUM}
    assert grade("ps1", "--student=a*", *NO_EXECUTE).status == 0
    assert classroom.scores() == {"ada": MAXIMUM, "bob": MAXIMUM}


def test_one_notebook_is_graded_if_one_is_named_and_the_other_keeps_its_marks(
    tmp_path: Path, grade: Grade
) -> None:
    second = notebook()
    second.cells[0] = cell("code", "x = 1", "x", solution=True)
    classroom = released_in(tmp_path / "two", {"p1": notebook(), "p2": second})
    classroom.submit("ada")
    folder = classroom.root / "submitted" / "ada" / "ps1"
    shutil.copy(classroom.root / "release" / "ps1" / "p2.ipynb", folder)
    assert grade("ps1", *NO_EXECUTE, cwd=classroom.root).status == 0
    assert classroom.scores() == {"ada": 2 * MAXIMUM}
    classroom.submit("ada", edit=answered(ERROR, 2), stamp="2026-03-02 10:00:00 UTC")
    wrong = nbformat.read(folder / "p2.ipynb", as_version=4)
    wrong.cells[1].outputs = [ERROR]
    nbformat.write(wrong, folder / "p2.ipynb")
    assert grade("ps1", "--notebook=p1", *NO_EXECUTE, cwd=classroom.root).status == 0
    assert classroom.scores() == {"ada": 2 * MAXIMUM - 2}
    graded = classroom.root / "autograded" / "ada" / "ps1"
    assert nbformat.read(graded / "p2.ipynb", as_version=4).cells[1].outputs == []
    assert grade("ps1", "--force", *NO_EXECUTE, cwd=classroom.root).status == 0
    assert classroom.scores() == {"ada": 2 * MAXIMUM - 3}


def test_another_database_and_another_folder_can_be_named(
    classroom: Classroom, grade: Grade, tmp_path: Path
) -> None:
    classroom.submit("ada")
    other = tmp_path / "other.db"
    shutil.move(classroom.root / "gradebook.db", other)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    database = f"--db=sqlite:///{other}"
    ran = grade("ps1", f"--course-dir={classroom.root}", database, *NO_EXECUTE, cwd=elsewhere)
    assert ran.status == 0, ran
    assert not (classroom.root / "gradebook.db").exists()
    assert list(elsewhere.iterdir()) == []
    shutil.move(other, classroom.root / "gradebook.db")
    assert classroom.scores() == {"ada": MAXIMUM}


def test_a_course_without_a_gradebook_is_built_from_its_sources_and_that_is_said(
    classroom: Classroom, grade: Grade
) -> None:
    classroom.submit("ada")
    (classroom.root / "gradebook.db").unlink()
    shutil.rmtree(classroom.root / "release")
    ran = grade("--log-level=ERROR", "--no-execute")
    assert ran.status == 0, ran
    assert "There was no gradebook: built one from source/ (ps1)." in ran.output
    assert classroom.scores() == {"ada": MAXIMUM}


def test_an_empty_folder_is_told_what_to_do(grade: Grade, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = grade(cwd=tmp_path / "empty")
    assert ran.status == 2
    assert "llm-classroom release" in ran.errors


def test_ctrl_c_exits_130_leaves_no_process_and_the_next_run_completes_the_work(
    classroom: Classroom,
) -> None:
    run = classroom.start_until_bob_runs()
    run.send_signal(signal.SIGINT)
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 130, output
    assert "Interrupted." in output
    assert "Traceback" not in output
    assert classroom.left_behind() == []
    assert classroom.scores() == {"ada": MAXIMUM}
    assert classroom.complete().returncode == 0
    assert classroom.scores() == {"ada": MAXIMUM, "bob": MAXIMUM}
