"""A group of processes as the coordinator sees it, and the attempt at a job that it makes now."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from autograder.execution.job import Job
from autograder.execution.warm.wire import send
from autograder.log import Outcome, Status
from autograder.runners.group import READY, remove, supervise
from autograder.runners.server import fork
from autograder.runners.task import ProcessSpec, Task
from autograder.runners.wire import LIMIT, LineReader

__all__ = ["Attempt", "Worker", "lost"]

# Jobs that a group may serve: what its processes keep by mistake cannot grow without bound.
SERVINGS = 100


class Attempt:
    """One attempt at a job.

    Parameters
    ----------
    job : Job
    number : int
        Counts from 1.
    """

    def __init__(self, job: Job, number: int) -> None:
        self.job = job
        self.number = number
        self.started = time.monotonic()
        self.outcome: Outcome | None = None
        self.problem = ""

    def take(self, data: Any) -> None:
        """Take in the outcome that a group sent; the first counts."""
        if self.outcome is not None:
            return
        try:
            self.outcome = Outcome.from_json(data)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            self.problem = f"sent an outcome that cannot be read ({error})"

    def conclude(self, ended: dict[str, Any]) -> Outcome:
        """Return the outcome, ungraded if there is none from a group that `ended` so."""
        if self.outcome is not None:
            return self.outcome
        if self.problem:
            return lost(self.job, f"The worker {self.problem}", retriable=False)
        return lost(self.job, _describe(ended))


class Worker:
    """A group of processes that grades one job after another.

    Parameters
    ----------
    task : Task
    job : Job
        The first; it decides for which others the group can be used.
    number : int
        Of the attempt at `job`.
    grace : float
        Seconds between having reported, being told to end and being killed.

    Raises
    ------
    OSError, WarmProcessLost
        If no process can be started.
    """

    def __init__(self, task: Task, job: Job, number: int, grace: float) -> None:
        self.attempt: Attempt | None = None
        self._task = task
        self._grace = grace
        self._servings = 0
        self._ready = False
        self._ended: dict[str, Any] = {}
        # What comes next if the group does not end by itself, and when.
        self._steps = [self._terminate, self._kill, self._abandon]
        self.due: float | None = None
        self.stopping = False
        self.done = False
        self._kind = _Kind.of(job, task.processes(job))
        self._scratch = tempfile.mkdtemp(prefix="llmc-")  # short: sockets will be in it
        # Sockets: a pipe could be opened anew through /proc by any process of the same user, and
        # a student's code could write the outcome.
        self._socket, theirs = socket.socketpair()
        connection = Connection(theirs.detach())
        try:
            arguments = (self._scratch, job.resources.cpus)
            self._process = fork(supervise, arguments, [connection], self._kind.preload)
        except BaseException:
            self._socket.close()
            remove(self._scratch)
            raise
        finally:
            connection.close()  # so that the group holds the only ones, and their end is seen
        try:
            self.take(job, number)
        except BaseException:
            self.close()
            raise

    @property
    def connection(self) -> socket.socket:
        """Ready when there is something to :meth:`pump`."""
        return self._socket

    def suits(self, job: Job) -> bool:
        """Whether the group waits for a job and is one for `job`."""
        if self.attempt is not None or self.stopping or self._servings >= SERVINGS:
            return False
        return self._kind == _Kind.of(job, self._task.processes(job))

    def take(self, job: Job, number: int) -> None:
        """Give the group a job that it suits; one that cannot be given ends it."""
        self.attempt = Attempt(job, number)
        self._ready = False
        self._servings += 1
        self._lines = LineReader(self._socket.fileno())
        timeout = job.resources.timeout
        self.due = None if timeout is None else self.attempt.started + timeout
        try:
            call = os.memfd_create("call")
            try:
                with os.fdopen(os.dup(call), "wb") as file:
                    pickle.dump(tuple(self._task.processes(job)), file)
                send(self._socket, {}, [call])
            finally:
                os.close(call)
        except OSError as error:
            self._ended = {"ended": "worker", "why": f"it could not be given its job ({error})"}
            self.stop()

    def pump(self) -> None:
        """Read what the group has sent; sets `done` when all its processes have ended."""
        for message in self._lines.read():
            if "outcome" in message and self.attempt:
                self.attempt.take(message["outcome"])
                self.due = time.monotonic() + self._grace
            elif message == READY:
                self._ready = True
            elif "ended" in message:
                self._ended = message
        if self._lines.ended:
            self.done = True
        elif self._lines.overflowed and self.attempt and not self.attempt.problem:
            self.attempt.problem = f"sent more than {LIMIT >> 20} MiB"
            self.due = time.monotonic()

    def finish(self) -> tuple[Attempt, Outcome] | None:
        """Return the attempt that is over since the last call, with its outcome."""
        if self.attempt is None or not (self.done or self._ready):
            return None
        attempt, self.attempt = self.attempt, None
        outcome = attempt.conclude(self._ended)
        if self._ready and not self.stopping:
            self.due = None
            if attempt.outcome is None:  # ready, but not for us
                self.stop()
        return attempt, outcome

    def press(self) -> None:
        """Take the next step towards the end if it is due."""
        if self.due is None or time.monotonic() < self.due:
            return
        attempt = self.attempt
        if attempt and not attempt.outcome and not attempt.problem and not self.stopping:
            attempt.problem = f"did not end within {attempt.job.resources.timeout:g} s"
        self.stop()

    def stop(self) -> None:
        """Ask the group to end; asked again, kill it; asked once more, give it up."""
        if not self.done:
            self.stopping = True
            self.due = time.monotonic() + self._grace
            self._steps.pop(0)()

    def _terminate(self) -> None:
        self._process.signal(signal.SIGTERM)

    def _kill(self) -> None:
        self._process.kill_session()

    def _abandon(self) -> None:
        self.done = True

    def close(self) -> None:
        """Release what is left of a group that is done; one that is not ends with the socket."""
        self._socket.close()
        self._process.join(self._grace)
        remove(self._scratch)  # the supervisor did, unless it was killed
        self._process.close()


@dataclass(frozen=True, slots=True)
class _Kind:
    """What all jobs of a group have in common."""

    cpus: int
    preload: tuple[str, ...]
    lasting: tuple[str, ...]

    @classmethod
    def of(cls, job: Job, specs: Sequence[ProcessSpec]) -> _Kind:
        """Return the kind of a job with these processes."""
        preload = dict.fromkeys([*job.preload, *(spec.target.__module__ for spec in specs)])
        lasting = tuple(spec.name for spec in specs if spec.lasting)
        return cls(job.resources.cpus, tuple(preload), lasting)


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
