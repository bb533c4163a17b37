"""Landlock: the kernel refuses what a path or a domain was not granted, without any privilege.

Reference: ``Documentation/userspace-api/landlock.rst`` of Linux.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.execution.sandbox.syscalls import syscall

__all__ = ["Grants", "SCOPE_ABI", "TRUNCATE_ABI", "abi", "restrict", "without"]

VERSION_FLAG = 1
RULE_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_CHAR, MAKE_BLOCK = 1 << 6, 1 << 11
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
FIRST_RIGHTS = (1 << 13) - 1
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

# What an ABI brought, beside what those before it had.
REFER_ABI, TRUNCATE_ABI, NETWORK_ABI, IOCTL_ABI, SCOPE_ABI = 2, 3, 4, 5, 6
TCP = 0b11  # bind and connect
SCOPES = 0b11  # abstract UNIX sockets and signals


@dataclass(frozen=True, slots=True)
class Grants:
    """What stays reachable; paths that do not exist are passed over.

    Parameters
    ----------
    read : iterable of str
        To read, list and execute, with everything below.
    write : iterable of str
        Folders in which files may be made, changed and removed.
    devices : iterable of str
        Device files, to read, write and control.
    """

    read: Iterable[str]
    write: Iterable[str]
    devices: Iterable[str]


def abi() -> int:
    """Return the version of Landlock that the kernel has, 0 for none."""
    try:
        return syscall("landlock_create_ruleset", None, 0, VERSION_FLAG)
    except OSError:
        return 0


def restrict(grants: Grants) -> None:
    """Take from this process and its descendants everything but `grants`.

    TCP, signals to processes outside and abstract sockets of processes outside are refused too,
    as far as the kernel's version governs them. ``no_new_privs`` must be set.

    Raises
    ------
    OSError
        If the kernel has no Landlock.
    """
    version = abi()
    handled = FIRST_RIGHTS
    handled |= REFER if version >= REFER_ABI else 0
    handled |= TRUNCATE if version >= TRUNCATE_ABI else 0
    handled |= IOCTL_DEV if version >= IOCTL_ABI else 0
    words = [handled]
    if version >= NETWORK_ABI:
        words.append(TCP)
    if version >= SCOPE_ABI:
        words.append(SCOPES)
    attributes = struct.pack(f"{len(words)}Q", *words)
    ruleset = syscall("landlock_create_ruleset", attributes, len(attributes), 0)
    try:
        writing = handled & ~(MAKE_CHAR | MAKE_BLOCK | IOCTL_DEV)
        for paths, rights in (
            (grants.read, EXECUTE | READ_FILE | READ_DIR),
            (grants.write, writing),
            (grants.devices, READ_FILE | WRITE_FILE | IOCTL_DEV),
        ):
            for path in paths:
                with contextlib.suppress(FileNotFoundError):
                    _grant(ruleset, path, rights & handled)
        syscall("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def without(path: str, hidden: Sequence[str]) -> list[str]:
    """Return what to grant in place of `path` so that nothing `hidden` is in it.

    A grant is for all below a folder, so a folder with something hidden gives way to what is
    beside that in it. Its own names can then not be listed.

    Parameters
    ----------
    path : str
        Need not exist.
    hidden : sequence of str
        Real paths; those that do not exist count for nothing.
    """
    real = os.path.realpath(path)
    if any(real == place or real.startswith(f"{place}/") for place in hidden):
        return []
    if not any(place.startswith(f"{real}/") and os.path.exists(place) for place in hidden):
        return [path]
    return [
        part
        for entry in sorted(os.scandir(real), key=lambda entry: entry.name)
        if not entry.is_symlink()
        for part in without(entry.path, hidden)
    ]


def _grant(ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= FILE_RIGHTS
        rule = struct.pack("=Qi", rights, place)
        syscall("landlock_add_rule", ruleset, RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
