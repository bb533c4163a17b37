"""The supervisor of a group: forks its processes, and ends them all when it is time."""

from __future__ import annotations

import contextlib
import functools
import itertools
import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
import socket
import stat
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, BinaryIO, Protocol

from autograder.execution.threads import thread_variables
from autograder.execution.warm.fresh import set_threads
from autograder.execution.warm.wire import receive
from autograder.runners.member import hand_over, read_specs, run_on, run_once
from autograder.runners.processes import (
    adopt_orphans,
    die_with_parent,
    kill_children,
    kill_descendants,
)
from autograder.runners.task import Channels, ProcessSpec
from autograder.runners.wire import write_line

__all__ = ["READY", "remove", "supervise"]

READY = {"ready": True}
"""What a group says that can be given another job."""
STOPPED = {"ended": "supervisor", "why": "it was told to stop"}


def supervise(scratch: str, cpus: int, outcome: Connection) -> None:
    """Run a group to its end: the main function of its supervisor.

    Parameters
    ----------
    scratch : str
        Folder for the group's temporary files; removed at the end.
    cpus : int
        Threads a process.
    outcome : Connection
        To the coordinator, whence jobs come and whither their outcomes go. It stays open here
        until no process of the group is left, so that the end of this pipe tells the coordinator
        just that; its end here tells that the coordinator is gone.
    """
    os.setsid()  # out of reach of the terminal's Ctrl-C: the coordinator decides
    signals = _listen()
    adopt_orphans()
    die_with_parent(signal.SIGTERM)
    os.environ.update(thread_variables(cpus))
    os.environ["TMPDIR"] = tempfile.tempdir = scratch
    ended: dict[str, Any] = {}
    try:
        with socket.socket(fileno=os.dup(outcome.fileno())) as requests:
            ended = _Group(scratch, cpus, outcome, signals).run(requests)
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


class _Closable(Protocol):
    def close(self) -> None: ...


@dataclass(slots=True)
class _Lasting:
    """A process that outlives its job."""

    name: str
    pid: int
    orders: socket.socket


@dataclass(slots=True)
class _Group:
    """The processes of one job after another."""

    scratch: str
    cpus: int
    outcome: Connection
    signals: Connection
    alive: dict[int, ProcessSpec] = field(default_factory=dict)
    lasting: _Lasting | None = None

    def run(self, requests: socket.socket) -> dict[str, Any]:
        """Run jobs until an essential process or all have ended, or it is time to stop.

        Parameters
        ----------
        requests : socket.socket
            The connection to the coordinator once more, for reading jobs.
        """
        while True:
            orders = [self.lasting.orders] if self.lasting else []
            found = multiprocessing.connection.wait([self.signals, requests, *orders])
            with contextlib.suppress(BlockingIOError):
                if signal.SIGTERM in os.read(self.signals.fileno(), 4096):
                    return STOPPED
            if requests in found:
                request = receive(requests)
                if request is None:
                    return STOPPED
                (call,) = request[1]
                with os.fdopen(call, "rb") as file:
                    self._start(file, requests)
            if (ended := self._reap()) is not None:
                return ended
            if self.lasting and self.lasting.orders in found and not self._conclude():
                return {}

    def _start(self, call: BinaryIO, requests: socket.socket) -> None:
        """Start the processes of a job; one that is there already is told last."""
        specs = read_specs(call)
        waiting = self.lasting
        ends: dict[str, dict[str, Connection]] = {spec.name: {} for spec in specs}
        for one, other in itertools.combinations(ends, 2):
            ends[one][other], ends[other][one] = multiprocessing.Pipe()
        for number, spec in enumerate(specs):
            if waiting and spec.name == waiting.name:
                continue
            channels = Channels(self.outcome if number == 0 else None, ends[spec.name])
            foreign: list[_Closable] = [
                connection
                for name, peers in ends.items()
                if name != spec.name
                for connection in peers.values()
            ]
            foreign += [call, requests]
            if number > 0:
                foreign.append(self.outcome)
            if self.lasting:
                foreign.append(self.lasting.orders)
            if spec.lasting:
                self._fork_lasting(spec, channels, foreign)
            else:
                self._fork(spec, foreign, functools.partial(run_once, spec, channels))
        if waiting:
            hand_over(waiting.orders, call, ends[waiting.name])
        for peers in ends.values():
            for connection in peers.values():
                connection.close()

    def _fork_lasting(
        self,
        spec: ProcessSpec,
        channels: Channels,
        foreign: Sequence[_Closable],
    ) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            work = functools.partial(run_on, spec, channels, theirs)
            pid = self._fork(spec, [*foreign, ours], work)
        self.lasting = _Lasting(spec.name, pid, ours)

    def _fork(
        self,
        spec: ProcessSpec,
        foreign: Iterable[_Closable],
        work: Callable[[], int],
    ) -> int:
        supervisor = os.getpid()
        pid = os.fork()
        if pid:
            self.alive[pid] = spec
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
                set_threads(self.cpus)
                status = work()
        finally:
            # Nothing of the supervisor's may run in this copy of it: neither handlers nor finally.
            os._exit(status)

    def _reap(self) -> dict[str, Any] | None:
        """Reap what has ended; return how the group ended if it did."""
        while self.alive and (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended = self.alive.pop(found[0], None)  # None: an orphan that was adopted
            if ended and (ended.essential or not self.alive):
                return {"ended": ended.name, "status": os.waitstatus_to_exitcode(found[1])}
        return None

    def _conclude(self) -> bool:
        """Clear up after a job of a lasting process; whether there can be another."""
        if self.lasting is None or receive(self.lasting.orders) is None:
            return True  # it has ended, which its status will tell
        pid = self.lasting.pid
        if not kill_children([pid]):
            return False
        self.alive = {pid: self.alive[pid]}
        remove(self.scratch)
        os.mkdir(self.scratch, 0o700)
        write_line(self.outcome.fileno(), READY)
        return True


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
