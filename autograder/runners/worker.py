"""One attempt at a job, as the coordinator sees it: a group of processes and its pipe."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import tempfile
import time
from multiprocessing.connection import Connection
from typing import Any

from autograder.execution.job import Job
from autograder.log import Outcome, Status
from autograder.runners.group import remove, supervise
from autograder.runners.server import fork
from autograder.runners.task import Task
from autograder.runners.wire import LIMIT, LineReader

__all__ = ["Worker", "lost"]


class Worker:
    """A group of processes that grades `job`.

    Parameters
    ----------
    task : Task
    job : Job
    attempt : int
        Counts from 1.
    grace : float
        Seconds between having reported, being told to end and being killed.

    Raises
    ------
    OSError, WarmProcessLost
        If no process can be started.
    """

    def __init__(self, task: Task, job: Job, attempt: int, grace: float) -> None:
        self.job = job
        self.attempt = attempt
        self.started = time.monotonic()
        self._grace = grace
        self._outcome: Outcome | None = None
        self._problem = ""
        self._ended: dict[str, Any] = {}
        # What comes next if the group does not end by itself, and when.
        self._steps = [self._terminate, self._kill, self._abandon]
        timeout = job.resources.timeout
        self.due = None if timeout is None else self.started + timeout
        self.done = False
        self._scratch = tempfile.mkdtemp(prefix="llmc-")  # short: sockets will be in it
        # Sockets: a pipe could be opened anew through /proc by any process of the same user, and
        # a student's code could write the outcome.
        self.reader, writer = multiprocessing.Pipe()
        try:
            specs = tuple(task.processes(job))
            preload = dict.fromkeys([*job.preload, *(spec.target.__module__ for spec in specs)])
            arguments = (specs, self._scratch, job.resources.cpus)
            self._process = fork(supervise, arguments, [writer], tuple(preload))
        except BaseException:
            self.reader.close()
            remove(self._scratch)
            raise
        finally:
            writer.close()  # so that the group holds the only ones, and their end is seen
        self._lines = LineReader(self.reader.fileno())

    @property
    def connection(self) -> Connection:
        """Ready when there is something to :meth:`pump`."""
        return self.reader

    def pump(self) -> None:
        """Read what the group has sent; sets `done` when all its processes have ended."""
        for message in self._lines.read():
            if "outcome" in message and self._outcome is None:
                self._take(message["outcome"])
                self.due = time.monotonic() + self._grace
            elif "ended" in message:
                self._ended = message
        if self._lines.ended:
            self.done = True
        elif self._lines.overflowed and not self._problem:
            self._problem = f"sent more than {LIMIT >> 20} MiB"
            self.due = time.monotonic()

    def _take(self, data: Any) -> None:
        try:
            self._outcome = Outcome.from_json(data)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            self._problem = f"sent an outcome that cannot be read ({error})"

    def press(self) -> None:
        """Take the next step towards the end if it is due."""
        if self.due is not None and time.monotonic() >= self.due:
            self.stop()

    def stop(self) -> None:
        """Ask the group to end; asked again, kill it; asked once more, give it up."""
        if not self.done:
            self.due = time.monotonic() + self._grace
            self._steps.pop(0)()

    def _terminate(self) -> None:
        timeout = self.job.resources.timeout
        if self._outcome is None and not self._problem and timeout is not None:
            self._problem = f"did not end within {timeout:g} s"
        self._process.signal(signal.SIGTERM)

    def _kill(self) -> None:
        self._process.kill_session()

    def _abandon(self) -> None:
        self.done = True

    def close(self) -> Outcome:
        """Release what is left and return the outcome, ungraded if the group sent none."""
        self.reader.close()
        self._process.join(self._grace)
        remove(self._scratch)  # the supervisor did, unless it was killed
        self._process.close()
        if self._outcome is not None:
            return self._outcome
        if self._problem:
            return lost(self.job, f"The worker {self._problem}", retriable=False)
        return lost(self.job, _describe(self._ended))


def lost(job: Job, what: str, *, retriable: bool = True) -> Outcome:
    """Return the ungraded outcome of a job whose worker came to nothing: ours, never a score."""
    reason = f"{what}. This is no fault of the submission: grade again."
    return Outcome(Status.UNGRADED, "worker-lost", reason, seed=job.seed, retriable=retriable)


def _describe(ended: dict[str, Any]) -> str:
    """Say how a group ended that sent no outcome."""
    name, status = ended.get("ended", "worker"), ended.get("status")
    if isinstance(status, int) and status < 0:
        with contextlib.suppress(ValueError):
            return f"The {name} was killed by {signal.Signals(-status).name}"
    if isinstance(status, int):
        return f"The {name} ended with exit status {status} before its outcome"
    return f"The {name} was lost" + (f": {ended['why']}" if ended.get("why") else "")
