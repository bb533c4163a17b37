"""What nbgrader could not do, and what one student's submission can be wrong about.

::

    ConversionError     generating a release or feedback failed   (RuntimeError)
    TransferError       the exchange refused                      (RuntimeError)
    SubmissionRefused   one submission cannot be graded           (ValueError)
    NoFeedbackError     no feedback was fetched                   (LookupError)
    DamagedPageError    a feedback page cannot be read            (ValueError)
"""

from __future__ import annotations

from autograder.errors import ClassroomError

__all__ = [
    "ConversionError",
    "DamagedPageError",
    "NoFeedbackError",
    "SubmissionRefused",
    "TransferError",
]


class ConversionError(ClassroomError, RuntimeError):
    """A release or a feedback page could not be generated; what there was of it is removed."""

    status = 500


class TransferError(ClassroomError, RuntimeError):
    """The exchange did not take or give what it was asked for."""

    status = 502


class SubmissionRefused(ClassroomError, ValueError):
    """A submission that cannot be graded; the rest of the class can.

    Parameters
    ----------
    code : str
        A short fixed word for the cause.
    reason : str
        One line that says what, where and how to mend it.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class NoFeedbackError(ClassroomError, LookupError):
    """No feedback on that submission or notebook has been fetched."""

    status = 404


class DamagedPageError(ClassroomError, ValueError):
    """A fetched feedback page, or the report in it, cannot be read."""

    status = 502
