from __future__ import annotations

import asyncio
import json
import logging
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from nbformat.v4 import new_code_cell, new_notebook

from autograder.checks.report import REPORT_MIME
from llm_classroom.check import CheckLimits, CheckResult, check_notebook
from llm_classroom.check.folder import copy_folder
from llm_classroom.errors import UncheckableError
from llm_classroom.jobs import Job, Jobs
from tests.extension.server.contract import validate
from tests.gradebook.conftest import cell

LOG = logging.getLogger("tests.extension.check")
LOG.addHandler(logging.NullHandler())
LOG.propagate = False
PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
QUESTION = '''\
from autograder.checks import Finding, question

@question
def {name}(run):
    """Twice the number comes back."""
    yield Finding("twice two", run.call("{function}", 2) == 4)
    # hidden findings: 2
'''


@dataclass(frozen=True)
class Released:
    grade_id: str
    source: str = ""
    graded: bool = True
    locked: bool = True
    solution: bool = False


def test_cell(source: str, grade_id: str, **traits: Any) -> nbformat.NotebookNode:
    return cell("code", source, grade_id, grade=True, locked=True, points=2, **traits)


test_cell.__test__ = False  # a cell, not a test


class Checking:
    """Checks notebooks in a folder as a job does."""

    def __init__(self, folder: Path, threads: ThreadPoolExecutor) -> None:
        self.folder = folder
        self.moves: list[Job] = []
        self.jobs = Jobs(self.moves.append, LOG)
        self.limits = CheckLimits()
        self.released: list[Released] = []
        self._threads = threads

    def write(self, *cells: nbformat.NotebookNode, **metadata: Any) -> None:
        nbformat.write(
            new_notebook(cells=list(cells), metadata={**PYTHON, **metadata}),
            self.folder / "toy.ipynb",
        )

    def start(self) -> Job:
        async def work(control):
            result: CheckResult = await check_notebook(
                self.folder,
                "toy",
                control=control,
                released=self.released,
                limits=self.limits,
                specs=KernelSpecManager(),
                submit=self._threads.submit,
                log=LOG,
            )
            return result.to_json()

        return self.jobs.start("check", "nlp", "toy", "toy", work)

    async def end(self, job: Job) -> Job:
        while self.jobs.get(job.id).finished is None:
            await asyncio.sleep(0.01)
        job = self.jobs.get(job.id)
        validate("GET", f"/jobs/{job.id}", 200, "application/json", job.to_json())
        return job

    async def __call__(self, *cells: nbformat.NotebookNode, **metadata: Any) -> dict[str, Any]:
        self.write(*cells, **metadata)
        job = await self.end(self.start())
        assert job.result is not None, job.error
        return job.result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "toy"
    folder.mkdir()
    return folder


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go: nothing may be left in it."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def check(folder: Path, scratch: Path) -> Iterator[Checking]:
    with ThreadPoolExecutor(1) as threads:
        yield Checking(folder, threads)
    assert [path.name for path in scratch.glob("llm-classroom-*")] == []


def states(result: dict[str, Any]) -> dict[str, str]:
    return {question["grade_id"]: question["state"] for question in result["questions"]}


def messages(result: dict[str, Any]) -> dict[str, str]:
    return {question["grade_id"]: question["message"] for question in result["questions"]}


async def test_each_graded_cell_gets_its_state(check):
    result = await check(
        new_code_cell("def double(x): return 2 * x\ndef stub(x): raise NotImplementedError"),
        new_code_cell("def wrong(x): return x\ndef bad(x): return undefined"),
        test_cell(QUESTION.format(name="right", function="double"), "right"),
        test_cell(QUESTION.format(name="wrong_q", function="wrong"), "wrong"),
        test_cell(QUESTION.format(name="stub_q", function="stub"), "stub"),
        test_cell("assert double(1) == 2", "plain-right"),
        test_cell("assert double(1) == 3, 'not three'", "plain-wrong"),
        test_cell("stub(1)", "plain-stub"),
        test_cell("1.5", "plain-partial"),
        test_cell("import sys; print('oh', file=sys.stderr)", "plain-stderr"),
        test_cell("# nothing but a comment is left of the hidden tests", "plain-hidden"),
        cell("markdown", "Why?", "why", grade=True, solution=True, points=5),
        cell("markdown", "Do.", "do", task=True, points=5),
        cell("code", "x = 1", "locked", locked=True),
    )
    assert states(result) == {
        "right": "passed",
        "wrong": "failed",
        "stub": "not attempted",
        "plain-right": "passed",
        "plain-wrong": "failed",
        "plain-stub": "not attempted",
        "plain-partial": "partial",
        "plain-stderr": "failed",
        "plain-hidden": "at grading",
        "why": "at grading",
        "do": "at grading",
    }
    assert result["error"] is None
    assert messages(result)["plain-wrong"] == "AssertionError: not three"
    assert messages(result)["right"] == messages(result)["wrong"] == ""
    reports = {question["grade_id"]: question["report"] for question in result["questions"]}
    assert reports["right"]["findings"][0]["passed"] is True
    assert reports["right"]["hidden_remaining"] == 2
    assert reports["plain-right"] is None
    last = check.moves[-1]
    assert (last.state, last.done, last.total) == ("done", 12, 12)
    assert [job.done for job in check.moves[:-1] if job.step == "running"] == list(range(13))


