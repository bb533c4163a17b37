"""What the classroom's server can say is wrong, beside what the grader's library says.

::

    UnknownJobError         no job of that id                         (LookupError)
    NotCancellableError     the job has gone too far                  (RuntimeError)
    TooManyJobsError        no more can wait                          (RuntimeError)
    UnknownNameError        nothing can have that name                (LookupError)
    UnlistedError           nothing of that name was listed           (LookupError)
    DeskError               the course's configuration is broken      (RuntimeError)
    ServerEndingError       nothing is begun any more                 (RuntimeError)
    UncheckableError        a notebook cannot be checked              (ValueError)
    UnknownResourceError    the roadmap has no such resource          (LookupError)
    ProgressFileError       no progress can be read from that         (ValueError)
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Any

from autograder.errors import ClassroomError

__all__ = [
    "DeskError",
    "NotCancellableError",
    "ProgressFileError",
    "ServerEndingError",
    "TooManyJobsError",
    "UncheckableError",
    "UnknownJobError",
    "UnknownNameError",
    "UnknownResourceError",
    "UnlistedError",
    "problem",
]


def problem(error: ClassroomError) -> dict[str, Any]:
    """Return what is wrong as JSON data: schema ``Problem``."""
    code = getattr(error, "code", "") or type(error).__name__.removesuffix("Error")
    return {"message": str(error), "code": code}


class UnknownJobError(ClassroomError, LookupError):
    """No job of that id runs or ended lately."""

    status = 404

    def __init__(self, job: str) -> None:
        super().__init__(f"There is no job {job!r}; those that ended are kept for a while only.")
        self.job = job


class NotCancellableError(ClassroomError, RuntimeError):
    """A job has ended, or does something that must not stop half-way."""

    status = 409


class TooManyJobsError(ClassroomError, RuntimeError):
    """So many jobs wait that no other is taken."""

    status = 429

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{waiting} jobs are waiting or the server is ending. Wait until some have ended, or "
            "cancel some, and try again."
        )


class ServerEndingError(ClassroomError, RuntimeError):
    """The server is being ended, and begins nothing any more."""

    status = 502

    def __init__(self) -> None:
        super().__init__("The server is ending. Try again once it has been started.")


class UnknownNameError(ClassroomError, LookupError):
    """A name that no course, assignment, notebook, submission or file can have."""

    status = 404

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"There is no {what} named {name[:80]!r}.")


class UnlistedError(ClassroomError, LookupError):
    """The last listing of courses was whole, and has no course or assignment of that name."""

    status = 404
    code = "UnknownAssignment"

    def __init__(self, what: str, name: str, known: Collection[str]) -> None:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        super().__init__(
            f"There is no {what} named {name[:80]!r} for you.{hint} If it is new, refresh the list "
            "first."
        )


class DeskError(ClassroomError, RuntimeError):
    """The course's configuration cannot be read, so that there is no exchange to ask."""

    status = 502


class UncheckableError(ClassroomError, ValueError):
    """A notebook cannot be checked; the text says why and how to mend it.

    Parameters
    ----------
    code : str
        A fixed word for the cause.
    reason : str
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class UnknownResourceError(ClassroomError, LookupError):
    """The roadmap has no resource of that id."""

    status = 404

    def __init__(self, resource: str) -> None:
        super().__init__(f"The roadmap has no resource {resource!r}.")
        self.resource = resource


class ProgressFileError(ClassroomError, ValueError):
    """A file is no progress of ours; the text says where and how to go on."""
