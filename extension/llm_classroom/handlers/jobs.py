"""What takes long: started here, and looked at and cancelled by its id."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from llm_classroom.handlers.base import ClassroomHandler

__all__ = [
    "CheckHandler",
    "FetchFeedbackHandler",
    "FetchHandler",
    "JobHandler",
    "JobsHandler",
    "SubmitHandler",
]


class FetchHandler(ClassroomHandler):
    """Fetching an assignment."""

    @web.authenticated
    @authorized
    async def post(self, course: str, assignment: str) -> None:
        """Start it."""
        self.reply(self.classroom.fetch(course, assignment).to_json(), status=202)


class SubmitHandler(ClassroomHandler):
    """Handing an assignment in."""

    @web.authenticated
    @authorized
    async def post(self, course: str, assignment: str) -> None:
        """Start it."""
        self.reply(self.classroom.submit(course, assignment).to_json(), status=202)


class CheckHandler(ClassroomHandler):
    """Running a notebook's checks."""

    @web.authenticated
    @authorized
    async def post(self, course: str, assignment: str) -> None:
        """Start it."""
        notebook = self.body("notebook")["notebook"]
        self.reply(self.classroom.check(course, assignment, notebook).to_json(), status=202)


class FetchFeedbackHandler(ClassroomHandler):
    """Fetching feedback."""

    @web.authenticated
    @authorized
    async def post(self, course: str, assignment: str) -> None:
        """Start it."""
        self.reply(self.classroom.fetch_feedback(course, assignment).to_json(), status=202)


class JobsHandler(ClassroomHandler):
    """All jobs."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell those that run and those that ended lately."""
        self.reply({"jobs": [job.to_json() for job in self.classroom.jobs.all()]})


class JobHandler(ClassroomHandler):
    """One job."""

    @web.authenticated
    @authorized
    async def get(self, job: str) -> None:
        """Tell where it stands."""
        self.reply(self.classroom.jobs.get(job).to_json())

    @web.authenticated
    @authorized
    async def delete(self, job: str) -> None:
        """Cancel it."""
        self.reply(self.classroom.jobs.cancel(job).to_json())
