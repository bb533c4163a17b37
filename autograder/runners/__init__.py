"""Many submissions: jobs in, outcomes out as they finish."""

from __future__ import annotations

from autograder.runners.events import Event, Finished, Retried, Started
from autograder.runners.local import LocalRunner
from autograder.runners.protocol import Runner
from autograder.runners.task import Channels, ProcessSpec, SingleProcess, Task

__all__ = [
    "Channels",
    "Event",
    "Finished",
    "LocalRunner",
    "ProcessSpec",
    "Retried",
    "Runner",
    "SingleProcess",
    "Started",
    "Task",
]
