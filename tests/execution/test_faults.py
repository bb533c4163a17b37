"""Faults that are ours: each is told from a student's, none becomes a score."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.execution.job import Job, Limits
from autograder.execution.preload import preload_for
from autograder.grading.task import SubmissionTask
from autograder.log import Outcome, Status
from autograder.runners import Event, LocalRunner, Retried

ANSWER = "def f(): return 1"
CHECK = """
from autograder.checks import Finding, question

@question
def q(run):
    \"\"\"A question.\"\"\"
    yield Finding("value", run.call("f") == 1)
"""


def _with(line: str) -> dict[str, str]:
    return {"q": CHECK + f"    {line}\n"}


def _cells(room: Any, *before: str) -> list[Any]:
    return [*(room.code(source) for source in before), room.answer("f", ANSWER), room.test("q")]


@pytest.mark.parametrize(
    ("line", "limits", "code", "reason", "retriable"),
    [
        ("1 / 0", Limits(), "check-raised", "ZeroDivisionError in line 8", False),
        ("raise SystemExit", Limits(), "check-raised", "SystemExit", False),
        ("yield 'no finding'", Limits(), "check-raised", "no Finding", False),
        ("bytearray(1 << 30)", Limits(check_memory=1 << 29), "check-raised", "MemoryError", False),
        ("while True: pass", Limits(check=1.0), "checker-lost", "did not answer", True),
    ],
)
def test_a_check_that_goes_wrong_is_never_a_score(
    room: Any, line: str, limits: Limits, code: str, reason: str, retriable: bool
) -> None:
    graded = room.grade(_cells(room), _with(line), limits=limits)
    assert (graded.outcome.status, graded.outcome.code) == (Status.UNGRADED, code)
    assert reason in graded.outcome.reason
    assert graded.outcome.retriable is retriable
    assert graded.outcome.notebooks == ()


def test_a_check_that_a_student_makes_wait_is_given_that_time_back(room: Any) -> None:
    cells = [room.answer("f", "import time\ndef f(): time.sleep(1.5); return 1"), room.test("q")]
    graded = room.grade(cells, {"q": CHECK}, limits=Limits(check=1.0))
    assert graded.outcome.status is Status.GRADED


def test_a_file_that_cannot_be_written_in_full_is_a_full_disk(room: Any) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    job = room.job([room.code("print('x' * 900_000)")])
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, before[1]))
    try:
        graded = room.run(job)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (graded.outcome.status, graded.outcome.code) == (Status.UNGRADED, "disk-full")
    assert graded.outcome.notebooks == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk; a size limit stands for it above")
    mounted = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if subprocess.run(mounted, capture_output=True).returncode:
        pytest.skip("this container may not mount; a size limit stands for it above")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_no_score(room: Any, small_disk: Path) -> None:
    job = room.job([room.code("print('x' * 900_000)")])
    graded = room.run(dataclasses.replace(job, result=small_disk / "result"))
    assert (graded.outcome.status, graded.outcome.code) == (Status.UNGRADED, "disk-full")
    assert "No space left" in graded.outcome.reason


FORGERY = """
import json, os

forged = {
    "status": "graded", "code": "", "reason": "", "notes": ["forged"], "seed": 0,
    "isolation": "none", "seconds": 0.0, "cpu_seconds": 0.0, "retriable": False,
    "notebooks": [],
}
line = b"\\n" + json.dumps({"outcome": forged}).encode() + b"\\n"
tried = 0

def parent(process):
    return int(open(f"/proc/{process}/stat").read().rsplit(")")[1].split()[1])

def pipes(process):
    found = {}
    for number in os.listdir(f"/proc/{process}/fd"):
        path = f"/proc/{process}/fd/{number}"
        try:
            flags = open(f"/proc/{process}/fdinfo/{number}").read().split()[3]
            if int(flags, 8) & 3:  # an end for writing
                found[path] = os.readlink(path)
        except OSError:  # the descriptor by which we look
            pass
    return {path: what for path, what in found.items() if not what.startswith("/")}

executor = os.getppid()
for process in (executor, parent(executor)):
    for path, what in pipes(process).items():
        tried += 1
        try:
            os.write(os.open(path, os.O_WRONLY | os.O_NONBLOCK), line)
        except OSError:
            pass
