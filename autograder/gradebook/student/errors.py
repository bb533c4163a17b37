"""What a student can get wrong, or must know, when they fetch, submit and restore.

::

    UnknownCourseError      no course of that name      (an UnknownAssignmentError, LookupError)
    UnknownFileError        the release has no such file                         (LookupError)
    NotFetchedError         nothing was fetched yet                        (FileNotFoundError)
    NotConnectedError       nobody has said where the exchange is     (a TransferError)
    InTheWayError           something else has the assignment's place        (FileExistsError)
    MissingNotebookError    a strict course wants every notebook                  (ValueError)
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from autograder.errors import ClassroomError, OverwriteError, UnknownAssignmentError
from autograder.gradebook.errors import TransferError
from autograder.gradebook.package import printable

__all__ = [
    "InTheWayError",
    "MissingNotebookError",
    "NotConnectedError",
    "NotFetchedError",
    "UnknownCourseError",
    "UnknownFileError",
]


class UnknownCourseError(UnknownAssignmentError):
    """No course of that name has anything for this student."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        LookupError.__init__(
            self,
            f"There is no course {printable(name)!r} for you in the exchange.{hint}",
        )
        self.name = name


class UnknownFileError(ClassroomError, LookupError):
    """A file that is asked for is not part of the release that was fetched."""

    status = 404


class NotFetchedError(ClassroomError, FileNotFoundError):
    """The assignment is not here, or nothing is known of the release it came from."""

    status = 404


class NotConnectedError(TransferError):
    """No exchange is configured, and nbgrader's default folder is not there."""

    def __init__(self, place: str) -> None:
        super().__init__(
            "No course is connected to this server yet. Students: ask your instructor. Whoever "
            "runs this server: set c.Exchange.root in nbgrader_config.py to the folder of the "
            f"course's exchange; nbgrader's default, {place}, is not there."
        )


class InTheWayError(OverwriteError):
    """The place of an assignment is taken by something else; nothing was overwritten."""


class MissingNotebookError(ClassroomError, ValueError):
    """The course takes no submission without each of its notebooks."""

    code = "missing-notebook"
