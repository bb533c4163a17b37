"""The work directory of one submission, which several runs may use one after the other."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

from autograder.execution.sandbox.base import Base, take_user
from autograder.execution.sandbox.errors import IsolationError
from autograder.execution.sandbox.mounts import mount_work
from autograder.execution.sandbox.policy import Policy
from autograder.execution.sandbox.syscalls import unmount

__all__ = ["Work", "make_work", "remove_tree"]

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Work:
    """A work directory.

    Parameters
    ----------
    path : Path
        As this process sees it. At *full* a tmpfs of this process's mount namespace.
    temporary : Path or None
        What runs have as ``/tmp`` where they have no file tree of their own.
    descriptor : int
        Of the directory. Sent to another process it stays good after :meth:`close`, for writing
        files before a run and collecting them afterwards.
    uid : int or None
        The user that runs get; ``None`` for this process's own.
    """

    path: Path
    temporary: Path | None
    descriptor: int
    uid: int | None
    holder: socket.socket | None = None

    def hand_over(self) -> None:
        """Give what was put into it to the user of the runs, before the first of them starts."""
        if self.uid is None or os.fstat(self.descriptor).st_uid == self.uid:
            return  # what a run made is its own already, and may be built to trap a walk
        os.fchown(self.descriptor, self.uid, self.uid)
        top = os.fwalk(".", dir_fd=self.descriptor, follow_symlinks=False)
        for _, folders, files, place in top:
            for name in (*folders, *files):
                os.chown(name, self.uid, self.uid, dir_fd=place, follow_symlinks=False)

    def close(self) -> None:
        """Remove it; whoever holds its descriptor at *full* can still read what it held."""
        os.close(self.descriptor)
        with contextlib.suppress(OSError):  # no mount there at restricted
            unmount(str(self.path))
        remove_tree(self.path.parent)
        if self.holder is not None:
            self.holder.close()


def make_work(base: Base, policy: Policy) -> Work:
    """Make an empty work directory.

    Parameters
    ----------
    base : Base
    policy : Policy
        Its size and number of files count at *full*; elsewhere the watchdog looks after them.

    Raises
    ------
    IsolationError
        If it cannot be made.
    """
    uid, holder = take_user() if base.users else (None, None)
    place = base.folder / os.urandom(8).hex()
    try:
        for folder in (place, place / "work", place / "tmp"):
            folder.mkdir(mode=0o700)
        place.chmod(0o711)
        if uid is not None:
            os.chown(place / "tmp", uid, uid)
        if base.namespaces:
            mount_work(str(place / "work"), policy)
        descriptor = os.open(place / "work", FOLDER)
    except OSError as error:
        remove_tree(place)
        if holder is not None:
            holder.close()
        raise IsolationError("the work directory", error) from error
    temporary = None if base.namespaces else place / "tmp"
    return Work(place / "work", temporary, descriptor, uid, holder)


def remove_tree(folder: Path) -> None:
    """Remove a folder that a run filled: of any depth, with modes that refuse their owner.

    It walks with one descriptor, down by name and up by ``..``, so that neither recursion nor
    descriptors nor the length of a path grow with depth. No process of the run may be alive.
    """
    try:
        place = os.open(folder, FOLDER)
    except FileNotFoundError:
        return
    path: list[str] = []
    waiting = [_empty(place)]
    try:
        while waiting:
            if waiting[-1]:
                path.append(waiting[-1].pop())
                place = _go(place, path[-1])
                waiting.append(_empty(place))
                continue
            waiting.pop()
            if path:
                place = _go(place, "..")
                os.rmdir(path.pop(), dir_fd=place)
    finally:
        os.close(place)
    folder.rmdir()


def _go(place: int, name: str) -> int:
    if name != "..":
        os.chmod(name, 0o700, dir_fd=place)
    following = os.open(name, FOLDER, dir_fd=place)
    os.close(place)
    return following


def _empty(place: int) -> list[str]:
    """Remove what is no folder; return the names of the folders."""
    folders = []
    for name in os.listdir(place):
        if stat.S_ISDIR(os.stat(name, dir_fd=place, follow_symlinks=False).st_mode):
            folders.append(name)
        else:
            os.unlink(name, dir_fd=place)
    return folders
