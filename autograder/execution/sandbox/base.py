"""The process that will fork runs: what it must be before it imports anything large.

A pid namespace begins with a fork, and without root only the maker of a user namespace may make
others inside it. So the parent of all runs moves into namespaces of its own first. When it ends,
however it ends, the kernel ends every run with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import stat
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from autograder.execution.sandbox import landlock, syscalls
from autograder.execution.sandbox.cgroups import Cgroups, find_cgroups
from autograder.execution.sandbox.credentials import (
    FIRST_UID,
    new_user_namespace,
)
from autograder.execution.sandbox.errors import IsolationError, LevelUnavailable
from autograder.execution.sandbox.mounts import MS_NODEV, MS_NOEXEC, MS_NOSUID, make_private
from autograder.execution.sandbox.policy import Level, interpreter_paths

__all__ = ["Base", "Means", "prepare"]

CAP_SETUID, CAP_SYS_ADMIN = 7, 21
MAX_SLOTS = 4096
FOLDER_MODE = 0o711


class Means(StrEnum):
    """How a level is reached."""

    ROOT = "namespaces, made as root"
    USER = "user namespaces"
    LANDLOCK = "Landlock"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Base:
    """A process that is ready to fork runs of one level.

    Parameters
    ----------
    level : Level
    means : Means
    folder : Path
        For work directories; nobody else writes there.
    users : bool
        Whether each run gets a user of its own, or that of this process.
    pid_namespace : int
        A descriptor of this process's own, -1 where runs share it.
    cgroups : Cgroups or None
    no_cgroups : str
        Why there are none.
    owner : int
        The id of the process that called :func:`prepare`, as the host sees it.
    running : set of int
        Children that are known. At *restricted* any other child is what a run left behind, and
        is killed.
    """

    level: Level
    means: Means
    folder: Path
    users: bool
    pid_namespace: int = -1
    cgroups: Cgroups | None = None
    no_cgroups: str = ""
    owner: int = field(default_factory=os.getpid)
    running: set[int] = field(default_factory=set)

    @property
    def namespaces(self) -> bool:
        """Whether runs have namespaces of their own."""
        return self.level is Level.FULL


def prepare(level: Level, folder: Path) -> Base:
    """Make this process one that can fork runs of `level`.

    At *full* the caller goes on in a child, the first process of a pid namespace: the process
    that called waits for it and ends with its exit status. Its user and its files stay what they
    were. Call it with one thread and before large imports, and start the process without secrets
    in its environment or memory, since every run inherits a copy of both.

    Parameters
    ----------
    level : Level
    folder : Path
        An empty folder of the caller's, which removes it after this process ended. At
        *restricted*, root gives each run a user of its own only if every user can reach it.

    Raises
    ------
    LevelUnavailable
        If the host does not give `level`. The process is then good for nothing but its exit.
    """
    os.chmod(folder, FOLDER_MODE)
    if level is Level.NONE:
        return Base(level, Means.NOTHING, folder, users=False)
    if not syscalls.SUPPORTED:
        raise LevelUnavailable(level, "It needs Linux on x86-64.")
    if len(os.listdir("/proc/self/task")) != 1:
        raise IsolationError("new namespaces", "this process has more than one thread")
    owner = os.getpid()
    cgroups, no_cgroups = find_cgroups()
    if cgroups is not None:
        cgroups.remove_stale()
    root = has_capability(CAP_SYS_ADMIN)
    users = os.geteuid() == 0 and has_capability(CAP_SETUID) and _users_exist()
    if level is Level.RESTRICTED:
        # Without a file tree of its own a user reaches only what the folders above let it.
        users = users and all(map(_reachable, (folder, *interpreter_paths())))
        _require_landlock(users)
        syscalls.adopt_orphans()
        return Base(level, Means.LANDLOCK, folder, users, -1, cgroups, no_cgroups, owner)
    try:
        namespace = _enter_namespaces(root)
    except OSError as error:
        raise LevelUnavailable(level, f"This host refuses namespaces: {error}.") from error
    means = Means.ROOT if root else Means.USER
    return Base(level, means, folder, users and root, namespace, cgroups, no_cgroups, owner)


def _enter_namespaces(root: bool) -> int:
    """Go on as the first process of a new pid namespace; return a descriptor of that."""
    if not root:
        new_user_namespace()
    syscalls.unshare(syscalls.CLONE_NEWPID | syscalls.CLONE_NEWNS)
    make_private()
    child = os.fork()
    if child:
        _wait_for(child)
    syscalls.die_with_parent(signal.SIGKILL)
    # The first process of a namespace is sent only the signals that it handles.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(128 + signal.SIGTERM))
    syscalls.mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def _wait_for(child: int) -> None:
    """End as `child` ends; what would end this process ends both."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda *_: os.kill(child, signal.SIGKILL))
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(status if status >= 0 else 128 - status)


def has_capability(capability: int) -> bool:
    """Whether this process has a capability in effect."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> capability & 1)
    return False


def _require_landlock(users: bool) -> None:
    """Refuse a Landlock that would let a run truncate files or send signals of its user's."""
    version = landlock.abi()
    needed = landlock.TRUNCATE_ABI if users else landlock.SCOPE_ABI
    if version < needed:
        have = f"this kernel has version {version}" if version else "this kernel has none"
        raise LevelUnavailable(
            Level.RESTRICTED, f"It needs Landlock version {needed} for this user; {have}."
        )


def _users_exist() -> bool:
    """Whether this user namespace has the users of runs; a container's may have few."""
    for line in Path("/proc/self/uid_map").read_text(encoding="utf-8").splitlines():
        first, _, count = map(int, line.split())
        if first <= FIRST_UID and first + count >= FIRST_UID + MAX_SLOTS:
            return True
    return False


def _reachable(place: Path) -> bool:
    """Whether every user may pass through the folders above `place`."""
    return all(above.stat().st_mode & stat.S_IXOTH for above in place.resolve().parents)


def take_user() -> tuple[int, socket.socket]:
    """Take a user that no other run on this host has.

    Returns
    -------
    int
        The user's id.
    socket.socket
        Holds it: closed, or its holder dead, the user is free again.

    Raises
    ------
    IsolationError
        If 4,096 runs are going on.
    """
    for uid in range(FIRST_UID, FIRST_UID + MAX_SLOTS):
        holder = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with contextlib.suppress(OSError):
            # A name without a file, which goes with its socket.
            holder.bind(f"\0llm-classroom-user-{uid}")
            return uid, holder
        holder.close()
    raise IsolationError("a user for the run", f"{MAX_SLOTS} runs have one each")
