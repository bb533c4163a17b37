"""What can end a run early.

::

    ExecutionError
    ├── CheckerLost        the checker died or broke the protocol: ours    (RuntimeError)
    ├── CheckFailed        the check itself raised: ours                   (RuntimeError)
    ├── KernelStartError   no kernel could be started: ours                (RuntimeError)
    ├── OutputLost         outputs went missing on the way: ours           (RuntimeError)
    ├── RunStopped         the student's run ended early                   (RuntimeError)
    └── WarmProcessLost    the process that forks kernels is gone: ours    (RuntimeError)
"""

from __future__ import annotations

from autograder.errors import ClassroomError

__all__ = [
    "CheckFailed",
    "CheckerLost",
    "ExecutionError",
    "KernelStartError",
    "OutputLost",
    "RunStopped",
    "WarmProcessLost",
]


class ExecutionError(ClassroomError):
    """A submission could not be executed to the end."""


class CheckerLost(ExecutionError, RuntimeError):
    """The checker process died, hung or answered nonsense; retrying may help."""


class CheckFailed(ExecutionError, RuntimeError):
    """A check raised an exception of its own; retrying cannot help.

    Parameters
    ----------
    grade_id : str
    message : str
        What it raised.
    answer : str
        Whose answers it judged, where they are not the submission's.
    """

    def __init__(self, grade_id: str, message: str, answer: str = "") -> None:
        of = f" of the answers {answer!r}" if answer else ""
        super().__init__(f"The check {grade_id!r}{of} raised {message}")
        self.grade_id = grade_id
        self.message = message


class KernelStartError(ExecutionError, RuntimeError):
    """The kernel of a notebook could not be started.

    Parameters
    ----------
    message : str
    known : bool
        Whether the cause is known to stay, so that trying again cannot help.
    """

    def __init__(self, message: str, *, known: bool) -> None:
        super().__init__(message)
        self.known = known


class OutputLost(ExecutionError, RuntimeError):
    """Outputs of a cell did not arrive though nothing flooded the channel; retrying may help."""


class RunStopped(ExecutionError, RuntimeError):
    """The student's run ended before its last cell.

    Parameters
    ----------
    code : str
        ``kernel-died``, ``kernel-killed``, ``cell-timeout``, ``total-timeout``, or in a sandbox
        ``out-of-memory``, ``cpu-limit`` or ``disk-limit``.
    reason : str
        One line for people.
    cell : int
        Index of the cell where it ended.
    """

    def __init__(self, code: str, reason: str, cell: int) -> None:
        super().__init__(reason)
        self.code = code
        self.cell = cell


class WarmProcessLost(ExecutionError, RuntimeError):
    """The process that forks kernels ended; it is started again, and retrying may help."""
