"""What ends a foreign test cell that is run outside the student's kernel."""

from __future__ import annotations

from autograder.errors import ClassroomError

__all__ = ["NotServed", "StudentRaised"]


class NotServed(ClassroomError):
    """The cell wants something that cannot cross to the checker: it gets no score, not 0.

    Raised by what has noted so before: whatever the cell makes of it, the note stands.
    """


class StudentRaised(ClassroomError, Exception):
    """An exception of the student's code that is of no kind that Python itself has."""
