"""The routes of the classroom."""

from __future__ import annotations

from llm_classroom.handlers.routes import routes

__all__ = ["routes"]
