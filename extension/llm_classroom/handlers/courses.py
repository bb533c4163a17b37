"""Courses, assignments, and what is read of them at once."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from llm_classroom.handlers.base import ClassroomHandler

__all__ = [
    "AssignmentHandler",
    "CoursesHandler",
    "FeedbackHandler",
    "FeedbackPageHandler",
    "ReleasedHandler",
    "RestoreHandler",
]


class CoursesHandler(ClassroomHandler):
    """Every course."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell courses, their assignments and where the student stands."""
        self.reply(await self.classroom.courses())


class AssignmentHandler(ClassroomHandler):
    """One assignment."""

    @web.authenticated
    @authorized
    async def get(self, course: str, assignment: str) -> None:
        """Tell of it, its files and the student's submissions."""
        self.reply(await self.classroom.assignment(course, assignment))


class FeedbackHandler(ClassroomHandler):
    """The fetched feedback on one submission."""

    @web.authenticated
    @authorized
    async def get(self, course: str, assignment: str, submission: str) -> None:
        """Tell the reports that its pages carry."""
        self.reply(await self.classroom.feedback(course, assignment, submission))


class FeedbackPageHandler(ClassroomHandler):
    """One page of feedback, which somebody else has written."""

    @property
    def content_security_policy(self) -> str:
        """Nothing in the page runs, and nothing is loaded from elsewhere."""
        return (
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
        )

    @web.authenticated
    @authorized
    async def get(self, course: str, assignment: str, submission: str, notebook: str) -> None:
        """Answer with the page itself."""
        page = await self.classroom.feedback_page(course, assignment, submission, notebook)
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        # Half a surrogate pair, which a damaged page may hold, is no UTF-8.
        body = page.encode("utf-8", "replace")
        await self.finish(body, set_content_type="text/html; charset=utf-8")


class ReleasedHandler(ClassroomHandler):
    """A notebook's graded and locked cells as they were fetched."""

    @web.authenticated
    @authorized
    async def get(self, course: str, assignment: str, notebook: str) -> None:
        """Tell them in their order."""
        self.reply(await self.classroom.released(course, assignment, notebook))


class RestoreHandler(ClassroomHandler):
    """A file of the assignment's folder."""

    @web.authenticated
    @authorized
    async def post(self, course: str, assignment: str) -> None:
        """Put it back as it was fetched; the student's copy is kept beside it."""
        path = self.body("path")["path"]
        self.reply(await self.classroom.restore(course, assignment, path))
