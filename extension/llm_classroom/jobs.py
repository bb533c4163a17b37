"""What takes long: one job at a time for each thing, told as it moves, cancelled on request."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from autograder.errors import ClassroomError
from llm_classroom.control import Control, JobCancelled
from llm_classroom.errors import NotCancellableError, TooManyJobsError, UnknownJobError, problem

__all__ = ["Job", "Jobs", "Work"]

KEPT = timedelta(hours=1)
MOST = 200
MOST_LIVE = 50
PATIENCE = 10.0
"""Seconds that what must not stop half-way is given when the server ends."""

Work = Callable[[Control], Awaitable[dict[str, Any] | None]]
"""Does a job, tells its steps, and returns the result as JSON data."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is now.

    Parameters
    ----------
    id : str
        32 hexadecimal digits.
    kind : str
        ``fetch``, ``submit``, ``check`` or ``feedback``.
    course, assignment : str
    notebook : str or None
        Of a check.
    state : str
        ``queued``, ``running``, ``done``, ``failed`` or ``cancelled``.
    step : str
        What it is doing, or did last: a fixed word.
    done, total : int
        `total` is 0 where it is not known.
    cancellable : bool
    result, error : dict or None
        JSON data.
    started, finished : datetime or None
    """

    id: str
    kind: str
    course: str
    assignment: str
    notebook: str | None
    state: str = "queued"
    step: str = "waiting"
    done: int = 0
    total: int = 0
    cancellable: bool = True
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    started: datetime | None = None
    finished: datetime | None = None

    @property
    def about(self) -> tuple[str, str, str, str | None]:
        """What it does; no two jobs do the same at once."""
        return self.kind, self.course, self.assignment, self.notebook

    def to_json(self) -> dict[str, Any]:
        """Return JSON data: schema ``Job``."""
        data = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        for time in ("started", "finished"):
            data[time] = data[time] and data[time].isoformat(timespec="milliseconds")
        return data


@dataclass(frozen=True, slots=True)
class _Live:
    control: Control
    task: asyncio.Task[None]


class Jobs:
    """The jobs of one server. Its methods belong to the event loop's thread.

    Parameters
    ----------
    tell : callable
        Gets a job whenever it has moved.
    log : Logger
        Gets the traceback of what nobody foresaw.
    now : callable
    """

    def __init__(
        self,
        tell: Callable[[Job], None],
        log: logging.Logger | logging.LoggerAdapter[Any],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._tell = tell
        self._log = log
        self._now = now
        self._jobs: dict[str, Job] = {}
        self._live: dict[str, _Live] = {}
        self._closing = False

    def start(
        self, kind: str, course: str, assignment: str, notebook: str | None, work: Work
    ) -> Job:
        """Start a job, or find the one that does the same already.

        One that is being cancelled is not found: who asks again wants it done.

        Raises
        ------
        TooManyJobsError
            If very many wait already, or the server is ending.
        """
        job = Job(secrets.token_hex(16), kind, course, assignment, notebook)
        for other in self._live:
            if self._jobs[other].about == job.about and not self._live[other].control.cancelled:
                return self._jobs[other]
        if len(self._live) >= MOST_LIVE or self._closing:
            raise TooManyJobsError(len(self._live))
        self._jobs[job.id] = job
        self._forget()
        control = Control(lambda **changes: self._move(job.id, **changes), self._now)
        self._live[job.id] = _Live(control, asyncio.create_task(self._run(job.id, control, work)))
        self._tell(job)
        return job

    def get(self, job: str) -> Job:
        """Find a job.

        Raises
        ------
        UnknownJobError
        """
        self._forget()
        try:
            return self._jobs[job]
        except KeyError:
            raise UnknownJobError(job[:80]) from None

    def all(self) -> list[Job]:
        """List the jobs that run and those that ended lately, the oldest first."""
        self._forget()
        return list(self._jobs.values())

    def cancel(self, job: str) -> Job:
        """Have a job stop; asking again does no harm.

        Returns
        -------
        Job
            One that runs ends as soon as it can, which is told as any other move.

        Raises
        ------
        UnknownJobError
        NotCancellableError
            If it has ended otherwise, or does something that must not stop half-way.
        """
        found = self.get(job)
        if found.state == "cancelled":
            return found
        live = self._live.get(job)
        if live is None:
            raise NotCancellableError("There is nothing to cancel: the job has ended.")
        if not live.control.cancelled:
            if not live.control.cancel():
                raise NotCancellableError(
                    "It is too late to cancel: the exchange is being written, which must not stop "
                    "half-way. It is over in a moment."
                )
            self._move(job, step="cancelling", cancellable=False)
        return self._jobs[job]

    async def close(self, patience: float = PATIENCE) -> None:
        """End all jobs: cancel what can be cancelled, wait for the rest, but never for ever.

        Whatever does not end, the server does: it waits for this before it stops.
        """
        self._closing = True
        live = {each.task: job for job, each in self._live.items()}
        for each in list(self._live.values()):
            each.control.cancel()
        late = await _wait(live, patience)
        for task in late:
            task.cancel()
        for task in await _wait(late, patience):
            job = self._jobs[live[task]]
            self._log.error("Job %s (%s: %s) does not end.", job.id, job.kind, job.step)

    async def _run(self, job: str, control: Control, work: Work) -> None:
        try:
            result = await work(control)
        except (asyncio.CancelledError, JobCancelled):
            self._end(job, state="cancelled")
        except ClassroomError as error:
            self._end(job, state="failed", error=problem(error))
        except Exception:
            self._log.exception("Job %s (%s) failed.", job, self._jobs[job].kind)
            self._end(job, state="failed", error=_fault(job))
        else:
            self._end(job, state="done", result=result)

    def _end(self, job: str, **changes: Any) -> None:
        del self._live[job]
        self._jobs[job] = dataclasses.replace(
            self._jobs[job], cancellable=False, finished=self._now(), **changes
        )
        self._tell(self._jobs[job])

    def _move(self, job: str, **changes: Any) -> None:
        if job in self._live:
            moved = dataclasses.replace(self._jobs[job], **changes)
            if moved != self._jobs[job]:
                self._jobs[job] = moved
                self._tell(moved)

    def _forget(self) -> None:
        """Drop what ended long ago, and the oldest of what ended where there is too much."""
        ended = [job for job in self._jobs.values() if job.finished is not None]
        surplus = len(self._jobs) - MOST
        for position, job in enumerate(ended):
            if position < surplus or (job.finished and self._now() - job.finished > KEPT):
                del self._jobs[job.id]


async def _wait(tasks: Collection[asyncio.Task[None]], patience: float) -> set[asyncio.Task[None]]:
    """Return those that have not ended when `patience` has."""
    return (await asyncio.wait(tasks, timeout=patience))[1] if tasks else set()


def _fault(job: str) -> dict[str, Any]:
    return {
        "message": "This is a fault of the classroom, not yours. Try again; if it stays, tell your "
        f"instructor: the server's log has the details, under job {job}.",
        "code": "Fault",
    }
