"""What can go wrong with a report.

::

    ReportError     a report cannot be written where it was asked for    (OSError)
"""

from __future__ import annotations

from pathlib import Path

from autograder.errors import ClassroomError

__all__ = ["ReportError"]


class ReportError(ClassroomError, OSError):
    """A report cannot be written; whatever was at its path before is still there."""

    status = 500

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"The report {path} cannot be written: {reason}. Name a file in a folder that you "
            "may write to."
        )
        self.path = path
