"""What the operating system does for us: no process outlives the one it works for."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

import psutil

from autograder.execution.sandbox import syscalls

__all__ = ["adopt_orphans", "die_with_parent", "kill_descendants"]


def die_with_parent(number: signal.Signals) -> None:
    """Have the kernel send `number` to this process when its parent dies (Linux only).

    The parent may be dead already: look after calling this.
    """
    if sys.platform == "linux":
        syscalls.die_with_parent(number)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies (Linux only)."""
    if sys.platform == "linux":
        syscalls.adopt_orphans()


def kill_descendants(patience: float = 10.0) -> bool:
    """Kill all descendants of this process and reap them.

    With :func:`adopt_orphans`, a descendant whose parent is killed becomes a child of ours, so
    killing children until there are none reaches all of them.

    Returns
    -------
    bool
        Whether none is left after `patience` seconds; one that hangs in the kernel may be.
    """
    me = psutil.Process()
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return True  # as a rule at once, without a look at every process of the machine
        for process in me.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        time.sleep(0.005)
    return False
