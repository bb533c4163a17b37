"""The supervisor of a group: forks its processes, and ends them all when it is time."""

from __future__ import annotations

import contextlib
import errno
import itertools
import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
import stat
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from autograder.execution.threads import thread_variables
from autograder.execution.warm.fresh import set_threads
from autograder.log import Outcome, Status
from autograder.runners.processes import adopt_orphans, die_with_parent, kill_descendants
from autograder.runners.task import Channels, ProcessSpec
from autograder.runners.wire import write_line

__all__ = ["remove", "supervise"]

STOPPED = {"ended": "supervisor", "why": "it was told to stop"}
FULL = (errno.ENOSPC, errno.EDQUOT)


def supervise(specs: Sequence[ProcessSpec], scratch: str, cpus: int, outcome: Connection) -> None:
    """Run a group to its end: the main function of its supervisor.

    Parameters
    ----------
    specs : sequence of ProcessSpec
    scratch : str
        Folder for the group's temporary files; removed at the end.
    cpus : int
        Threads a process.
    outcome : Connection
        To the coordinator. It stays open here until no process of the group is left, so that
        the end of this pipe tells the coordinator just that; its end here tells that the
        coordinator is gone.
    """
    os.setsid()  # out of reach of the terminal's Ctrl-C: the coordinator decides
    signals = _listen()
    adopt_orphans()
    die_with_parent(signal.SIGTERM)
    os.environ.update(thread_variables(cpus))
    os.environ["TMPDIR"] = tempfile.tempdir = scratch
    ended: dict[str, Any] = {}
    try:
        ended = _run(specs, outcome, cpus, signals)
    except OSError as error:
        ended = {"ended": "supervisor", "why": str(error)}
    finally:
        kill_descendants()
        remove(scratch)
        with contextlib.suppress(OSError):  # the coordinator may be gone
            write_line(outcome.fileno(), ended)


def _listen() -> Connection:
    """Return a pipe from which each signal that reaches this process can be read as a byte."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    for end in (reader, writer):
        os.set_blocking(end.fileno(), False)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(os.dup(writer.fileno()))
    writer.close()
    return reader


def _run(
    specs: Sequence[ProcessSpec], outcome: Connection, cpus: int, signals: Connection
) -> dict[str, Any]:
    """Run the processes until an essential one or all have ended, or it is time to stop."""
    ends: dict[str, dict[str, Connection]] = {spec.name: {} for spec in specs}
    for one, other in itertools.combinations(ends, 2):
        ends[one][other], ends[other][one] = multiprocessing.Pipe()
    alive: dict[int, ProcessSpec] = {}
    for number, spec in enumerate(specs):
        channels = Channels(outcome if number == 0 else None, ends[spec.name])
        foreign = [
            connection
            for name, peers in ends.items()
            if name != spec.name
            for connection in peers.values()
        ]
        if number > 0:
            foreign.append(outcome)
        alive[_fork(spec, channels, foreign, cpus)] = spec
    for peers in ends.values():
        for connection in peers.values():
            connection.close()
    while alive:
        if outcome in multiprocessing.connection.wait([signals, outcome]):
            return STOPPED
        with contextlib.suppress(BlockingIOError):
            if signal.SIGTERM in os.read(signals.fileno(), 4096):
                return STOPPED
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            spec_ended = alive.pop(found[0], None)  # None: an orphan that was adopted
            if spec_ended and (spec_ended.essential or not alive):
                code = os.waitstatus_to_exitcode(found[1])
                return {"ended": spec_ended.name, "status": code}
    return {}


def _fork(spec: ProcessSpec, channels: Channels, foreign: Sequence[Connection], cpus: int) -> int:
    supervisor = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        # An ignored SIGINT would be inherited by kernels, which are interrupted with it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        die_with_parent(signal.SIGKILL)
        if os.getppid() == supervisor:
            for connection in foreign:
                connection.close()
            set_threads(cpus)
            status = _call(spec.target, channels, spec.args)
    finally:
        # Nothing of the supervisor's may run in this copy of it: neither handlers nor finally.
        os._exit(status)


def _call(target: Callable[..., object], channels: Channels, args: tuple[Any, ...]) -> int:
    """Call `target`; an exception that it lets through becomes an ungraded outcome."""
    try:
        target(channels, *args)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        if channels.outcome is not None:
            reason = "A process that the grader works with was lost. Grade again."
            channels.report(Outcome(Status.UNGRADED, "worker-lost", reason, retriable=True))
        # A helper whose peer is gone has nothing left to do.
    except BaseException as error:
        if channels.outcome is None:
            print(f"llm-classroom: {_fault(error).reason}", file=sys.stderr)
        else:
            channels.report(_fault(error))
        return os.EX_SOFTWARE
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    return 0


def _fault(error: BaseException) -> Outcome:
    """Return the outcome of a job whose worker raised: ours, never a score."""
    if isinstance(error, OSError) and error.errno in FULL:
        reason = f"No room on the disk: {error}. Make room and grade again."
        return Outcome(Status.UNGRADED, "disk-full", reason, retriable=True)
    if isinstance(error, MemoryError):
        reason = "The grader ran out of memory. Grade again with fewer jobs at once."
        return Outcome(Status.UNGRADED, "grader-memory", reason, retriable=True)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(frame.filename)}, line {frame.lineno}"
    text = " ".join(f"{type(error).__name__}: {error}".split())
    reason = f"The grader failed ({text[:300]}; {where}). This is no fault of the submission."
    return Outcome(Status.UNGRADED, "worker-error", reason)


def remove(folder: str) -> None:
    """Remove `folder` if it is there, with what student code closed in it as far as that goes."""
    if os.path.isdir(folder):
        shutil.rmtree(folder, onerror=_open_up)


def _open_up(function: Callable[[str], object], path: str, _error: object) -> None:
    """Remove what lies in a folder that student code closed, as far as that goes."""
    with contextlib.suppress(OSError):
        os.chmod(os.path.dirname(path), stat.S_IRWXU)
        if os.path.isdir(path) and not os.path.islink(path):
            os.chmod(path, stat.S_IRWXU)
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
