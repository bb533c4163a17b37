"""What the workers of these tests do; imported by name in real processes."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from autograder.execution.job import Job
from autograder.log import Outcome, Status
from autograder.runners import Channels, ProcessSpec

GRADED = Outcome(Status.GRADED)


def note(job: Job, name: str, text: str) -> None:
    with open(job.bundle / name, "a") as file:
        file.write(text + "\n")


def grade(job: Job) -> Outcome:
    start = time.monotonic()
    time.sleep(job.parameters.get("seconds", 0.0))
    note(job, "interval", f"{start} {time.monotonic()}")
    return Outcome(Status.GRADED, seed=job.seed, notes=(job.student,))


def die_so_often(job: Job) -> Outcome:
    """Kills itself, or its supervisor, or the fork server, the first n times."""
    note(job, "tries", "try")
    job.result.mkdir()  # fails if a lost attempt's folder were still there
    tries = len((job.bundle / "tries").read_text().split())
    if tries <= job.parameters["times"]:
        supervisor = os.getppid()
        server = int(Path(f"/proc/{supervisor}/stat").read_text().split(")")[1].split()[1])
        whom = {"worker": os.getpid(), "supervisor": supervisor, "server": server}
        os.kill(whom[job.parameters["whom"]], signal.SIGKILL)
        time.sleep(60)
    return GRADED


def exit_for_now(job: Job) -> Outcome:
    note(job, "tries", "try")
    sys.exit(os.EX_TEMPFAIL)


def fill_the_disk(job: Job) -> Outcome:
    note(job, "tries", "try")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def be_wrong(job: Job) -> Outcome:
    note(job, "tries", "try")
    raise ZeroDivisionError("a\nbug")


def lose_a_peer(job: Job) -> Outcome:
    note(job, "tries", "try")
    raise EOFError


def give_up(job: Job) -> Outcome:
    note(job, "tries", "try")
    return Outcome(Status.UNGRADED, "check-raised", "the check raised", retriable=False)


def hang(job: Job) -> Outcome:
    note(job, "tries", "try")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
    return GRADED


def report_and_hang(channels: Channels, job: Job) -> None:
    channels.report(GRADED)
    time.sleep(600)


def send_garbage(channels: Channels, job: Job) -> None:
    note(job, "tries", "try")
    assert channels.outcome
    os.write(channels.outcome.fileno(), b'{"outcome": [1, 2]}\n')


def break_off(channels: Channels, job: Job) -> None:
    note(job, "tries", "try")
    assert channels.outcome
    os.write(channels.outcome.fileno(), b'{"outcome": {"status": "gra')
    os.kill(os.getpid(), signal.SIGKILL)


def send_much(channels: Channels, job: Job) -> None:
    assert channels.outcome
    while True:
        os.write(channels.outcome.fileno(), b"x" * 65536)


def say_much(job: Job) -> Outcome:
    return Outcome(Status.GRADED, notes=("n" * 5_000_000,))


ESCAPE = """
import os, sys, time
if os.fork():
    os._exit(0)
os.setsid()
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
time.sleep(600)
"""


def leave_a_daemon(job: Job) -> Outcome:
    """Leaves a process in a session of its own whose parent is gone, and a temporary file."""
    pids = job.bundle / "pids"
    subprocess.run([sys.executable, "-c", ESCAPE, pids], check=True)
    while not pids.exists() or not pids.read_text().endswith("\n"):
        time.sleep(0.01)
    note(job, "scratch", tempfile.mkdtemp())
    closed = Path(tempfile.mkdtemp()) / "closed"
    closed.mkdir()
    (closed / "file").touch()
    closed.chmod(0)
    note(job, "pids", str(os.getpid()))
    note(job, "pids", str(os.getppid()))
    note(job, "ready", "yes")
    time.sleep(job.parameters.get("seconds", 0.0))
    return GRADED


def tell_threads(job: Job) -> Outcome:
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return Outcome(Status.GRADED, notes=tuple(os.environ[name] for name in names))


def tell_modules(job: Job) -> Outcome:
    return Outcome(Status.GRADED, notes=tuple(sorted(sys.modules)))


class Function:
    """A task of one process that has its channels."""

    def __init__(self, target: object) -> None:
        self.target = target

    def processes(self, job: Job, /) -> Sequence[ProcessSpec]:
        return (ProcessSpec("worker", self.target, (job,)),)  # type: ignore[arg-type]


class Pair:
    """An executor that asks a checker over a pipe."""

    def __init__(self, essential: bool = False) -> None:
        self.essential = essential

    def processes(self, job: Job, /) -> Sequence[ProcessSpec]:
        return (
            ProcessSpec("executor", execute, (job,)),
            ProcessSpec("checker", check, (job,), essential=self.essential),
        )


class Lasting:
    """An executor that goes on with the next job, and a checker that would like to."""

    def processes(self, job: Job, /) -> Sequence[ProcessSpec]:
        return (
            ProcessSpec("executor", go_on, (job,), lasting=True),
            ProcessSpec("checker", linger, (), essential=False),
        )


def go_on(channels: Channels, job: Job) -> bool:
    """Reports its process, its checker's and that one's sockets, and temporary files found."""
    note(job, "tries", "try")
    does = job.parameters.get("does", "")
    checker = channels.peers["checker"].recv_bytes().decode()
    found = len(os.listdir(tempfile.gettempdir()))
    tempfile.mkdtemp()
    os.close(tempfile.mkstemp()[0])
    if does == "dies" and len((job.bundle / "tries").read_text().split()) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if does == "leaves a child":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    if does == "takes memory":
        _ = b"x" * (200 << 20)
    if does != "says nothing":
        notes = (str(os.getpid()), *checker.split(), str(found))
        channels.report(Outcome(Status.GRADED, notes=notes))
    return does != "is unfit"


def linger(channels: Channels) -> None:
    sockets = 0
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the descriptor of the listing
            sockets += int(name) > 2 and os.readlink(f"/proc/self/fd/{name}").startswith("socket")
    channels.peers["executor"].send_bytes(f"{os.getpid()} {sockets}".encode())
    time.sleep(600)


def execute(channels: Channels, job: Job) -> None:
    note(job, "tries", "try")
    checker = channels.peers["checker"]
    assert isinstance(checker, Connection)
    try:
        checker.send_bytes(job.student.encode())
        answer = checker.recv_bytes().decode()
    except (EOFError, OSError):
        answer = "the checker is gone"
    if answer == "the checker is gone" and job.parameters.get("wait"):
        time.sleep(600)
    channels.report(Outcome(Status.GRADED, notes=(answer,)))


def check(channels: Channels, job: Job) -> None:
    assert channels.outcome is None
    executor = channels.peers["executor"]
    if job.parameters.get("checker") == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    while True:
        executor.send_bytes(b"checked " + executor.recv_bytes())
