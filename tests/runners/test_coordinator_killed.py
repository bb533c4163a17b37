from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from autograder.execution.job import Job
from autograder.runners import wire

SCRIPT = """
import json, sys
from pathlib import Path
import runner_toys
from autograder.execution.job import Job
from autograder.runners import LocalRunner

folder = Path(sys.argv[1])
jobs = [
    Job(f"k{n}", "c", "a", f"s{n}", folder, folder / f"r{n}", (), parameters={"seconds": 600})
    for n in range(2)
]
list(LocalRunner(runner_toys.leave_a_daemon, jobs=2).run(jobs))
"""


def is_running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_coordinator_leaves_no_process(
    tmp_path: Path, number: signal.Signals, toys: ModuleType
) -> None:
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    coordinator = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, tmp_path],
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.PIPE,
        text=True,
    )
    ready = tmp_path / "ready"
    limit = time.monotonic() + 60
    while not ready.exists() or len(ready.read_text().split()) < 2:
        assert coordinator.poll() is None, coordinator.stderr and coordinator.stderr.read()
        assert time.monotonic() < limit
        time.sleep(0.02)
    below = {child.pid for child in psutil.Process(coordinator.pid).children(recursive=True)}
    below |= {int(pid) for pid in (tmp_path / "pids").read_text().split()}
    assert len(below) >= 7  # the warm process, two each of supervisor, worker, daemon
    coordinator.send_signal(number)
    coordinator.communicate()
    while left := [pid for pid in below if is_running(pid)]:
        assert time.monotonic() < limit, left
        time.sleep(0.02)


def test_a_line_broken_off_does_not_spoil_the_next_one() -> None:
    read, write = os.pipe()
    reader = wire.LineReader(read)
    os.write(write, b'{"outcome": {"sta')
    assert reader.read() == []
    wire.write_line(write, {"ended": "worker"})
    assert reader.read() == [{"ended": "worker"}]
    assert not reader.ended
    os.write(write, b"[1]\n\xff\n" + b"[" * 20_000 + b"\n")
    os.close(write)
    assert reader.read() == []
    assert reader.ended
    os.close(read)


def test_a_job_carries_all_that_its_worker_needs(job: Callable[..., Job]) -> None:
    import pickle

    made = job(seconds=1)
    assert pickle.loads(pickle.dumps(made)) == made
