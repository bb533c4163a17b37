"""What can go wrong between a check and the student's kernel.

::

    StudentError                    the student's: the question or finding fails   (AssertionError)
    ├── NotAttempted                the name is undefined or still a stub
    ├── StudentException            their code raised
    ├── StudentTimeout              their code did not come back in time
    ├── UnacceptableValue           what came back is no plain data within the limits
    └── KernelGone                  the kernel is dead
    CodecError                      a message that the codec refuses               (ValueError)
    CheckError                      the check itself is wrong: ours, never a score (RuntimeError)
    └── GradingOnly                 asked in a notebook for what only grading can know
    QuestionFailed                  raised in the student's notebook               (AssertionError)
"""

from __future__ import annotations

from autograder.errors import ClassroomError

__all__ = [
    "CheckError",
    "CodecError",
    "GradingOnly",
    "KernelGone",
    "NotAttempted",
    "QuestionFailed",
    "StudentError",
    "StudentException",
    "StudentTimeout",
    "UnacceptableValue",
]


class CodecError(ClassroomError, ValueError):
    """A value or message that may not cross between kernel and checker."""


class CheckError(ClassroomError, RuntimeError):
    """The check is wrong: the grader's fault, so it is never recorded as a score."""


class GradingOnly(CheckError):
    """Only grading can measure this; in a notebook what follows it is left for grading."""


class StudentError(ClassroomError, AssertionError):
    """Student code did not do what the check asked of it; costs points, never the batch.

    ``str(error)`` may contain text that student code chose, so it is shown for visible findings
    only. ``error.public`` is safe to show for hidden findings too.
    """

    public = "the code did not do what was asked"


class NotAttempted(StudentError):
    """The name is not defined, or calling it raised ``NotImplementedError``."""

    public = "not attempted"


class StudentException(StudentError):
    """Student code raised an exception."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"raised {kind}: {message}" if message else f"raised {kind}")
        self.kind = kind
        self.public = "the code raised an exception"


class StudentTimeout(StudentError):
    """Student code did not return within the time limit."""

    public = "the code did not return in time"


class UnacceptableValue(StudentError):
    """What came back is not plain data within the limits of the codec."""

    public = "the result is not plain data of an acceptable size"


class KernelGone(StudentError):
    """The student's kernel died, so nothing can be asked of it any more."""

    public = "the kernel had died"


class QuestionFailed(ClassroomError, AssertionError):
    """Raised by a check cell in the student's notebook when a finding failed."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows this in place of a traceback through our own code.
        return [f"{type(self).__name__}: {self}"]