print(f"tried {tried}")
"""
DAEMON = """
import subprocess, sys
command = [sys.executable, "-c", "import time; time.sleep(300)", "left-behind-{pid}"]
start = "import os, subprocess, sys; os.setsid(); subprocess.Popen(sys.argv[1:])"
_ = subprocess.run([sys.executable, "-c", start, *command])
"""


@pytest.fixture(scope="module")
def batch(room: Any) -> tuple[dict[str, tuple[Job, Outcome]], list[Event]]:
    """Submissions graded by the real runner, checks and all, one after the other."""
    daemon = DAEMON.replace("{pid}", str(os.getpid()))
    kill_executor = "import os; os.kill(os.getppid(), 9); import time; time.sleep(60)"
    jobs = {
        "healthy": room.job(_cells(room), {"q": CHECK}),
        "checker killed": room.job(
            _cells(room), _with("import os; os.kill(os.getpid(), 9); yield Finding('', True)")
        ),
        "executor killed": room.job(_cells(room, kill_executor), {"q": CHECK}),
        "check raises": room.job(_cells(room), _with("raise KeyError('oops')")),
        "healthy again": room.job(_cells(room), {"q": CHECK}),
    }
    events: list[Event] = []
    preload = preload_for([CHECK])
    jobs = {name: dataclasses.replace(job, preload=preload) for name, job in jobs.items()}
    runner = LocalRunner(SubmissionTask(), retries=1, on_event=events.append)
    outcomes = _run(runner, jobs)
    cells = _cells(room, daemon, FORGERY, "1 / 0")
    outcomes |= _run(runner, {"forger": room.job(cells, {"q": CHECK})})
    return outcomes, events


def _run(runner: LocalRunner, jobs: dict[str, Job]) -> dict[str, tuple[Job, Outcome]]:
    named = [dataclasses.replace(job, student=name) for name, job in jobs.items()]
    return {job.student: (job, outcome) for job, outcome in runner.run(named)}


def _attempts_again(events: list[Event], student: str) -> int:
    return sum(isinstance(e, Retried) and e.job.student == student for e in events)


@pytest.mark.parametrize("student", ["healthy", "healthy again"])
def test_the_batch_goes_on_around_faults(batch: Any, student: str) -> None:
    outcomes, events = batch
    _, outcome = outcomes[student]
    assert outcome.status is Status.GRADED
    assert [q.points for q in outcome.notebooks[0].questions] == [4.0]
    assert _attempts_again(events, student) == 0


@pytest.mark.parametrize(
    ("student", "code"), [("checker killed", "checker-lost"), ("executor killed", "worker-lost")]
)
def test_a_killed_process_of_ours_is_tried_again_and_then_ungraded(
    batch: Any, student: str, code: str
) -> None:
    outcomes, events = batch
    _, outcome = outcomes[student]
    assert (outcome.status, outcome.code) == (Status.UNGRADED, code)
    assert "2 attempts" in outcome.reason
    assert outcome.notebooks == ()
    assert _attempts_again(events, student) == 1


def test_a_check_that_raises_is_not_tried_again(batch: Any) -> None:
    outcomes, events = batch
    _, outcome = outcomes["check raises"]
    assert (outcome.status, outcome.code) == (Status.UNGRADED, "check-raised")
    assert "oops" in outcome.reason
    assert _attempts_again(events, "check raises") == 0


def test_a_kernel_cannot_write_an_outcome_into_our_pipes(batch: Any) -> None:
    outcomes, _ = batch
    job, outcome = outcomes["forger"]
    assert "forged" not in outcome.notes
    assert (outcome.status, outcome.code) == (Status.FAILED, "exception")
    assert outcome.notebooks[0].cell == 2  # the forger's own cell had run to its end
    notebook = json.loads((job.result / "work.ipynb").read_text())
    assert re.fullmatch(r"tried [1-9]\d*\n", notebook["cells"][1]["outputs"][0]["text"][0])


def test_no_process_that_a_student_started_outlives_its_submission(batch: Any) -> None:
    mark = f"left-behind-{os.getpid()}"
    assert not [p for p in psutil.process_iter(["cmdline"]) if mark in (p.info["cmdline"] or [])]
