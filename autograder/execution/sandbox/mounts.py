"""The file tree of a run at *full*: little, mostly read-only, nothing of the grader's."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from autograder.execution.sandbox.errors import IsolationError
from autograder.execution.sandbox.policy import Policy
from autograder.execution.sandbox.syscalls import (
    MOUNT_NODEV,
    MOUNT_NOEXEC,
    MOUNT_NOSUID,
    MOUNT_READ_ONLY,
    bind,
    mount,
    pivot_root,
    set_mount_attributes,
    unmount,
)

__all__ = ["ETC", "HOME", "SYSTEM", "WORK", "build_tree", "make_private", "mount_work"]

WORK = "/submission"
HOME = "/tmp"

MS_READ_ONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 1 << 12, 1 << 14, 1 << 18

# Folders of the system; where /usr is merged, most of them are links into it.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
# What programs look for in /etc: the loader, time zones, fonts, certificates, media types.
ETC = (
    "alternatives",
    "ca-certificates",
    "fonts",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "magic",
    "mime.types",
    "nsswitch.conf",
    "protocols",
    "services",
    "ssl/certs",  # not the private keys beside them
    "ssl/openssl.cnf",
    "timezone",
)
DEVICES = ("null", "zero", "full", "random", "urandom")
# Only what numeric libraries ask: how many processors there are, and how memory hangs on them.
SYSFS = ("/sys/devices/system/cpu", "/sys/devices/system/node")
# Parts of /proc that tell of the whole machine and may be writable.
PROC_READ_ONLY = ("sys", "sysrq-trigger", "irq", "bus", "fs")
PROC_HIDDEN = ("kcore", "keys", "key-users", "kmsg", "sched_debug", "timer_list")

READ_ONLY = MOUNT_READ_ONLY | MOUNT_NOSUID | MOUNT_NODEV
TMP_INODES, SHM_INODES = 20_000, 2_000
# In the tmpfs that carries the new tree until it is the root.
NEW, OLD = "/new", "/old"


def make_private() -> None:
    """Have mounts of this namespace spread to no other, and none come from others."""
    mount(None, "/", None, MS_REC | MS_PRIVATE)


def mount_work(place: str, policy: Policy) -> None:
    """Mount a work directory on the folder `place` of this mount namespace."""
    options = f"size={policy.work_bytes},nr_inodes={policy.work_inodes + 1},mode=0700"
    mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, options)


def build_tree(policy: Policy, work: str, uid: int) -> None:
    """Build the tree and make it the root; the work directory is the current one afterwards.

    Nothing may be imported for the first time between this and the end of the way in: the files
    of the library are there only if the policy shows them.

    Parameters
    ----------
    policy : Policy
    work : str
        Where a tmpfs with the work directory is mounted.
    uid : int
        The user that the run will have.

    Raises
    ------
    IsolationError
        If a step fails; the text names it.
    """
    try:
        _build(policy, work, uid)
    except OSError as error:
        raise IsolationError("the file tree", error) from error


def _build(policy: Policy, work: str, uid: int) -> None:
    shown = _real(policy.read_only)  # while links still lead where they lead on the host
    hidden = _real(policy.hidden)
    make_private()
    mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=0755")
    os.mkdir(f"/tmp{NEW}")
    os.mkdir(f"/tmp{OLD}")
    pivot_root("/tmp", f"/tmp{OLD}")
    os.chdir("/")
    mount("tmpfs", NEW, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,nr_inodes=4096,mode=0755")
    _show(SYSTEM)
    os.mkdir(f"{NEW}/etc")
    _show(f"/etc/{name}" for name in ETC)
    _make_up_etc(policy.hostname, uid)
    # Before what is shown, which may lie below /tmp.
    _private(HOME, policy.tmp_bytes, TMP_INODES)
    for path, real in shown:
        _show_at(path, OLD + real)
    for path, _ in hidden:
        if os.path.isdir(NEW + path) and not os.path.islink(NEW + path):
            flags = MS_READ_ONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC
            mount("tmpfs", NEW + path, "tmpfs", flags, "size=4k,mode=0000")
    os.mkdir(NEW + WORK)
    bind(OLD + work, NEW + WORK, MOUNT_NOSUID | MOUNT_NODEV, recursive=False)
    _devices(policy)
    _proc()
    _show(SYSFS)
    set_mount_attributes(NEW, MOUNT_READ_ONLY, recursive=False)
    unmount(OLD)
    os.chdir(NEW)
    pivot_root(".", ".")
    unmount(".")
    os.chdir(WORK)


def _show(paths: Iterable[str]) -> None:
    """Show files and folders of the old tree read-only, links as links."""
    for path in paths:
        old, new = OLD + path, NEW + path
        if os.path.lexists(new) or not os.path.lexists(old):
            continue
        if os.path.islink(old):
            os.symlink(os.readlink(old), new)
        else:
            _show_at(path, old)


def _show_at(path: str, source: str) -> None:
    """Show `source` read-only as `path` of the new tree, unless something is there."""
    new = NEW + path
    if os.path.lexists(new) or not os.path.lexists(source):
        return
    os.makedirs(os.path.dirname(new), exist_ok=True)
    _place(new, folder=os.path.isdir(source))
    bind(source, new, READ_ONLY)


def _real(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """Pair each path, and what it resolves to, with what it resolves to; parents come first."""
    pairs = set()
    for path in paths:
        real = os.path.realpath(path)
        pairs |= {(os.path.abspath(path), real), (real, real)}
    return sorted(pairs)


def _place(path: str, *, folder: bool) -> None:
    if folder:
        os.mkdir(path)
    else:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644))


def _make_up_etc(hostname: str, uid: int) -> None:
    for name, text in (
        (
            "passwd",
            "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\n"
            f"student:x:{uid}:{uid}:student:{HOME}:/bin/sh\n",
        ),
        ("group", f"root:x:0:\nstudent:x:{uid}:\n"),
        ("hosts", f"127.0.0.1 localhost {hostname}\n::1 localhost\n"),
        ("hostname", f"{hostname}\n"),
        ("resolv.conf", ""),
    ):
        Path(f"{NEW}/etc/{name}").write_text(text, encoding="utf-8")


def _private(path: str, size: int, inodes: int, flags: int = 0) -> None:
    os.mkdir(NEW + path)
    options = f"size={size},nr_inodes={inodes},mode=1777"
    mount("tmpfs", NEW + path, "tmpfs", MS_NOSUID | MS_NODEV | flags, options)


def _devices(policy: Policy) -> None:
    os.mkdir(f"{NEW}/dev")
    options = "size=64k,nr_inodes=256,mode=0755"
    mount("tmpfs", f"{NEW}/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, options)
    for path in (*(f"/dev/{name}" for name in DEVICES), *policy.gpus):
        if not os.path.exists(OLD + path):
            continue
        os.makedirs(os.path.dirname(NEW + path), exist_ok=True)
        _place(NEW + path, folder=os.path.isdir(OLD + path))
        bind(OLD + path, NEW + path, MOUNT_NOSUID | MOUNT_NOEXEC)
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(f"/proc/self/{target}", f"{NEW}/dev/{name}")
    _private("/dev/shm", policy.shm_bytes, SHM_INODES, MS_NOEXEC)
    os.mkdir(f"{NEW}/dev/pts")
    with contextlib.suppress(OSError):  # not every host lets a user namespace have terminals
        options = "newinstance,ptmxmode=0666,mode=620"
        mount("devpts", f"{NEW}/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, options)
        os.symlink("pts/ptmx", f"{NEW}/dev/ptmx")
    set_mount_attributes(f"{NEW}/dev", MOUNT_READ_ONLY, recursive=False)


def _proc() -> None:
    proc = f"{NEW}/proc"
    os.mkdir(proc)
    mount("proc", proc, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    for name in PROC_READ_ONLY:
        if os.path.exists(f"{proc}/{name}"):
            bind(f"{proc}/{name}", f"{proc}/{name}", READ_ONLY | MOUNT_NOEXEC)
    for name in PROC_HIDDEN:
        if os.path.exists(f"{proc}/{name}"):
            # Without nodev, so that it reads as empty.
            mount(f"{OLD}/dev/null", f"{proc}/{name}", None, MS_BIND)