async def test_the_folder_is_left_as_it_was(check, folder):
    (folder / "data.csv").write_text("1\n")
    (folder / "secret").mkdir()
    (folder / "link").symlink_to("/etc")
    os.mkfifo(folder / "pipe")
    (folder / "feedback" / "2026").mkdir(parents=True)
    cells = (
        new_code_cell("import os, pathlib\nhere = sorted(os.listdir())"),
        new_code_cell("for name in here:\n    if os.path.isfile(name): os.unlink(name)"),
        new_code_cell("pathlib.Path('made').write_text('x')"),
        test_cell("assert here == ['data.csv', 'secret', 'toy.ipynb'], here", "here"),
    )
    check.write(*cells)
    before = {path: path.lstat() for path in folder.rglob("*")}
    text = (folder / "toy.ipynb").read_bytes()
    job = await check.end(check.start())
    assert states(job.result) == {"here": "passed"}
    assert {path: path.lstat().st_mtime_ns for path in folder.rglob("*")} == {
        path: status.st_mtime_ns for path, status in before.items()
    }
    assert (folder / "toy.ipynb").read_bytes() == text


async def test_a_deleted_or_edited_check_is_told(check):
    check.released = [
        Released("gone"),
        Released("edited", "assert 1 == 2"),
        Released("kept", "assert True"),
        Released("setup", "x = 1", graded=False),
    ]
    result = await check(
        test_cell("assert 1 == 1", "edited"),
        test_cell("assert True", "kept"),
        test_cell("assert False", "invented"),
        test_cell("assert False", "kept"),
        test_cell("assert True", "kept"),
    )
    assert states(result) == {"gone": "not run", "edited": "passed", "kept": "passed"}
    assert "restore it" in messages(result)["gone"]
    assert "edited" in messages(result)["edited"]
    assert messages(result)["kept"] == ""


async def test_a_check_that_became_text_is_not_run(check):
    made = cell("markdown", "assert True", "toy", grade=True, locked=True, points=1)
    result = await check(made)
    assert states(result) == {"toy": "not run"}


async def test_tags_skip_nothing(check):
    made = test_cell("assert False", "toy")
    made.metadata["tags"] = ["skip-execution", "raises-exception"]
    assert states(await check(made)) == {"toy": "failed"}


async def test_a_report_that_is_none_is_not_believed(check):
    forged = [
        {"question": "q", "title": "t", "state": "passed"},
        {"question": "q", "title": "t", "state": "passed", "findings": [1]},
        {"question": 1, "title": "t", "state": "passed", "findings": []},
        {"question": "q", "title": "t", "state": "passed", "findings": [{}] * 501},
        "passed",
    ]
    shown = "from IPython.display import display\ndisplay({%r: %r}, raw=True)\n"
    wild = {"question": "q", "title": "t", "state": "splendid", "findings": []}
    late = {**wild, "state": "passed"}
    result = await check(
        *(
            test_cell(shown % (REPORT_MIME, data) + "assert 0", str(n))
            for n, data in enumerate(forged)
        ),
        test_cell(shown % (REPORT_MIME, wild), "wild"),
        test_cell(shown % (REPORT_MIME, late) + "1 / 0", "late"),
    )
    assert set(states(result).values()) == {"failed", "not run"}
    assert states(result)["wild"] == "not run"
    assert states(result)["late"] == "failed"
    assert messages(result)["late"] == "ZeroDivisionError: division by zero"
    assert [q["report"] for q in result["questions"][: len(forged)]] == [None] * len(forged)


