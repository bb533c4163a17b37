"""The warm processes of workers, and how to fork a process from one."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from autograder.execution.errors import WarmProcessLost
from autograder.execution.sandbox import Level
from autograder.execution.threads import thread_variables
from autograder.execution.warm import Flavor, WarmProcess
from autograder.execution.warm.pool import Pool
from autograder.execution.warm.wire import receive, send
from autograder.execution.warm.work import connect

__all__ = ["Forked", "GRADERS", "GraderProcess", "fork"]


class GraderProcess(WarmProcess):
    """Forks processes of ours: supervisors, and from them executors and checkers."""

    # A module in the folder that the command was called in is none of ours.
    program = ("-P", "-m", "autograder.runners.warm")

    def _request(self) -> dict[str, Any]:
        return {**super()._request(), "path": [os.path.abspath(entry) for entry in sys.path]}

    def _options(self, log: Any) -> dict[str, Any]:
        # What these processes say is for the one who grades; a kernel that is started by one, not
        # forked in a sandbox, gets this environment. The folder that the command was called in may
        # go while the process stays.
        return {"env": {**os.environ, **thread_variables(1)}, "cwd": "/"}


GRADERS = Pool(GraderProcess)


@dataclass(slots=True)
class Forked:
    """A process that a warm process forked for this one.

    Parameters
    ----------
    pid : int
    descriptor : int
        Of the process; it cannot come to mean another.
    """

    pid: int
    descriptor: int
    _lease: contextlib.ExitStack = field(repr=False)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, unless the process has ended."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.descriptor, number)

    def kill_session(self) -> None:
        """Kill all that the process leads, if it made itself a leader and is still there."""
        if not self.join(0):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def join(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the end of the process; whether it has ended."""
        return bool(select.select([self.descriptor], [], [], timeout)[0])

    def close(self) -> None:
        """Forget the process; its warm process may end when nobody needs it."""
        os.close(self.descriptor)
        self._lease.close()


def fork(
    target: Callable[..., object],
    arguments: tuple[Any, ...],
    connections: Sequence[Connection],
    preload: tuple[str, ...],
) -> Forked:
    """Call ``target(*arguments, *connections)`` in a process forked from a warm one.

    The warm process for `preload` starts with the first call, which takes as long as its imports
    do. The process that is forked ends when this one or its warm process does only if it sees to
    it.

    Parameters
    ----------
    target : callable
        Can be imported by name, from a module other than ``__main__``.
    arguments : tuple
    connections : sequence of Connection
        The process gets copies.
    preload : tuple of str
        Modules to import before forking.

    Raises
    ------
    WarmProcessLost
        If no process can be started.
    """
    with contextlib.ExitStack() as stack:
        warm = stack.enter_context(GRADERS.lease(Flavor(Level.NONE, preload)))
        call = os.memfd_create("call")
        try:
            with os.fdopen(os.dup(call), "wb") as file:
                pickle.dump((target, arguments), file)
            os.lseek(call, 0, os.SEEK_SET)
            with connect(warm.address.socket) as connection:
                send(connection, {}, [call, *(c.fileno() for c in connections)])
                answer = receive(connection)
        finally:
            os.close(call)
        if answer is None:
            raise WarmProcessLost("The warm process of workers ended.")
        message, (descriptor,) = answer
        return Forked(message["pid"], descriptor, stack.pop_all())
