"""Which jobs may run beside each other on this machine."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import psutil

from autograder.execution.job import Job

__all__ = ["Capacity", "usable_memory"]

CONTROL_GROUP_LIMITS = (
    "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What jobs share.

    Parameters
    ----------
    jobs : int
        How many run at once at most.
    cpus : int
        Threads they may have together.
    memory : int
        Bytes they may demand together.
    """

    jobs: int
    cpus: int
    memory: int

    @classmethod
    def of_this_machine(cls, jobs: int, memory: int | None = None) -> Capacity:
        """Return what this process may use; `jobs` of one thread each always fit."""
        cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return cls(jobs, max(jobs, cpus or 1), memory or usable_memory())

    def admits(self, job: Job, running: Collection[Job]) -> bool:
        """Tell whether `job` may start beside those running; alone, it always may."""
        if not running:
            return True
        together = [*(other.resources for other in running), job.resources]
        return (
            len(together) <= self.jobs
            and sum(resources.cpus for resources in together) <= self.cpus
            and sum(resources.memory for resources in together) <= self.memory
        )


def usable_memory() -> int:
    """Return the bytes of memory that this process's machine or container has."""
    found = [int(psutil.virtual_memory().total)]
    for name in CONTROL_GROUP_LIMITS:
        try:
            text = Path(name).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            found.append(int(text))
    return min(found)
