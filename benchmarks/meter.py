"""What a command costs: seconds, CPU seconds of every process it started, memory at its peak.

As root, CPU time is read from a control group (``cpuacct`` of version 1) that the command starts
in, so that whatever descends from it is counted, in whatever namespace, reaped or not. Otherwise
it is the sum over all processes that this one reaps, which adopts every orphan below it.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from autograder.execution.sandbox.syscalls import adopt_orphans
from autograder.execution.threads import thread_variables

__all__ = ["Usage", "check", "joined", "measure", "method", "peak_memory"]

HIERARCHY = Path("/sys/fs/cgroup/cpuacct")
OWN_CPU = "BENCHMARK_OWN_CPU"
"""Names the file into which a command of ours writes the CPU seconds of its first process."""
MAIN = f"""
import sys, time
from autograder.cli import main
status = main()
open({OWN_CPU!r}, "w").write(str(time.process_time()))
sys.exit(status)
"""
# Half a second here; half a second in an orphan in a session of its own, which is killed.
BURNER = """
import os, signal, time
def burn():
    while time.process_time() < 0.5:
        pass
burn()
reader, writer = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        burn()
        os.write(writer, b".")
        signal.pause()
    os._exit(0)
os.read(reader, 1)
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one command cost.

    Parameters
    ----------
    seconds, cpu_seconds : float
    own_cpu_seconds : float or None
        Of the command's first process alone; known of ours.
    """

    seconds: float
    cpu_seconds: float
    own_cpu_seconds: float | None = None


def method() -> str:
    """Name the way in which CPU time is counted here."""
    return "control group" if _has_groups() else "reaped processes"


def measure(arguments: Sequence[str], root: Path) -> Usage:
    """Run a command in `root` until nothing of it is left.

    Parameters
    ----------
    arguments : sequence of str
        Of Python; ``("llm-classroom", ...)`` is that command.
    root : Path
        Its output goes to ``log.txt`` in it.

    Raises
    ------
    SystemExit
        If the command fails.
    """
    adopt_orphans()
    own = root / OWN_CPU
    if arguments[0] == "llm-classroom":
        arguments = ["-c", MAIN, *arguments[1:]]
    with _group() as (join, used), (root / "log.txt").open("w") as log:
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=root,
            env=_environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=join,
        )
        ended, reaped = _reap(process, started)
        counted = used()
    if process.returncode != 0:
        raise SystemExit(f"{arguments} failed:\n{(root / 'log.txt').read_text()[-4000:]}")
    own_cpu = float(own.read_text()) if own.exists() else None
    return Usage(ended - started, reaped if counted is None else counted, own_cpu)


def peak_memory(arguments: Sequence[str], root: Path) -> int:
    """Run a command and return the largest sum, in bytes, of its processes' proportional sets.

    Pages that processes share are counted once. Looking ten times a second costs time, so
    nothing else is measured meanwhile.
    """
    peak = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        me = psutil.Process()
        while not ended.wait(0.1):
            total = 0
            for process in me.children(recursive=True):
                with contextlib.suppress(psutil.Error, OSError):
                    total += process.memory_full_info().pss
            peak = max(peak, total)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        measure(arguments, root)
    finally:
        ended.set()
        watcher.join()
    return peak


@contextlib.contextmanager
def joined() -> Iterator[Callable[[], float]]:
    """Give a function that returns the CPU seconds of this process and of all that it starts.

    Without a control group those of children that are still running are missing.
    """
    if not _has_groups():
        yield _own_and_reaped
        return
    before = _current_group()
    with _group() as (join, used):
        assert join is not None
        join()
        try:
            yield lambda: used() or 0.0
        finally:
            _move(before)


def check() -> None:
    """Measure a command whose cost is known.

    Raises
    ------
    SystemExit
        If its CPU time is not counted in full.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = measure(["-c", BURNER], Path(folder)).cpu_seconds
    if not 1.0 <= found < 1.3:
        raise SystemExit(f"A command that uses 1 CPU second seems to use {found:.2f} ({method()}).")


def _environment() -> dict[str, str]:
    scripts = os.path.dirname(sys.executable)  # nbgrader starts alembic by name
    path = os.pathsep.join([scripts, os.environ.get("PATH", "")])
    return {**os.environ, **thread_variables(1), "PATH": path}


def _reap(process: subprocess.Popen[Any], started: float) -> tuple[float, float]:
    """Wait for the command and all orphans; return when it ended, and what they all used."""
    ended, cpu = started, 0.0
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return ended, cpu
        cpu += usage.ru_utime + usage.ru_stime
        if pid == process.pid:
            ended = time.monotonic()
            process.returncode = os.waitstatus_to_exitcode(status)
            # What the command left behind would be waited for for ever.
            for orphan in psutil.Process().children():
                with contextlib.suppress(psutil.Error):
                    orphan.send_signal(signal.SIGKILL)


def _has_groups() -> bool:
    return os.geteuid() == 0 and os.access(HIERARCHY / "cgroup.procs", os.W_OK)


@contextlib.contextmanager
def _group() -> Iterator[tuple[Callable[[], None] | None, Callable[[], float | None]]]:
    """Give a way into a fresh control group, and what was used in it; neither without groups."""
    if not _has_groups():
        yield None, lambda: None
        return
    folder = HIERARCHY / f"benchmark-{os.getpid()}-{time.monotonic_ns():x}"
    folder.mkdir()

    def join() -> None:
        _move(folder)

    def used() -> float:
        return int((folder / "cpuacct.usage").read_text()) / 1e9

    try:
        yield join, used
    finally:
        _remove(folder)


def _current_group() -> Path:
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if "cpuacct" in controllers.split(","):
            return HIERARCHY / path.lstrip("/")
    return HIERARCHY


def _move(folder: Path) -> None:
    """Move this process into a group."""
    descriptor = os.open(folder / "cgroup.procs", os.O_WRONLY)
    try:
        os.write(descriptor, b"0")
    finally:
        os.close(descriptor)


def _own_and_reaped() -> float:
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _remove(folder: Path) -> None:
    """Remove a group and those that a killed command left in it."""
    for inner in folder.iterdir():
        if inner.is_dir():
            _remove(inner)
    for _ in range(100):
        try:
            folder.rmdir()
            return
        except OSError:  # the kernel is still taking its last processes apart
            time.sleep(0.05)
    print(f"{folder} is left: something in it still runs.", file=sys.stderr)
