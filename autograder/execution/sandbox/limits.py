"""Resource limits of the kernel (``setrlimit``), each for one process or for one user."""

from __future__ import annotations

import math
import os
import resource
from pathlib import Path

from autograder.execution.sandbox.policy import Policy

__all__ = ["set_limits"]

# Seconds between the signal that asks a process to end and the one that ends it.
CPU_GRACE = 5
GPU_LOCKED_BYTES = 8 << 30


def set_limits(policy: Policy, *, shared_user: bool, counted: bool) -> None:
    """Limit this process and what it starts.

    Parameters
    ----------
    policy : Policy
    shared_user : bool
        Whether processes of others count for the same user: then as many as there are now are
        allowed beside ``policy.processes``.
    counted : bool
        Whether a control group holds the memory. Then only what is out of proportion is refused
        to a process: the stacks of threads count as data in full, however little they hold, and
        libraries that are refused a little memory abort, which tells nobody why.
    """
    # If the whole machine runs out of memory, a run goes before the grader.
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="utf-8")
    # Not 0: a host whose core_pattern is a pipe starts its program, as root, for that too.
    _limit(resource.RLIMIT_CORE, 1)
    _limit(resource.RLIMIT_FSIZE, policy.file_size)
    _limit(resource.RLIMIT_NOFILE, policy.open_files)
    _limit(resource.RLIMIT_MSGQUEUE, 0)
    _limit(resource.RLIMIT_NICE, 0)
    _limit(resource.RLIMIT_RTPRIO, 0)
    others = _threads_of(os.geteuid()) if shared_user else 0
    _limit(resource.RLIMIT_NPROC, policy.processes + others)
    if policy.cpu_seconds is not None:
        # A second after the watchdog, which says why: the system counts in ticks and runs ahead.
        seconds = math.ceil(policy.cpu_seconds) + 1
        _limit(resource.RLIMIT_CPU, seconds, seconds + CPU_GRACE)
    if policy.gpus:
        # A driver maps far more than it uses, and locks what the device reads.
        _limit(resource.RLIMIT_MEMLOCK, GPU_LOCKED_BYTES)
    else:
        # What the warm process has mapped already is not the student's.
        _limit(resource.RLIMIT_DATA, policy.memory * (2 if counted else 1) + _mapped())


def _limit(which: int, soft: int, hard: int | None = None) -> None:
    hard = soft if hard is None else hard
    _, highest = resource.getrlimit(which)
    if highest != resource.RLIM_INFINITY:
        hard = min(hard, highest)
    resource.setrlimit(which, (min(soft, hard), hard))


def _mapped() -> int:
    """Bytes that count for ``RLIMIT_DATA`` now."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) << 10
    return 0


def _threads_of(uid: int) -> int:
    """Threads of a user, as far as ``/proc`` shows them."""
    total = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                status = Path(entry.path, "status").read_text(encoding="utf-8", errors="replace")
            except OSError:  # it ended
                continue
            fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
            if int(fields["Uid"].split()[0]) == uid:
                total += int(fields["Threads"])
    return total
