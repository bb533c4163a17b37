"""The roadmap, and what the student has read of it."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from llm_classroom.handlers.base import ClassroomHandler

__all__ = ["AboutHandler", "ProgressHandler", "ReadHandler", "RoadmapHandler"]


class AboutHandler(ClassroomHandler):
    """Who is served."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell the version, the student and what the place promises."""
        self.reply(await self.classroom.about())


class RoadmapHandler(ClassroomHandler):
    """The whole roadmap."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell parts, topics, resources and seed notebooks."""
        self.reply(self.classroom.roadmap_data)


class ProgressHandler(ClassroomHandler):
    """What the student has marked as read."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell which resources are read."""
        self.reply(self.classroom.progress.read().to_json())

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Replace the progress by an exported one."""
        self.reply(self.classroom.progress.replace(self.body()).to_json())


class ReadHandler(ClassroomHandler):
    """One resource's mark."""

    @web.authenticated
    @authorized
    async def put(self, resource: str) -> None:
        """Mark it as read."""
        self.reply(self.classroom.progress.mark(resource, read=True).to_json())

    @web.authenticated
    @authorized
    async def delete(self, resource: str) -> None:
        """Take its mark away."""
        self.reply(self.classroom.progress.mark(resource, read=False).to_json())
