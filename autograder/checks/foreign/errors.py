"""What ends a foreign test cell that is run outside the student's kernel."""

from __future__ import annotations

from autograder.errors import ClassroomError

__all__ = ["NotServed", "StudentRaised"]


class NotServed(ClassroomError, BaseException):
    """The cell wants something that cannot cross to the checker: it gets no score, not 0.

    It is no ``Exception``, so that a test cell's own ``except Exception`` lets it through.
    """


class StudentRaised(ClassroomError, Exception):
    """An exception of the student's code that is of no kind that Python itself has."""
