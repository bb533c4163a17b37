"""The sandbox of a run: namespaces or Landlock, a system call filter, limits, a watchdog."""

from __future__ import annotations

from autograder.execution.sandbox.base import Base, Means, prepare
from autograder.execution.sandbox.children import Child, Enter, fork_child
from autograder.execution.sandbox.enter import Entered
from autograder.execution.sandbox.errors import IsolationError, LevelUnavailable
from autograder.execution.sandbox.host import Gap, HostReport, host, unavailable
from autograder.execution.sandbox.policy import Level, Policy, interpreter_paths
from autograder.execution.sandbox.watch import INTERVAL, Ending, Reason, Watch
from autograder.execution.sandbox.work import Work, make_work

__all__ = [
    "Base",
    "Child",
    "Ending",
    "Enter",
    "Entered",
    "Gap",
    "HostReport",
    "INTERVAL",
    "IsolationError",
    "Level",
    "LevelUnavailable",
    "Means",
    "Policy",
    "Reason",
    "Watch",
    "Work",
    "fork_child",
    "host",
    "interpreter_paths",
    "make_work",
    "prepare",
    "unavailable",
]
