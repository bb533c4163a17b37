from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from traitlets import Unicode

from autograder.cli import main
from autograder.cli.app import ClassroomApp, CourseApp
from autograder.cli.run import run
from autograder.errors import UsageError

Told = tuple[int, str, str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, away from the user's own configuration."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    monkeypatch.setattr(sys, "path", list(sys.path))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def tell(folder: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Run ``llm-classroom`` here and return status, output and errors."""

    def told(*argv: str) -> Told:
        status = main(argv)
        captured = capfd.readouterr()
        return status, captured.out, captured.err

    return told


class Probe(CourseApp):
    """A command that shows what it was configured with."""

    name = "probe"
    nbgrader_classes = ("BaseConverter", "Autograde")
    fault: Any = None
    seen: dict[str, Any]

    def start(self) -> None:
        super().start()
        if self.fault:
            raise self.fault
        course = self.open_course()
        type(self).seen = {
            "root": course.root,
            "course": course.course_id,
            "student": course.coursedir.student_id,
            "names": self.requested(course),
            "autograde": dict(course.config.Autograde),
            "logfile": self.logfile,
        }


def probe(*argv: str) -> tuple[int, dict[str, Any]]:
    Probe.seen = {}
    status = run(Probe(), argv)
    return status, Probe.seen


# ---------------------------------------------------------------- the command and its help


def test_help_neither_imports_nbgrader_nor_torch() -> None:
    code = (
        "import sys; from autograder.cli import main; status = main(['--help']);"
        "bad = {'nbgrader', 'torch', 'transformers', 'jupyter_server'} & set(sys.modules);"
        "sys.exit(status or (f'imported {bad}' if bad else 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("init", "release", "collect", "grade", "feedback", "verify", "status", "doctor"):
        assert f"\n{word}\n" in done.stdout


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count(".") == 2


def test_an_unknown_subcommand_is_usage(tell: Callable[..., Told]) -> None:
    assert tell("grad") == (
        2,
        "",
        "llm-classroom: There is no subcommand 'grad'. Did you mean 'grade'?\n",
    )


@pytest.mark.parametrize("name", ["init", "release", "collect", "feedback", "status", "doctor"])
def test_every_command_explains_itself(tell: Callable[..., Told], name: str) -> None:
    status, out, err = tell(name, "--help")
    assert (status, err) == (0, "")
    assert f"llm-classroom {name}" in out
    assert "--debug" in out


def test_help_all_lists_nbgraders_classes_too(tell: Callable[..., Told]) -> None:
    status, out, _ = tell("release", "--help-all")
    assert status == 0
    for option in (
        "--ReleaseCommand.force",
        "--LateSubmissionPlugin.penalty_method",
        "--Exchange.root",
    ):
        assert option in out


def test_a_configuration_file_can_be_generated(tell: Callable[..., Told], folder: Path) -> None:
    status, out, _ = tell("status", "--generate-config", "-y", "--config", "made.py")
    assert status == 0
    text = (folder / "made.py").read_text()
    assert "# c.CourseDirectory.course_id = ''" in text
    compile(text, "made.py", "exec")


# ---------------------------------------------------------------- what a user gets wrong


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (["status", "--studnt=x"], "There is no option --studnt. Did you mean --student?"),
        (["status", "--no-such"], "--no-such"),
        (["status", "--CourseDirectory.rot=x"], "Did you mean --CourseDirectory.root?"),
        (["status", "--course-dir=/no/such"], "There is no course folder /no/such."),
        (["status", "--config=missing.py"], "There is no configuration file missing.py."),
        (["release"], "Name at least one assignment"),
        (["release", "a", "--assignment=b"], "not both"),
        (["feedback", "toy"], "There is no assignment named 'toy'."),
        (["init"], "Name one folder"),
        (["init", "x"], "--from CHECKOUT, or --empty"),
        (["init", "x", "--from=/no/such"], "There are no assignments in /no/such/assignments."),
        (["--nope"], "There is no option --nope here."),
    ],
)
def test_a_mistake_ends_with_status_2_and_one_line(
    tell: Callable[..., Told], argv: list[str], line: str
) -> None:
    status, out, err = tell(*argv)
    assert (status, out) == (2, "")
    assert err.startswith("llm-classroom: ") and err.count("\n") == 1
    assert line in err


