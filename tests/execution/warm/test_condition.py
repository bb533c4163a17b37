"""Whether a submission left anything behind in the process that executed it."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any

import psutil
from jupyter_core.utils import ensure_event_loop

from autograder.execution.condition import Condition
from autograder.execution.preload import ALWAYS
from autograder.grading.task import SubmissionTask
from autograder.runners import Event, Finished, LocalRunner


def executors() -> set[int]:
    """The processes that execute or wait: below a supervisor, below the warm process of workers."""
    warm = [p for p in psutil.Process().children() if "autograder.runners.warm" in p.cmdline()]
    supervisors = [process for each in warm for process in each.children()]
    return {process.pid for each in supervisors for process in each.children()}


def test_an_executor_goes_on_after_a_run_that_ended_in_order_and_no_other(
    room: Any, strongest: Any
) -> None:
    runs = [
        ([room.code("import threading; print(1)")], ""),
        ([room.code("1 / 0"), room.test("fine", "assert False")], "exception"),
        ([room.code("import asyncio; await asyncio.sleep(0)")], ""),
        ([room.code("import os; os._exit(1)")], "kernel-died"),
        ([room.code("1")], ""),
    ]
    more = {"warm": strongest.address, "preload": ALWAYS}
    jobs = [room.job(cells, **more) for cells, _ in runs]
    seen: list[set[int]] = []

    def look(event: Event) -> None:
        if isinstance(event, Finished):
            seen.append(executors())

    runner = LocalRunner(SubmissionTask(), on_event=look)
    assert [outcome.code for _, outcome in runner.run(jobs)] == [code for _, code in runs]
    first, second, third, after, last = seen
    assert len(first) == 1
    assert first == second == third
    assert after == set()
    assert last != first


def test_an_open_file_is_seen() -> None:
    before = Condition.now()
    read, write = os.pipe()
    assert not before.is_kept()
    os.close(read)
    os.close(write)


def test_a_thread_is_seen() -> None:
    before, end = Condition.now(), threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    assert not before.is_kept()
    end.set()
    thread.join()


def test_a_task_that_waits_is_seen() -> None:
    before = Condition.now()
    loop = ensure_event_loop()
    task = loop.create_task(asyncio.sleep(600))
    assert not before.is_kept()
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
