"""A warm process: what it imports, what it survives, and what ends with what."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.execution.job import Limits, Resources
from autograder.execution.sandbox import Level
from autograder.execution.warm import Flavor, kernel_policy, open_work
from autograder.execution.warm.flavor import PACKAGE
from autograder.execution.warm.kernels import CHANNELS
from autograder.execution.warm.wire import receive, send
from autograder.execution.warm.work import connect
from autograder.execution.worker import execute
from autograder.log import Status


def fork_kernel(address: Any, work: str, folder: Path) -> socket.socket:
    """Have a kernel forked as the provisioner does, and return its connection."""
    connection = connect(address.socket)
    listeners = []
    for number in range(len(CHANNELS)):
        listeners.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        listeners[-1].bind(str(folder / f"k-{number}"))
        listeners[-1].listen()
    secrets = {"key": "key", "signature_scheme": "hmac-sha256"}
    run = {"threads": 1, "output": 1 << 20, "connection": secrets}
    request = {"op": "kernel", "work": work, **run}
    send(connection, request, [listener.fileno() for listener in listeners])
    for listener in listeners:
        listener.close()
    return connection


def test_a_kernel_ends_when_its_connection_is_closed(
    warm: Any, tmp_path: Path, forked: Any, soon: Any
) -> None:
    policy = kernel_policy(warm.flavor.level, Limits())
    with open_work(warm.address, policy) as work:
        connection = fork_kernel(warm.address, work.name, tmp_path)
        answer = receive(connection)
        assert answer is not None and answer[0] == {"entered": str(warm.flavor.level)}
        assert forked(warm)
        connection.close()
        assert soon(lambda: not forked(warm))


def test_a_kernel_ends_with_its_work_directory(strongest: Any, tmp_path: Path) -> None:
    policy = kernel_policy(strongest.flavor.level, Limits())
    with open_work(strongest.address, policy) as work:
        connection = fork_kernel(strongest.address, work.name, tmp_path)
        receive(connection)
    answer = receive(connection)
    connection.close()
    assert answer is not None
    assert answer[0]["ended"]["status"] == -signal.SIGKILL


def test_a_kernel_for_no_work_directory_is_refused(strongest: Any, tmp_path: Path) -> None:
    connection = fork_kernel(strongest.address, "nowhere", tmp_path)
    answer = receive(connection)
    connection.close()
    assert answer is not None
    assert "nowhere" in answer[0]["error"]


class Killer:
    """Kills a warm process when a cell that asks for it is sent to a kernel."""

    def __init__(self, process: Any, times: int) -> None:
        self.process = process
        self.left = times

    def __call__(self, message: Mapping[str, Any]) -> None:
        if self.left and "KILL NOW" in str(message):
            self.left -= 1
            os.kill(self.process.pid, signal.SIGKILL)


@pytest.mark.parametrize(("times", "status"), [(1, Status.GRADED), (2, Status.UNGRADED)])
def test_a_warm_process_that_dies_is_started_again_and_the_job_retried_not_scored(
    room: Any, strongest: Any, start: Any, soon: Any, times: int, status: Status
) -> None:
    process = start(Flavor(strongest.flavor.level))
    cells = [
        room.code("open('made.txt', 'x').close()"),
        room.code("import time; time.sleep(1)  # KILL NOW"),
        room.test("fine", "assert True"),
    ]
    job = room.job(cells, warm=process.address)
    outcome = execute(job, on_message=Killer(process, times))
    assert outcome.status is status, outcome
    if status is Status.UNGRADED:
        assert (outcome.code, outcome.retriable) == ("kernel-lost", True)
    assert soon(lambda: process.restarts == times)
    again = room.grade([room.code("print('here')")], warm=process.address)
    assert again.printed(0) == "here\n"


def test_who_connects_after_the_process_was_closed_is_told(room: Any, start: Any) -> None:
    process = start(Flavor(Level.NONE))
    process.close()
    outcome = execute(room.job([room.code("1")], warm=process.address))
    assert (outcome.status, outcome.code) == (Status.UNGRADED, "kernel-lost")


def test_what_a_killed_process_left_is_swept_by_the_next(
    start: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], stdout=-1)
    names = [f"lc-runs-{int(gone.stdout)}-a", f"lc-warm-{os.getpid()}-b", "lc-warm-x", "other"]
    for name in names:
        (tmp_path / name / "inner").mkdir(parents=True)
    start(Flavor(Level.NONE))
    assert [(tmp_path / name).exists() for name in names] == [False, True, True, True]


def test_a_warm_process_ends_with_the_one_that_started_it(strongest: Any, soon: Any) -> None:
    code = f"""
import os, sys
from autograder.execution.sandbox import Level
from autograder.execution.warm import Flavor, WarmProcess
process = WarmProcess(Flavor(Level({str(strongest.flavor.level)!r})))
print(process.pid, process._private, process._runs, flush=True)
os._exit(0)
"""
    environment = {"PYTHONPATH": str(PACKAGE.parent), "PATH": os.environ["PATH"]}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    pid, *folders = ran.stdout.split()
    assert soon(lambda: not psutil.pid_exists(int(pid)))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)  # or the next warm process has swept it already


def test_a_module_that_starts_a_thread_is_left_out_and_named(
    tmp_path: Path, start: Callable[..., Any]
) -> None:
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    )
    path = f"{PACKAGE.parent}:{tmp_path}"
    process = start(
        Flavor(Level.NONE, ("threaded", "absent", "numpy"), environment=(("PYTHONPATH", path),))
    )
    assert process.flavor.preload == ("absent", "numpy")
    assert process.hello["failed"] == {"absent": "No module named 'absent'"}


def test_another_kernel_is_started_unless_it_could_not_be_isolated(
    room: Any, warm: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kernels" / "other"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(
        '{"argv": ["/bin/sh", "-c", "exit 3"], "display_name": "other", "language": "python"}'
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    outcome = room.grade([room.code("1")], kernel="other", warm=warm.address).outcome
    assert (outcome.status, outcome.code) == (Status.UNGRADED, "kernel-start")
    refused = warm.flavor.level is Level.RESTRICTED
    assert ("cannot be isolated" if refused else "did not start") in outcome.reason
    assert outcome.retriable is not refused


@pytest.mark.slow
def test_torch_is_there_at_once_and_shares_its_memory(
    room: Any, strongest: Any, start: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    process = start(Flavor(strongest.flavor.level, ("torch", "torch.nn.functional")))
    look = """
        import sys
        print("torch" in sys.modules)
        import torch
        print(torch.get_num_threads(), torch.cuda.is_initialized())
        a = torch.rand(600, 600); print(float(a[0, 0]), (a @ a).shape)
        for line in open("/proc/self/smaps_rollup"):
            if line.startswith(("Rss", "Pss:", "Private_Dirty")): print(line.strip())
    """
    printed = []
    for cpus in (1, 2):
        resources = Resources(cpus=cpus)
        graded = room.grade([room.code(look)], warm=process.address, resources=resources)
        assert graded.outcome.status is Status.GRADED, graded.outcome
        printed.append(graded.printed(0).splitlines())
        assert printed[-1][:2] == ["True", f"{cpus} False"]
    assert printed[0][2] != printed[1][2]
    private = int(re.search(r"Private_Dirty: +(\d+)", "\n".join(printed[0]))[1])  # type: ignore[index]
    with capsys.disabled():
        print(f"\na torch kernel at {process.flavor.level}: {', '.join(printed[0][3:])}")
    assert private < 120_000, "a kernel shares what its parent imported"
