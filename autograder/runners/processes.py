"""What the operating system does for us: no process outlives the one it works for."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Collection
from pathlib import Path

import psutil

from autograder.execution.sandbox import syscalls

__all__ = ["adopt_orphans", "children", "die_with_parent", "kill_children", "kill_descendants"]


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


def children(process: int) -> list[int]:
    """Return the children of a process; without a look at every process of the machine on Linux."""
    try:
        found = [path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:
        found = []
    if found:
        return [int(child) for text in found for child in text.split()]
    with contextlib.suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(process).children()]
    return []


def kill_children(keep: Collection[int]) -> bool:
    """Kill and reap all children of this process but those to `keep`, and theirs.

    With :func:`adopt_orphans`, what a child leaves behind becomes a child of ours.

    Returns
    -------
    bool
        Whether those to keep have no children either.
    """
    while left := [child for child in children(os.getpid()) if child not in keep]:
        for child in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        for child in left:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)
    return not any(children(kept) for kept in keep)


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
