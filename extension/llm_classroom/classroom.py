"""The classroom that one student's server is: what its handlers ask."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder import __version__
from autograder.course import Roadmap
from llm_classroom.progress import ProgressFile

__all__ = ["Classroom"]


class Classroom:
    """One student's classroom.

    Parameters
    ----------
    roadmap : Roadmap
    data : Path
        The student's own folder for what the classroom remembers.
    student : str
    notice : str
        What the student should know of a place whose account they share; empty elsewhere.
    """

    def __init__(self, roadmap: Roadmap, data: Path, *, student: str, notice: str = "") -> None:
        self.roadmap = roadmap
        self.student = student
        self.notice = notice
        resources = [r.id for topic in roadmap.topics for r in topic.resources]
        self.progress = ProgressFile(data / "progress.json", resources)

    def about(self) -> dict[str, Any]:
        """Return the version, the student and what the place promises, as JSON data."""
        return {
            "version": __version__,
            "student": self.student,
            "shared_account": bool(self.notice),
            "notice": self.notice,
        }

    @cached_property
    def roadmap_data(self) -> dict[str, Any]:
        """The whole roadmap as JSON data."""
        return dataclasses.asdict(self.roadmap)
