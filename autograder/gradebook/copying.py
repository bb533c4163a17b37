"""Copy a submitted folder so that nothing can be swapped between the look and the copy."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import OverwriteError
from autograder.gradebook.package import (
    Entry,
    Inspection,
    PackageLimits,
    RefusedPackageError,
    matches,
    open_package,
    walk_package,
)

__all__ = ["copy_package"]

CHUNK = 1 << 20
OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def copy_package(
    source: Path,
    target: Path,
    limits: PackageLimits | None = None,
    *,
    ignore: Sequence[str] = (),
    include: Sequence[str] = ("*",),
    judge_ignored: bool = True,
    replace: bool = False,
) -> None:
    """Copy the regular files of `source` to `target`, all of them or, if refused, none.

    Each file is opened without following a link and judged by what was opened. The copy grows
    in a temporary sibling of `target` and takes its place at the end, so that an earlier copy
    stays as it was until then. Modification times and plain permissions are kept.

    Parameters
    ----------
    source, target : Path
    limits : PackageLimits, optional
    ignore, include : sequence of str
        Globs of names that are left out, and of file names that are copied, as nbgrader's
        ``CourseDirectory.ignore`` and ``include``. What is left out is judged nevertheless.
    judge_ignored : bool
        Without it, what matches `ignore` is not even looked at: a student's own folder holds
        feedback and checkpoints that are not handed in.
    replace : bool
        Whether an existing `target` is replaced.

    Raises
    ------
    RefusedPackageError
        If `source` holds something that may not be in a submission.
    OverwriteError
        If `target` exists and `replace` is false.
    FileNotFoundError
        If there is no folder `source`.
    """
    if os.path.lexists(target) and not replace:
        raise OverwriteError(f"{target} exists already; nothing was overwritten.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{target.name}.", dir=target.parent, ignore_cleanup_errors=True
    ) as scratch:
        fresh = Path(scratch) / "fresh"
        fresh.mkdir()
        _copy_tree(
            source,
            fresh,
            limits or PackageLimits(),
            ignore,
            include,
            () if judge_ignored else ignore,
        )
        if os.path.lexists(target):
            target.rename(Path(scratch) / "old")
        fresh.rename(target)


def _copy_tree(
    source: Path,
    fresh: Path,
    limits: PackageLimits,
    ignore: Sequence[str],
    include: Sequence[str],
    unseen: Sequence[str],
) -> None:
    """Copy what may be copied into the empty folder `fresh`, or refuse."""
    found = Inspection(limits)
    with open_package(source) as root:
        for entry in walk_package(root, "", found, ignore=unseen):
            found.judge(entry)
            if found.problems or any(matches(part, ignore) for part in entry.path.split("/")):
                continue
            if stat.S_ISDIR(entry.status.st_mode):
                (fresh / entry.path).mkdir()
            elif matches(entry.name, include) and not _copy_file(entry, fresh / entry.path):
                found.add("changed", entry.path, "it changed while it was copied")
    if found.problems:
        raise RefusedPackageError(found.problems)


def _copy_file(entry: Entry, target: Path) -> bool:
    """Copy the very file that was judged; False if it is not the same any more."""
    try:
        descriptor = os.open(entry.name, OPEN_FILE, dir_fd=entry.parent)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as reader, open(target, "xb") as writer:
        if _identity(os.fstat(descriptor)) != _identity(entry.status):
            return False
        left = entry.status.st_size
        while left and (block := reader.read(min(left, CHUNK))):
            writer.write(block)
            left -= len(block)
        if left or reader.read(1):
            return False
    os.chmod(target, stat.S_IMODE(entry.status.st_mode) & 0o777 | 0o600)
    os.utime(target, ns=(entry.status.st_atime_ns, entry.status.st_mtime_ns))
    return True


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return (
        status.st_dev,
        status.st_ino,
        status.st_mode,
        status.st_nlink,
        status.st_size,
        status.st_mtime_ns,
    )
