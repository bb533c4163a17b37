"""Which handler answers which path; ``openapi.yaml`` describes each."""

from __future__ import annotations

from llm_classroom.handlers.base import ClassroomHandler
from llm_classroom.handlers.roadmap import (
    AboutHandler,
    ProgressHandler,
    ReadHandler,
    RoadmapHandler,
)

__all__ = ["BASE", "routes"]

BASE = "/llm-classroom/api"
_ROUTES: dict[str, type[ClassroomHandler]] = {
    "/about": AboutHandler,
    "/progress": ProgressHandler,
    "/progress/read/{resource}": ReadHandler,
    "/roadmap": RoadmapHandler,
}


def routes() -> dict[str, type[ClassroomHandler]]:
    """Map each path, as ``openapi.yaml`` writes it, to its handler."""
    return dict(_ROUTES)
