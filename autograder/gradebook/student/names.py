"""Names and paths that others chose: one component of a path, or a path that stays below."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import PurePosixPath

from autograder.errors import UnknownAssignmentError
from autograder.gradebook.student.errors import UnknownCourseError

__all__ = ["check_names", "is_plain", "parts_below"]

LONGEST = 255
"""Bytes of a file's name."""


def is_plain(name: str) -> bool:
    """Whether `name` can be the name of one entry of a folder."""
    try:
        length = len(os.fsencode(name))
    except UnicodeEncodeError:
        return False
    return 0 < length <= LONGEST and name not in (".", "..") and not {"/", "\0"} & set(name)


def check_names(course: str, assignment: str) -> None:
    """Refuse what cannot be a course or an assignment, before any path is made of it.

    Raises
    ------
    UnknownAssignmentError
        Nobody can have one of that name.
    """
    if not is_plain(course):
        raise UnknownCourseError(course, ())
    if not is_plain(assignment) or "+" in assignment:
        raise UnknownAssignmentError(assignment, ())


def parts_below(path: str) -> Sequence[str] | None:
    """Split a relative path that leads nowhere but down; None if it is none."""
    parts = PurePosixPath(path).parts
    if not parts or len(path) > 4096 or not all(map(is_plain, parts)):
        return None
    return parts
