"""The log, killed at any instant, is whole and goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.log import RunLog
from tests.log.conftest import outcome, submission

# Kills itself at the n-th call of a function of the operating system, before or after it.
SCRIPT = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from autograder.log import Outcome, RunLog, Status, Submission

course, scratch, function, number, when = sys.argv[1:]
calls = 0

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def dying(original):
    def call(*args, **kwargs):
        global calls
        calls += 1
        if calls == int(number) and when == "before":
            die()
        value = original(*args, **kwargs)
        if calls == int(number) and when == "after":
            die()
        return value
    return call

def artefacts(name):
    folder = Path(scratch) / name
    folder.mkdir(parents=True)
    (folder / "one.ipynb").write_text(name)
    return folder

done = Outcome(Status.GRADED)
with RunLog.open(Path(course)) as log:
    first = log.record(Submission("k1", "int8", "ada", "h1"), done, artefacts("a"))
    log.mark_projected(first.id)
    if function == "commit":
        event.listen(log._engine, "commit", lambda connection: die())
    elif function in ("rename", "fsync"):
        setattr(os, function, dying(getattr(os, function)))
    second = log.record(Submission("k2", "int8", "ada", "h2"), done, artefacts("b"))
    if function == "return":
        die()
    log.mark_projected(second.id)
print("survived")
"""

INSTANTS = [
    ("fsync", 1, "before", False),  # a file of the artefacts
    ("fsync", 2, "after", False),  # their folder
    ("rename", 1, "before", False),
    ("rename", 1, "after", False),
    ("fsync", 4, "after", False),  # the folder they were renamed into
    ("commit", 1, "before", False),
    ("return", 1, "before", True),
    ("rename", 2, "before", True),  # the superseded artefacts go
    ("rename", 2, "after", True),
]


@pytest.mark.parametrize(("function", "number", "when", "committed"), INSTANTS)
def test_killed_at_any_instant_the_log_is_whole_and_goes_on(
    tmp_path: Path, function: str, number: int, when: str, committed: bool
) -> None:
    course = tmp_path / "course"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, course, tmp_path / "s", function, str(number), when],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    outcomes = course / ".llm-classroom" / "outcomes"
    with RunLog.open(course) as log:
        attempts = log.attempts()
        assert [attempt.key for attempt in attempts] == ["k1", "k2"][: 1 + committed]
        newest = log.artefacts(attempts[-1])
        assert newest is not None
        assert (newest / "one.ipynb").read_text() == "ab"[committed]
        kept = {folder for attempt in attempts if (folder := log.artefacts(attempt))}
        assert {path for path in outcomes.glob("*/*")} == kept
        assert not list(outcomes.glob(".*"))
        if not committed:
            assert all(attempt.key != "k2" for attempt in log.attempts())
            again = log.record(submission(key="k2"), outcome())
            log.mark_projected(again.id)
        latest = log.latest("int8", "ada")
        assert latest is not None and latest.key == "k2"
        for attempt in log.unprojected():
            log.mark_projected(attempt.id)
        shown = log.projected("int8", "ada")
        assert shown is not None
        assert shown.key == "k2"


def test_a_writer_killed_at_random_leaves_every_finished_attempt(tmp_path: Path) -> None:
    script = """
import itertools, sys
from pathlib import Path
from autograder.log import Outcome, RunLog, Status, Submission
with RunLog.open(Path(sys.argv[1])) as log:
    for n in itertools.count(len(log.attempts())):
        folder = Path(sys.argv[2]) / str(n)
        folder.mkdir(exist_ok=True)
        (folder / "one.ipynb").write_text(str(n))
        log.record(Submission(f"k{n}", "int8", f"s{n}", "h"), Outcome(Status.GRADED), folder)
        print(n, flush=True)
"""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    course = tmp_path / "course"
    confirmed = -1
    for lines in (3, 7):
        writer = subprocess.Popen(
            [sys.executable, "-c", script, course, scratch],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout
        for _ in range(lines):
            confirmed = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        confirmed = max([confirmed, *map(int, writer.stdout.read().split())])
        writer.wait()
        writer.stdout.close()
        with RunLog.open(course) as log:
            attempts = log.attempts()
            assert len(attempts) in (confirmed + 1, confirmed + 2)
            for number, attempt in enumerate(attempts):
                folder = log.artefacts(attempt)
                assert folder is not None
                assert (folder / "one.ipynb").read_text() == str(number)
