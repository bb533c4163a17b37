"""User ids, capabilities and what a process may regain of them."""

from __future__ import annotations

import contextlib
import errno
import os
import struct

from autograder.execution.sandbox.syscalls import CLONE_NEWUSER, prctl, syscall, unshare

__all__ = [
    "FIRST_UID",
    "drop_capabilities",
    "new_user_namespace",
    "no_new_privileges",
    "switch_to",
]

# Of the users that runs get where the grader is root, one user a run.
FIRST_UID = 61_000

PR_SET_DUMPABLE, PR_CAPBSET_DROP = 4, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
CAPABILITY_VERSION_3 = 0x20080522
HIGHEST_CAPABILITY = 63


def new_user_namespace() -> None:
    """Enter a new user namespace in which this user is the only one.

    Raises
    ------
    OSError
        If the host refuses it.
    """
    uid, gid = os.geteuid(), os.getegid()
    unshare(CLONE_NEWUSER)
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="utf-8") as file:
            file.write(line)


def drop_capabilities() -> None:
    """Empty the ambient and the bounding set; what is left goes with :func:`switch_to`."""
    with contextlib.suppress(OSError):  # EINVAL before Linux 4.3, which had no such set
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    for capability in range(HIGHEST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError as error:
            # EINVAL: there is none of that number; EPERM: a process without rights has none.
            if error.errno in (errno.EINVAL, errno.EPERM):
                return
            raise


def switch_to(uid: int | None) -> None:
    """Become the user and group `uid`, if not ``None``, and give up every capability for good.

    Raises
    ------
    OSError
        If the user cannot be changed.
    """
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    syscall("capset", struct.pack("Ii", CAPABILITY_VERSION_3, 0), bytes(24))
    # A change of user hides /proc/self from its own process, whose libraries read it.
    prctl(PR_SET_DUMPABLE, 1)
    os.umask(0o077)


def no_new_privileges() -> None:
    """Make set-user-id programs and file capabilities give nothing."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
