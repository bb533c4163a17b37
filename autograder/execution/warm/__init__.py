"""Warm kernels: a process that has imported everything forks a kernel for each notebook."""

from __future__ import annotations

from autograder.execution.job import WarmAddress
from autograder.execution.warm.flavor import Flavor, kernel_policy
from autograder.execution.warm.process import WarmProcess
from autograder.execution.warm.work import WarmWork, open_work

__all__ = [
    "Flavor",
    "WarmAddress",
    "WarmProcess",
    "WarmWork",
    "kernel_policy",
    "open_work",
]