SEND = """\
def send(content):
    kernel = get_ipython().kernel
    pack = kernel.session.pack
    kernel.session.pack = lambda part: content if part == {"raw": True} else pack(part)
    parent = kernel.get_parent("shell")
    kernel.session.send(kernel.iopub_socket, "display_data", {"raw": True}, parent=parent)
    kernel.session.pack = pack
"""


def forged_report(findings: str, points: str) -> str:
    """Write a message by hand that shows a report."""
    report = f'"question": "q", "title": "t", "state": "passed", "findings": [{findings}]'
    return f'{{"data": {{"{REPORT_MIME}": {{{report}, "points": {points}}}}}, "metadata": {{}}}}'


def nested(depth: int) -> str:
    return '{"a": ' + "[" * depth + "]" * depth + "}"


@pytest.mark.parametrize(
    "content",
    [
        "{",
        forged_report("", "NaN"),
        forged_report("", "1e999"),
        forged_report("", "1" * 5000),
        forged_report(nested(900), "1"),
        forged_report(nested(50_000), "1"),
    ],
    ids=["no JSON", "not a number", "infinite", "a long number", "deep", "very deep"],
)
async def test_what_a_kernel_sends_that_is_no_message_is_passed_over(check, content):
    forged = test_cell(f"send({content.encode()!r})\nassert 0, 'after it'", "forged")
    result = await check(new_code_cell(SEND), forged, test_cell("assert True", "next"))
    forged, after = result["questions"]
    assert (forged["state"], forged["report"]) == ("failed", None)
    assert forged["message"] == "AssertionError: after it"
    assert after["state"] == "passed"
    json.dumps(result, allow_nan=False)


async def test_a_kernel_that_dies_ends_the_run_with_words(check):
    result = await check(
        test_cell("assert True", "before"),
        new_code_cell("import os; os._exit(3)"),
        test_cell("assert True", "after"),
    )
    assert states(result) == {"before": "passed", "after": "not run"}
    assert "The kernel ended in code cell 2." in result["error"]


async def test_a_cell_that_never_ends_is_interrupted_and_the_rest_runs(check):
    check.limits = CheckLimits(cell=1)
    result = await check(
        test_cell("while True: pass", "loop"),
        test_cell("assert True", "after"),
    )
    assert states(result) == {"loop": "failed", "after": "passed"}
    assert result["error"] == "Code cell 1 ran longer than 1 s and was interrupted."


async def test_a_notebook_that_takes_too_long_is_stopped(check):
    check.limits = CheckLimits(total=1)
    result = await check(
        test_cell("assert True", "before"),
        test_cell("import time\nwhile True:\n    try: time.sleep(9)\n    except: pass", "deaf"),
        test_cell("assert True", "after"),
    )
    assert states(result) == {"before": "passed", "deaf": "not run", "after": "not run"}
    assert result["error"] == (
        "The notebook took longer than 1 s in all; it was stopped in code cell 2."
    )


async def test_output_is_bounded(check):
    check.limits = CheckLimits(output_cell=10_000, output_total=20_000)
    result = await check(
        new_code_cell("print('x' * 5_000_000)"),
        test_cell("for n in range(200): print('y' * 1000)\nassert True", "flood"),
        test_cell("raise ValueError('z' * 100_000)", "long"),
    )
    assert states(result) == {"flood": "passed", "long": "failed"}
    assert messages(result)["long"].startswith("ValueError: zzz")
    assert len(json.dumps(result)) < 2000


async def test_plots_leave_room_for_reports(check):
    plots = "from IPython.display import display\nfor _ in range(9): " + (
        "display({'image/png': 'x' * 1_000_000, 'text/plain': 'plot'}, raw=True)"
    )
    result = await check(
        new_code_cell("def double(x): return 2 * x"),
        new_code_cell(plots),
        test_cell(f"{plots}\n" + QUESTION.format(name="q", function="double"), "q"),
    )
    (question,) = result["questions"]
    assert (question["state"], question["report"]["question"]) == ("passed", "q")
    assert len(json.dumps(result)) < 2000


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('{"cells": [', "truncated-json", "ends too early"),
        ("[1, 2]", "not-a-notebook", "not a notebook"),
        ("[" * 1000, "nested-too-deep", "nest more than"),
        ('{"cells": 3, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "invalid", "cells"),
    ],
)
async def test_a_damaged_notebook_is_told(check, folder, text, code, words):
    (folder / "toy.ipynb").write_text(text)
    job = await check.end(check.start())
    assert job.state == "failed"
    assert job.error["code"].startswith(code)
    assert "toy.ipynb" in job.error["message"] and words in job.error["message"]
    assert "restore it" in job.error["message"]
    assert "submit" not in job.error["message"]


