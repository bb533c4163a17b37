"""Which handler answers which path; ``openapi.yaml`` describes each."""

from __future__ import annotations

from llm_classroom.handlers.base import ClassroomHandler
from llm_classroom.handlers.courses import (
    AssignmentHandler,
    CoursesHandler,
    FeedbackHandler,
    FeedbackPageHandler,
    ReleasedHandler,
    RestoreHandler,
)
from llm_classroom.handlers.jobs import (
    CheckHandler,
    FetchFeedbackHandler,
    FetchHandler,
    JobHandler,
    JobsHandler,
    SubmitHandler,
)
from llm_classroom.handlers.roadmap import (
    AboutHandler,
    ProgressHandler,
    ReadHandler,
    RoadmapHandler,
)

__all__ = ["BASE", "routes"]

BASE = "/llm-classroom/api"
_ASSIGNMENT = "/courses/{course}/assignments/{assignment}"
_ROUTES: dict[str, type[ClassroomHandler]] = {
    "/about": AboutHandler,
    "/courses": CoursesHandler,
    _ASSIGNMENT: AssignmentHandler,
    f"{_ASSIGNMENT}/check": CheckHandler,
    f"{_ASSIGNMENT}/feedback": FetchFeedbackHandler,
    f"{_ASSIGNMENT}/feedback/{{submission}}": FeedbackHandler,
    f"{_ASSIGNMENT}/feedback/{{submission}}/{{notebook}}": FeedbackPageHandler,
    f"{_ASSIGNMENT}/fetch": FetchHandler,
    f"{_ASSIGNMENT}/released/{{notebook}}": ReleasedHandler,
    f"{_ASSIGNMENT}/restore": RestoreHandler,
    f"{_ASSIGNMENT}/submit": SubmitHandler,
    "/jobs": JobsHandler,
    "/jobs/{job}": JobHandler,
    "/progress": ProgressHandler,
    "/progress/read/{resource}": ReadHandler,
    "/roadmap": RoadmapHandler,
}


def routes() -> dict[str, type[ClassroomHandler]]:
    """Map each path, as ``openapi.yaml`` writes it, to its handler."""
    return dict(_ROUTES)