def test_a_bad_value_is_usage(tell: Callable[..., Told]) -> None:
    status, _, err = tell("release", "toy", "--ReleaseCommand.force=perhaps")
    assert status == 2
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("c = get_config()\n1 / 0\n", "line 2: ZeroDivisionError"),
        ("c = (\n", "line 1: '(' was never closed"),
        ("import no_such_module\n", "line 1: ModuleNotFoundError"),
    ],
)
def test_a_broken_configuration_file_is_named_with_its_line(
    tell: Callable[..., Told], folder: Path, text: str, line: str
) -> None:
    (folder / "nbgrader_config.py").write_text(text)
    status, _, err = tell("status")
    assert (status, err.count("\n")) == (2, 1)
    assert f"{folder / 'nbgrader_config.py'}, {line}" in err


def test_an_error_of_ours_is_one_line_and_its_own_status(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    class Odd(UsageError):
        exit_code = 7

    Probe.fault = Odd("two\nlines")
    try:
        assert run(Probe(), []) == 7
    finally:
        Probe.fault = None
    assert capfd.readouterr().err == "probe: two lines\n"


def test_an_unforeseen_error_keeps_its_traceback_in_the_course(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / ".llm-classroom").mkdir()
    Probe.fault = RuntimeError("oh")
    try:
        assert run(Probe(), []) == 1
        quiet = capfd.readouterr().err
        assert run(Probe(), ["--debug"]) == 1
        loud = capfd.readouterr().err
    finally:
        Probe.fault = None
    kept = folder / ".llm-classroom" / "crash.log"
    assert "probe: unforeseen error: RuntimeError: oh" in quiet
    assert str(kept) in quiet and "Traceback" not in quiet
    assert "RuntimeError: oh" in kept.read_text()
    assert "Traceback" in loud


def test_an_interruption_exits_with_130(folder: Path) -> None:
    Probe.fault = KeyboardInterrupt()
    try:
        assert run(Probe(), []) == 130
    finally:
        Probe.fault = None


# ---------------------------------------------------------------- configuration, as nbgrader's


def test_the_command_line_wins_over_the_course_and_that_over_the_working_directory(
    folder: Path, tmp_path: Path
) -> None:
    root = tmp_path / "course"
    root.mkdir()
    (folder / "nbgrader_config.py").write_text(
        f"c.CourseDirectory.root = {str(root)!r}\n"
        "c.CourseDirectory.course_id = 'here'\nc.Autograde.create_student = False\n"
    )
    assert probe()[1]["course"] == "here"
    (root / "nbgrader_config.py").write_text("c.CourseDirectory.course_id = 'there'\n")
    status, seen = probe()
    assert (status, seen["course"], seen["root"]) == (0, "there", root)
    assert seen["autograde"] == {"create_student": False}
    assert probe("--course=mine")[1]["course"] == "mine"
    assert probe("--CourseDirectory.course_id=mine")[1]["course"] == "mine"


def test_retired_names_are_translated_and_never_beat_the_command_line(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "course"
    root.mkdir()
    (folder / "nbgrader_config.py").write_text(
        f"c.NbGrader.course_directory = {str(root)!r}\nc.NbGrader.course_id = 'old'\n"
        "c.AutogradeApp.create_student = False\nc.NbGrader.logfile = 'log.txt'\n"
    )
    seen = probe()[1]
    assert (seen["course"], seen["root"], seen["logfile"]) == ("old", root, "log.txt")
    assert seen["autograde"] == {"create_student": False}
    assert "use CourseDirectory.root rather than NbGrader" in capfd.readouterr().err
    seen = probe("--course=new", "--Autograde.create_student=True")[1]
    assert (seen["course"], seen["autograde"]) == ("new", {"create_student": True})


def test_plugins_in_the_working_directory_can_be_imported(folder: Path) -> None:
    (folder / "late_plugin_of_this_test.py").write_text("PENALTY = 1\n")
    (folder / "nbgrader_config.py").write_text(
        "from late_plugin_of_this_test import PENALTY\n"
        "c.CourseDirectory.course_id = f'p{PENALTY}'\n"
    )
    assert probe()[1]["course"] == "p1"


def test_options_of_classes_that_are_not_known_yet_are_accepted(folder: Path) -> None:
    assert probe("--MyPlugin.penalty=3", "--BaseConverter.force=True")[0] == 0


def test_assignments_are_named_once_each_in_order(folder: Path) -> None:
    assert probe("b", "a", "b")[1]["names"] == ["b", "a"]
    assert probe("--assignment=a")[1]["names"] == ["a"]


def test_quiet_prints_errors_only(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    class Talker(ClassroomApp):
        name = "talker"
        word = Unicode("hello")

        def start(self) -> None:
            super().start()
            self.say(self.word)
            self.log.warning("careful")

    for argv, expected in ([], ("hello\n", True)), (["--quiet"], ("", False)):
        assert run(Talker(), argv) == 0
        told = capfd.readouterr()
        assert (told.out, "careful" in told.err) == expected
        logging.getLogger("Talker").handlers.clear()


# ---------------------------------------------------------------- the workflow


def test_a_course_goes_from_checkout_to_feedback(
    tell: Callable[..., Told], folder: Path, tmp_path: Path
) -> None:
    assignment = tmp_path / "checkout" / "assignments" / "toy"
    assignment.mkdir(parents=True)
    (assignment / "assignment.toml").write_text("title = 'T'\nsummary = 'S'\nminutes = 1\n")
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "outputs": [],
        "source": "assert True\n",
        "metadata": {
            "nbgrader": {
                "schema_version": 3,
                "grade_id": "t",
                "grade": True,
                "solution": False,
                "task": False,
                "locked": True,
                "points": 2,
            }
        },
        "id": "t",
    }
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (assignment / "toy.ipynb").write_text(json.dumps(notebook))

    status, out, err = tell("init", ".", "--from", str(tmp_path / "checkout"), "--course=nlp")
    assert (status, err) == (0, "")
    assert f"Course nlp is set up in {folder}." in out
    status, _, err = tell("init", ".", "--from", str(tmp_path / "checkout"))
    assert status == 2 and "nbgrader_config.py" in err and "--force" in err

    status, out, err = tell("release", "toy")
    assert (status, out) == (0, "toy: released 1 questions, 2 points, 0 hidden findings\n"), err
    assert tell("release", "toy")[0] == 2
    assert tell("release", "toy", "--force")[0] == 0

    inbound = folder / "exchange" / "nlp" / "inbound"
    good = inbound / "ada+toy+2026-10-01 07:00:00.000000 UTC+x"
    good.mkdir()
    (good / "toy.ipynb").write_text(json.dumps(notebook))
    (inbound / "eve+toy+2026-10-01 07:00:00.000000 UTC+x").symlink_to("/etc")
    status, out, _ = tell("collect", "toy", "--ExchangeCollect.check_owner=False")
    assert status == 0
    assert out.splitlines()[0] == "toy: 1 new, 1 refused"
    assert "eve: refused:" in out and out.count("\n") == 2

    status, out, _ = tell("status")
    assert status == 0
    assert "toy" in out

    status, _, err = tell("feedback", "toy")
    assert (status, err.count("\n")) == (2, 1)
    assert "llm-classroom grade toy" in err
