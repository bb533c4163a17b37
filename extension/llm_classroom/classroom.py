"""The classroom that one student's server is: what its handlers ask."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import getpass
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpecManager

from autograder import __version__
from autograder.course import Roadmap
from autograder.errors import ClassroomError
from llm_classroom import exchange
from llm_classroom.check import CheckLimits, check_notebook
from llm_classroom.control import Control
from llm_classroom.errors import problem
from llm_classroom.jobs import Job, Jobs
from llm_classroom.listing import Listing
from llm_classroom.names import ASSIGNMENT, PATTERN, confined, confined_path
from llm_classroom.progress import ProgressFile
from llm_classroom.worker import DeskWorker

if TYPE_CHECKING:
    from autograder.gradebook.student import Desk

__all__ = ["Classroom"]

FINAL_STEPS = frozenset({"writing"})
"""Steps in which the exchange is written, or the student's folder: they run to their end."""


class Classroom:
    """One student's classroom.

    Parameters
    ----------
    roadmap : Roadmap
    data : Path
        The student's own folder for what the classroom remembers.
    open_desk : callable
        Opens the student's side of the exchange; called in a thread, when it is needed first.
    specs : KernelSpecManager
        Kernels that a check may start.
    tell : callable
        Gets each job that has moved.
    log : Logger
    limits : CheckLimits
    notice : str
        What the student should know of a place whose account they share; empty elsewhere.
    """

    def __init__(
        self,
        roadmap: Roadmap,
        data: Path,
        *,
        open_desk: Callable[[], Desk],
        specs: KernelSpecManager,
        tell: Callable[[Job], None],
        log: logging.Logger | logging.LoggerAdapter[Any],
        limits: CheckLimits | None = None,
        notice: str = "",
    ) -> None:
        self.roadmap = roadmap
        self.notice = notice
        resources = [r.id for topic in roadmap.topics for r in topic.resources]
        self.progress = ProgressFile(data / "progress.json", resources)
        self.jobs = Jobs(tell, log)
        self._desk = DeskWorker(open_desk)
        self._listing = Listing()
        self._specs = specs
        self._limits = limits or CheckLimits()
        self._log = log
        self._one_check = asyncio.Lock()  # a second kernel would take the first one's memory
        self._files = ThreadPoolExecutor(2, "llm-classroom-files")

    async def about(self) -> dict[str, Any]:
        """Return the version, the student and what the place promises, as JSON data."""
        student = _account()
        with contextlib.suppress(ClassroomError):  # what is wrong is told with the courses
            student = (await self._desk.opened()).student
        return {
            "version": __version__,
            "student": student,
            "shared_account": bool(self.notice),
            "notice": self.notice,
        }

    @cached_property
    def roadmap_data(self) -> dict[str, Any]:
        """The whole roadmap as JSON data."""
        return dataclasses.asdict(self.roadmap)

    async def courses(self) -> dict[str, Any]:
        """List courses with their assignments: schema ``Courses``."""
        try:
            courses = await self._desk.ask(exchange.courses)
        except ClassroomError as error:
            courses = {"student": _account(), "courses": [], "problem": problem(error)}
        self._listing.take(courses)
        return courses

    async def assignment(self, course: str, assignment: str) -> dict[str, Any]:
        """Tell of one assignment: schema ``AssignmentDetail``."""
        names = _names(course, assignment)
        found = await self._desk.ask(exchange.assignment, *names)
        self._listing.add(*names)
        return found

    async def feedback(self, course: str, assignment: str, submission: str) -> dict[str, Any]:
        """Read the fetched feedback on a submission: schema ``Feedback``."""
        where = (*_names(course, assignment), confined("submission", submission))
        return await self._desk.ask(exchange.feedback, *where)

    async def feedback_page(
        self, course: str, assignment: str, submission: str, notebook: str
    ) -> str:
        """Read a fetched feedback page: HTML that nobody vouches for."""
        where = (
            *_names(course, assignment),
            confined("submission", submission),
            confined("notebook", notebook),
        )
        return await self._desk.ask(exchange.feedback_page, *where)

    async def released(self, course: str, assignment: str, notebook: str) -> dict[str, Any]:
        """Tell the graded and locked cells as fetched: schema ``ReleasedCells``."""
        where = (*_names(course, assignment), confined("notebook", notebook))
        return await self._desk.ask(exchange.released, *where)

    async def restore(self, course: str, assignment: str, path: str) -> dict[str, Any]:
        """Put a file back as it was fetched: schema ``Restored``."""
        where = (*_names(course, assignment), confined_path(path))
        return await self._desk.ask(exchange.restore, *where)

    def fetch(self, course: str, assignment: str) -> Job:
        """Start fetching an assignment."""
        return self._start("fetch", course, assignment, exchange.fetch)

    def submit(self, course: str, assignment: str) -> Job:
        """Start handing in what lies in the assignment's folder."""
        return self._start("submit", course, assignment, exchange.submit)

    def fetch_feedback(self, course: str, assignment: str) -> Job:
        """Start fetching the feedback that is ready."""
        return self._start("feedback", course, assignment, exchange.fetch_feedback)

    def check(self, course: str, assignment: str, notebook: str) -> Job:
        """Start running a copy of the saved notebook in a fresh kernel."""
        names = _names(course, assignment)
        where = (*names, confined("notebook", notebook))
        self._listing.check(*names)

        async def work(control: Control) -> dict[str, Any]:
            prepared = self._desk.submit(exchange.prepare_check, *where)
            folder, released = await control.wait(prepared)
            with control.interruptible():
                await self._one_check.acquire()
            try:
                result = await check_notebook(
                    folder,
                    notebook,
                    control=control,
                    released=released,
                    limits=self._limits,
                    specs=self._specs,
                    submit=self._files.submit,
                    log=self._log,
                )
            finally:
                self._one_check.release()
            return result.to_json()

        return self.jobs.start("check", *where, work)

    def _start(
        self,
        kind: str,
        course: str,
        assignment: str,
        function: Callable[[Desk, str, str, Callable[[str], None]], dict[str, Any] | None],
    ) -> Job:
        names = _names(course, assignment)
        self._listing.check(*names)

        async def work(control: Control) -> dict[str, Any] | None:
            step = control.stepper(FINAL_STEPS)

            def call(desk: Desk) -> dict[str, Any] | None:
                step("starting")
                return function(desk, *names, step)

            return await control.wait(self._desk.submit(call))

        return self.jobs.start(kind, *names, None, work)

    async def close(self) -> None:
        """End jobs and their kernels; a submission that is being written is finished."""
        await self.jobs.close()
        self._desk.close()
        self._files.shutdown(wait=False, cancel_futures=True)


def _names(course: str, assignment: str) -> tuple[str, str]:
    return (
        confined("course", course, PATTERN),
        confined("assignment", assignment, ASSIGNMENT),
    )


def _account() -> str:
    """Return the name of this process's user, or its number where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
