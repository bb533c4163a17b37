"""What can go wrong between a request for isolation and the first byte of a student's code.

::

    ExecutionError
    └── IsolationError          a step of the sandbox failed: ours, never the student's   (OSError)
        └── LevelUnavailable    this host does not give the level that was asked for      exit 2
"""

from __future__ import annotations

from autograder.execution.errors import ExecutionError

__all__ = ["IsolationError", "LevelUnavailable"]


class IsolationError(ExecutionError, OSError):
    """A step of the sandbox failed, so no student's code was started.

    Parameters
    ----------
    step : str
        What was tried, such as ``mount tmpfs on /tmp``.
    error : BaseException or str
        What came of it.
    """

    def __init__(self, step: str, error: BaseException | str) -> None:
        super().__init__(f"The sandbox could not be built: {step}: {error}")
        self.step = step


class LevelUnavailable(IsolationError):
    """The host does not give the level of isolation that was asked for.

    Parameters
    ----------
    level : str
    reason : str
        A sentence.
    """

    def __init__(self, level: str, reason: str) -> None:
        super().__init__(f"isolation {level}", f"{reason} Ask: llm-classroom doctor")
        self.level = level
        self.reason = reason
