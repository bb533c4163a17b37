"""What can go wrong with the run log.

::

    LogError                    the log cannot be read or written        (OSError)
    ├── LogVersionError         a newer version of the grader wrote it
    └── UnknownAttemptError     no such attempt is in the log            (LookupError)
"""

from __future__ import annotations

from autograder.errors import ClassroomError

__all__ = ["LogError", "LogVersionError", "UnknownAttemptError"]


class LogError(ClassroomError, OSError):
    """The run log cannot be opened, read or written; nothing was recorded half."""

    status = 500


class LogVersionError(LogError):
    """A newer version of the grader wrote the log."""

    def __init__(self, where: str, found: str, known: int) -> None:
        super().__init__(
            f"The run log {where} has schema version {found}, and this grader knows versions up "
            f"to {known}. Upgrade with: pip install --upgrade llm-classroom"
        )
        self.found = found
        self.known = known


class UnknownAttemptError(LogError, LookupError):
    """No attempt of that number is in the log."""

    status = 404

    def __init__(self, attempt: int) -> None:
        super().__init__(f"No attempt number {attempt} is in the run log.")
        self.attempt = attempt
