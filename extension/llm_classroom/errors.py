"""What the classroom's server can say is wrong, beside what the grader's library says.

::

    UnknownJobError         no job of that id                         (LookupError)
    NotCancellableError     the job has gone too far                  (RuntimeError)
    UnknownResourceError    the roadmap has no such resource          (LookupError)
    ProgressFileError       no progress can be read from that         (ValueError)
"""

from __future__ import annotations

from autograder.errors import ClassroomError

__all__ = [
    "NotCancellableError",
    "ProgressFileError",
    "UnknownJobError",
    "UnknownResourceError",
]


class UnknownJobError(ClassroomError, LookupError):
    """No job of that id runs or ended lately."""

    status = 404

    def __init__(self, job: str) -> None:
        super().__init__(f"There is no job {job!r}; those that ended are kept for a while only.")
        self.job = job


class NotCancellableError(ClassroomError, RuntimeError):
    """A job has ended, or does something that must not stop half-way."""

    status = 409


class UnknownResourceError(ClassroomError, LookupError):
    """The roadmap has no resource of that id."""

    status = 404

    def __init__(self, resource: str) -> None:
        super().__init__(f"The roadmap has no resource {resource!r}.")
        self.resource = resource


class ProgressFileError(ClassroomError, ValueError):
    """A file is no progress of ours; the text says where and how to go on."""
