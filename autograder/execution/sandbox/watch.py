"""The parent's side of a run: limits that the kernel does not enforce, and why a run ended."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from autograder.execution.sandbox import usage
from autograder.execution.sandbox.base import Base
from autograder.execution.sandbox.children import Child
from autograder.execution.sandbox.policy import Level, Policy
from autograder.execution.sandbox.strays import sweep
from autograder.execution.sandbox.work import Work

__all__ = ["Ending", "INTERVAL", "Reason", "Watch"]

# Seconds between two looks. A process is held by its own limits meanwhile.
INTERVAL = 0.25
REMOVAL = 2.0


class Reason(StrEnum):
    """Why a run was killed."""

    MEMORY = "out-of-memory"
    CPU = "cpu-limit"
    WALL = "total-timeout"
    DISK = "disk-limit"
    ASKED = "asked"
    """By this process's own :meth:`Watch.kill`."""
    OUTSIDE = "outside"
    """By the machine or its operator: not the student's doing."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended.

    Parameters
    ----------
    status : int
        Exit status; negative for a signal.
    reason : Reason or None
        ``None`` if it ended by itself, or by a fault of its own.
    seconds, cpu_seconds : float
    memory_peak : int
        Bytes, of all processes together under a control group, else as far as it was seen.
    memory_kills : int
        Processes of the run that the kernel killed for want of memory; the run may have gone on.
    refused_forks : int
    """

    status: int
    reason: Reason | None
    seconds: float
    cpu_seconds: float
    memory_peak: int
    memory_kills: int
    refused_forks: int


class Watch:
    """Looks after one run.

    Call :meth:`look` every :data:`INTERVAL` seconds, and :meth:`finish` once ``child.pidfd`` is
    readable.

    Parameters
    ----------
    base : Base
    work : Work
    policy : Policy
    child : Child
    """

    def __init__(self, base: Base, work: Work, policy: Policy, child: Child) -> None:
        self.base = base
        self.work = work
        self.policy = policy
        self.child = child
        self.reason: Reason | None = None
        self._cpu = 0.0
        self._peak = 0
        self._next_count = 0.0

    def look(self, now: float | None = None) -> Reason | None:
        """Kill the run if it exceeds a limit; return why it was killed, if it was.

        Parameters
        ----------
        now : float or None
            By the monotonic clock; ``None`` asks it.
        """
        if self.reason is None:
            found = self._exceeded(time.monotonic() if now is None else now)
            if found is not None:
                self.kill(found)
            elif self.base.level is Level.RESTRICTED:
                sweep(self.base, None)
        return self.reason

    def kill(self, reason: Reason = Reason.ASKED) -> None:
        """Kill the run and, where it has a pid namespace, with it all that it started."""
        if self.reason is None:
            self.reason = reason
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.child.pidfd, signal.SIGKILL)

    def finish(self) -> Ending:
        """Wait for the run, kill what it left, and tell how it ended.

        The descriptor of the child is closed. At *full* and *restricted* nothing of the run is
        alive afterwards.
        """
        _, status, used = os.wait4(self.child.pid, 0)
        self.base.running.discard(self.child.pid)
        os.close(self.child.pidfd)
        seconds = time.monotonic() - self.child.started
        if self.base.level is Level.RESTRICTED:
            sweep(self.base, self.work.uid)
        cpu, peak, kills, refused = max(self._cpu, used.ru_utime + used.ru_stime), self._peak, 0, 0
        if self.child.cgroup is not None:
            counted = self.child.cgroup.counted()
            cpu = counted.cpu_seconds or cpu
            peak, kills, refused = counted.memory_peak, counted.memory_kills, counted.refused_forks
            self._remove_cgroup()
        code = os.waitstatus_to_exitcode(status)
        reason = self.reason
        if reason is None and code in (-signal.SIGKILL, -signal.SIGXCPU):
            reason = self._killer(code, cpu, kills)
        return Ending(code, reason, seconds, cpu, peak, kills, refused)

    def _killer(self, code: int, cpu: float, kills: int) -> Reason | None:
        """Who sent a signal that this process did not send."""
        if kills:
            return Reason.MEMORY
        limit = self.policy.cpu_seconds
        if limit is not None and cpu >= limit:
            return Reason.CPU
        if code != -signal.SIGKILL:
            return None  # a signal that it sent itself
        # The first process of a pid namespace cannot be killed from inside it.
        return Reason.OUTSIDE if self.base.level is Level.FULL else None

    def _exceeded(self, now: float) -> Reason | None:
        policy = self.policy
        if policy.wall_seconds is not None and now - self.child.started > policy.wall_seconds:
            return Reason.WALL
        if self.base.level is Level.NONE:
            return None
        if self.child.cgroup is not None:
            counted = self.child.cgroup.counted()
            self._cpu = max(self._cpu, counted.cpu_seconds or 0.0)
        else:
            pids = usage.descendants(self.child.pid)
            self._cpu = max(self._cpu, usage.cpu_seconds(pids))
            held = usage.memory(pids, shared_counts=True)
            if held > policy.memory:
                # Pages that are shared with this process were counted in full, often.
                held = usage.memory(pids, shared_counts=False)
            self._peak = max(self._peak, held)
            if held > policy.memory:
                return Reason.MEMORY
        if policy.cpu_seconds is not None and self._cpu > policy.cpu_seconds:
            return Reason.CPU
        return Reason.DISK if self._fills_disk(now) else None

    def _fills_disk(self, now: float) -> bool:
        """Whether a work directory without a size of its own grew too large."""
        if self.work.temporary is None or now < self._next_count:
            return False
        began = time.monotonic()
        try:
            return self._counts_too_much(self.work.temporary)
        finally:
            # Many files take long to count: a tenth of the time is what it may take.
            self._next_count = now + 10 * (time.monotonic() - began)

    def _counts_too_much(self, temporary: Path) -> bool:
        size, entries = usage.disk(self.work.descriptor, self.policy.work_inodes)
        if size > self.policy.work_bytes or entries > self.policy.work_inodes:
            return True
        place = os.open(temporary, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            size, entries = usage.disk(place, self.policy.work_inodes)
        finally:
            os.close(place)
        return size > self.policy.tmp_bytes or entries > self.policy.work_inodes

    def _remove_cgroup(self) -> None:
        group = self.child.cgroup
        end = time.monotonic() + REMOVAL
        while group is not None and not group.remove() and time.monotonic() < end:
            time.sleep(0.002)  # the kernel takes the last process apart