async def test_a_notebook_that_is_not_there_is_told(check):
    job = await check.end(check.start())
    assert (job.state, job.error["code"]) == ("failed", "no-notebook")


async def test_a_kernel_that_is_not_installed_is_told(check):
    check.write(test_cell("assert True", "toy"), kernelspec={"name": "cobol", "display_name": "C"})
    job = await check.end(check.start())
    assert (job.state, job.error["code"]) == ("failed", "no-kernel")
    assert "'cobol'" in job.error["message"] and "python3" in job.error["message"]


async def test_a_kernel_that_does_not_start_is_told(check, tmp_path, monkeypatch):
    for name, argv in (("absent", ["/no/such/python"]), ("mute", ["/bin/true"])):
        spec = tmp_path / "share" / "kernels" / name
        spec.mkdir(parents=True)
        (spec / "kernel.json").write_text(
            json.dumps({"argv": argv, "display_name": name, "language": "python"})
        )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    for name in ("absent", "mute"):
        check.write(test_cell("1", "toy"), kernelspec={"name": name, "display_name": name})
        job = await check.end(check.start())
        assert (job.state, job.error["code"]) == ("failed", "no-kernel")
        assert f"The kernel '{name}' does not start" in job.error["message"]


CHILDREN = """\
import pathlib, os, subprocess, time
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
pathlib.Path({path!r}).write_text(f"{{os.getpid()}} {{child.pid}}")
while {forever}: time.sleep(0.1)
"""


async def gone(pids: list[int]) -> bool:
    for _ in range(500):
        if not any(map(psutil.pid_exists, pids)):
            return True
        await asyncio.sleep(0.01)
    return False


async def started(path: Path) -> list[int]:
    while not (path.exists() and len(path.read_text().split()) == 2):
        await asyncio.sleep(0.01)
    return [int(pid) for pid in path.read_text().split()]


async def test_cancelling_kills_the_kernel_and_its_children(check, tmp_path):
    path = tmp_path / "pids"
    check.write(new_code_cell(CHILDREN.format(path=str(path), forever=True)))
    job = check.start()
    pids = await started(path)
    assert all(map(psutil.pid_exists, pids))
    check.jobs.cancel(job.id)
    assert (await check.end(job)).state == "cancelled"
    assert await gone(pids)


async def test_nothing_that_a_notebook_starts_outlives_its_run(check, tmp_path):
    path = tmp_path / "pids"
    result = await check(new_code_cell(CHILDREN.format(path=str(path), forever=False)))
    assert result["error"] is None
    assert await gone(await started(path))


async def test_the_servers_end_is_the_kernels(check, tmp_path):
    path = tmp_path / "pids"
    check.write(new_code_cell(CHILDREN.format(path=str(path), forever=True)))
    job = check.start()
    pids = await started(path)
    await check.jobs.close()
    assert check.jobs.get(job.id).state == "cancelled"
    assert await gone(pids)


async def test_the_kernel_needs_no_port_that_somebody_else_could_take(check, tmp_path, monkeypatch):
    path = tmp_path / "transport"
    source = (
        "from ipykernel.kernelapp import IPKernelApp\n"
        f"open({str(path)!r}, 'w').write(IPKernelApp.instance().transport)"
    )
    # The path of a socket file is bounded; with a longer one the kernel takes ports.
    for folder, transport in [(None, "ipc"), (str(tmp_path / ("x" * 100)), "tcp")]:
        if folder is not None:
            os.mkdir(folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        assert (await check(new_code_cell(source)))["error"] is None
        assert path.read_text() == transport


async def test_the_servers_signal_handlers_stay(check):
    import signal

    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    await check(test_cell("assert True", "toy"))
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_too_large_a_folder_is_refused(tmp_path):
    source = tmp_path / "source"
    (source / "a" / "b").mkdir(parents=True)
    (source / "a" / "large").write_bytes(b"x" * 2000)
    for limits in (CheckLimits(files=2), CheckLimits(folder=1999)):
        with pytest.raises(UncheckableError, match="a copy of the folder"):
            copy_folder(source, tmp_path / str(limits.files), limits)
    copy_folder(source, tmp_path / "copy", CheckLimits(files=3, folder=2000))
    assert (tmp_path / "copy" / "a" / "large").stat().st_size == 2000


def test_a_file_that_cannot_be_copied_is_told(tmp_path):
    with pytest.raises(UncheckableError, match="cannot be copied"):
        copy_folder(tmp_path / "nowhere", tmp_path / "copy", CheckLimits())
