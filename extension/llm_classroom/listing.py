"""Which assignments there are, as far as that is known without asking the exchange."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llm_classroom.errors import UnlistedError

__all__ = ["Listing"]


class Listing:
    """Courses and assignments as they were told last; belongs to the event loop's thread."""

    def __init__(self) -> None:
        self._known: dict[str, set[str]] | None = None

    def take(self, courses: Mapping[str, Any]) -> None:
        """Take in an answer: schema ``Courses``."""
        # While the exchange is away, nobody knows what else there is.
        self._known = None if courses["problem"] else _names(courses)

    def add(self, course: str, assignment: str) -> None:
        """Take in one assignment, which may be newer than the last answer."""
        if self._known is not None:
            self._known.setdefault(course, set()).add(assignment)

    def check(self, course: str, assignment: str) -> None:
        """Refuse what is known not to be there.

        Raises
        ------
        UnlistedError
            If everything was listed, and this was not.
        """
        if self._known is None or assignment in self._known.get(course, ()):
            return
        if course in self._known:
            raise UnlistedError("assignment", assignment, self._known[course])
        raise UnlistedError("course", course, self._known)


def _names(courses: Mapping[str, Any]) -> dict[str, set[str]]:
    return {c["id"]: {a["id"] for a in c["assignments"]} for c in courses["courses"]}
