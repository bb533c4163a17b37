"""What running processes use, read from ``/proc``: for where no control group counts."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["children", "cpu_seconds", "descendants", "disk", "memory"]

MAX_PROCESSES = 4096
TICK = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """Return the children of all threads of a process."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{pid}/task/{task}/children").read_text(encoding="utf-8")
                found += [int(child) for child in text.split()]
    return found


def descendants(pid: int) -> list[int]:
    """Return a process and what it started, directly or not, up to 4,096 of them.

    What lost its parent stays below the first process of a pid namespace, and below a process
    that adopts orphans.
    """
    found: list[int] = []
    todo = [pid]
    while todo and len(found) < MAX_PROCESSES:
        found.append(todo.pop())
        todo += children(found[-1])
    return found


def memory(pids: Iterable[int], *, shared_counts: bool) -> int:
    """Bytes of private and shared memory, without file pages.

    Parameters
    ----------
    pids : iterable of int
    shared_counts : bool
        Whether a page that several processes share counts for each of them in full. Otherwise
        it is divided among them, which is right and costs milliseconds a gigabyte.
    """
    total = 0
    for pid in pids:
        file, names = f"/proc/{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:")
        if shared_counts:
            file, names = f"/proc/{pid}/status", ("RssAnon:", "RssShmem:")
        try:
            lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
        except PermissionError:  # it hides: then everything counts
            total += memory([pid], shared_counts=True)
        except OSError:  # it ended
            continue
        else:
            total += sum(int(line.split()[1]) << 10 for line in lines if line.startswith(names))
    return total


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU time of processes and of those of their children that ended and were waited for."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            # utime, stime, cutime, cstime
            ticks += sum(int(field) for field in text.rsplit(")", 1)[1].split()[11:15])
    return ticks / TICK


def disk(folder: int, max_entries: int) -> tuple[int, int]:
    """Bytes on disk and number of entries below a folder; counting stops above `max_entries`.

    Parameters
    ----------
    folder : int
        A descriptor.
    max_entries : int
    """
    size = entries = 0
    todo = [os.dup(folder)]
    try:
        while todo and entries <= max_entries:
            place = todo.pop()
            try:
                with os.scandir(place) as found:
                    for entry in found:
                        entries += 1
                        if entries > max_entries:
                            break
                        # What the run removes or changes meanwhile is passed over.
                        with contextlib.suppress(OSError):
                            if entry.is_dir(follow_symlinks=False):
                                if len(todo) < MAX_OPEN:
                                    todo.append(_open_folder(entry.name, place))
                                else:
                                    entries = max_entries + 1
                            size += entry.stat(follow_symlinks=False).st_blocks * 512
            finally:
                os.close(place)
    finally:
        for place in todo:
            os.close(place)
    return size, entries


def _open_folder(name: str, parent: int) -> int:
    """Open a folder to list it, also one whose owner may only write into it: that hides a bomb."""
    flags = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    with contextlib.suppress(PermissionError):
        return os.open(name, os.O_RDONLY | flags, dir_fd=parent)
    place = os.open(name, os.O_PATH | flags, dir_fd=parent)
    try:
        # By its descriptor: a link that takes its place meanwhile is not followed.
        os.chmod(f"/proc/self/fd/{place}", 0o700)
        return os.open(f"/proc/self/fd/{place}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    finally:
        os.close(place)


# Folders that wait to be counted, each by a descriptor; more of them is a bomb.
MAX_OPEN = 512
