"""What every test relies on."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import psutil
import pytest

from autograder.execution.warm.pool import KERNELS
from autograder.runners.server import GRADERS

# A shell that starts a job in the background has it ignore Ctrl-C, and what a process ignores its
# children ignore too: tests that interrupt a command need the ordinary behavior.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have to say beside having passed: ``record_property("say", …)``."""
    for report in terminalreporter.getreports("passed"):
        for name, text in report.user_properties:
            if name == "say":
                terminalreporter.write_line(str(text))


@pytest.fixture
def left_running() -> Callable[[], list[psutil.Process]]:
    """Return what has begun to run below this process since, but for warm processes in pools."""
    earlier = psutil.Process().children(recursive=True)  # warm processes of other tests

    def find() -> list[psutil.Process]:
        kept = [psutil.Process(process.pid) for process in (*KERNELS.processes, *GRADERS.processes)]
        for process in list(kept):
            if process.pid not in {grader.pid for grader in GRADERS.processes}:
                # At full, the process that forks is the child of the one that was started.
                kept += [c for c in process.children() if c.cmdline() == process.cmdline()][:1]
        kept += earlier
        return [p for p in psutil.Process().children(recursive=True) if p not in kept]

    def find_soon() -> list[psutil.Process]:
        limit = time.monotonic() + 5  # a warm process reaps what it forked in its own time
        while (found := find()) and time.monotonic() < limit:
            time.sleep(0.01)
        return found

    return find_soon
