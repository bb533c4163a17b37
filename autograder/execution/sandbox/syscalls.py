"""System calls that the standard library lacks, through the C library.

Each raises :class:`OSError` with the call's name in its text. Numbers and constants are those of
Linux on x86-64, from ``asm/unistd_64.h``, ``linux/sched.h``, ``linux/mount.h`` and
``linux/prctl.h``.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import socket
import struct
import sys

from autograder.execution.sandbox.calls import number

__all__ = [
    "CLONE_NEWCGROUP",
    "CLONE_NEWIPC",
    "CLONE_NEWNET",
    "CLONE_NEWNS",
    "CLONE_NEWPID",
    "CLONE_NEWUSER",
    "CLONE_NEWUTS",
    "MOUNT_NODEV",
    "MOUNT_NOEXEC",
    "MOUNT_NOSUID",
    "MOUNT_READ_ONLY",
    "SUPPORTED",
    "adopt_orphans",
    "bind",
    "die_with_parent",
    "loopback_up",
    "mount",
    "pivot_root",
    "prctl",
    "set_mount_attributes",
    "setns",
    "syscall",
    "unmount",
    "unshare",
]

SUPPORTED = sys.platform == "linux" and platform.machine() == "x86_64"

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MOUNT_READ_ONLY, MOUNT_NOSUID, MOUNT_NODEV, MOUNT_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC = 1 << 12, 1 << 14
MNT_DETACH = 2
AT_FDCWD, AT_RECURSIVE = -100, 0x8000

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

SIOCSIFFLAGS = 0x8914
IFF_UP, IFF_RUNNING = 0x1, 0x40

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _result(value: int, what: str) -> int:
    if value < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return value


def syscall(name: str, *args: int | bytes | None) -> int:
    """Make the system call `name`; bytes are passed by address, ``None`` as a null pointer."""
    if not SUPPORTED:
        raise OSError(38, f"{name}: only Linux on x86-64 is supported")
    converted = [ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(a) for a in args]
    return _result(_libc.syscall(ctypes.c_long(number(name)), *converted), name)


def unshare(flags: int) -> None:
    """Leave the namespaces in `flags` for new ones; a new pid namespace begins with a fork."""
    _result(_libc.unshare(ctypes.c_int(flags)), f"unshare({flags:#x})")


def setns(descriptor: int, kind: int) -> None:
    """Join the namespace that `descriptor` stands for, of the kind `kind`."""
    _result(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(kind)), "setns")


def prctl(option: int, *args: int) -> int:
    """Control this process: ``prctl(2)``."""
    values = [ctypes.c_ulong(value) for value in (*args, 0, 0, 0, 0)[:4]]
    return _result(_libc.prctl(ctypes.c_int(option), *values), f"prctl({option})")


def die_with_parent(signal: int) -> None:
    """Have the kernel send `signal` when the parent ends; a change of user would undo it."""
    prctl(PR_SET_PDEATHSIG, signal)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def mount(
    source: str | None, target: str, kind: str | None = None, flags: int = 0, data: str = ""
) -> None:
    """Mount a file system of type `kind`, or change mounts, as ``mount(2)`` does."""
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    result = _libc.mount(*encoded, ctypes.c_ulong(flags), os.fsencode(data) if data else None)
    _result(result, f"mount {kind or source or 'propagation'} on {target}")


def unmount(target: str) -> None:
    """Detach what is mounted on `target`; it goes once nobody uses it."""
    _result(_libc.umount2(os.fsencode(target), ctypes.c_int(MNT_DETACH)), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root and put the old one on `old`."""
    syscall("pivot_root", os.fsencode(new), os.fsencode(old))


def set_mount_attributes(target: str, attributes: int, *, recursive: bool) -> None:
    """Add `attributes` to the mount on `target`, and to all below if `recursive`."""
    data = struct.pack("QQQQ", attributes, 0, 0, 0)
    flags = AT_RECURSIVE if recursive else 0
    syscall("mount_setattr", AT_FDCWD, os.fsencode(target), flags, data, len(data))


def bind(source: str, target: str, attributes: int, *, recursive: bool = True) -> None:
    """Show `source` at `target` too, with `attributes`."""
    mount(source, target, None, MS_BIND | (MS_REC if recursive else 0))
    set_mount_attributes(target, attributes, recursive=recursive)


def loopback_up() -> None:
    """Bring up the loopback device of this network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as device:
        request = struct.pack("16sh14x", b"lo", IFF_UP | IFF_RUNNING)
        fcntl.ioctl(device, SIOCSIFFLAGS, request)
