"""What a run left behind, made durable beside the log: executed notebooks and written files.

::

    outcomes/<key>/<log>-<token>/     the artefacts of one attempt
    outcomes/.incoming-<token>/       being copied from another file system
    outcomes/.trash-<token>/          on its way out

Moves happen inside the log's write transaction, so whoever holds one may take what no attempt
names for the leftovers of a process that was killed.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

__all__ = ["discard", "empty_trash", "flush", "folders_of", "new_folder", "put_back", "settle"]

TRASH = ".trash-"
INCOMING = ".incoming-"


def new_folder(key: str, log: str) -> str:
    """Return a fresh name, below the folder of outcomes, for artefacts of `key` in `log`.

    Raises
    ------
    ValueError
        If `key` is no plain name.
    """
    if not key or key.startswith(".") or "/" in key or "\0" in key:
        raise ValueError(f"The key {key!r} is no plain name.")
    return f"{key}/{log}-{secrets.token_hex(8)}"


def flush(folder: Path) -> None:
    """Make `folder` and all in it durable, and drop what is neither file nor folder.

    A link, device, socket or FIFO that a run left would be followed by whoever reads the
    artefacts later.

    Raises
    ------
    OSError
        If the disk is full or broken.
    """
    folders = [folder]
    for current in folders:  # grows while it is walked: parents before their children
        os.chmod(current, 0o700)
        with os.scandir(current) as entries:
            for entry in list(entries):
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    folders.append(Path(entry.path))
                elif stat.S_ISREG(mode):
                    os.chmod(entry.path, stat.S_IMODE(mode) & 0o777 | 0o600)
                    _sync(entry.path)
                else:
                    os.unlink(entry.path)
    for current in reversed(folders):
        _sync(current)


def settle(source: Path, root: Path, folder: str) -> None:
    """Move the flushed `source` to ``root/folder``, durably.

    Raises
    ------
    OSError
        If it cannot be moved; then it is where it was.
    """
    target = root / folder
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(source, root, target)
    _sync(target.parent)
    _sync(root)


def _copy(source: Path, root: Path, target: Path) -> None:
    """Bring `source` from another file system: copied and flushed aside, then renamed."""
    aside = root / f"{INCOMING}{secrets.token_hex(8)}"
    try:
        shutil.copytree(source, aside, symlinks=True)
        flush(aside)
        os.rename(aside, target)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    shutil.rmtree(source, ignore_errors=True)


def put_back(root: Path, folder: str, source: Path) -> None:
    """Undo :func:`settle` after a commit that failed, so that the caller can try again."""
    if (root / folder).is_dir() and not source.exists():
        shutil.move(root / folder, source)


def discard(root: Path, folders: Iterable[str]) -> None:
    """Remove folders of superseded attempts: out of sight at once, then their bytes."""
    for folder in folders:
        target = root / folder
        if not target.is_dir():
            continue
        aside = root / f"{TRASH}{secrets.token_hex(8)}"
        try:
            os.rename(target, aside)
        except FileNotFoundError:
            continue  # another process of ours was faster
        shutil.rmtree(aside, ignore_errors=True)
        try:
            target.parent.rmdir()
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT):
                raise


def folders_of(root: Path, log: str) -> list[str]:
    """Return every folder that the log named `log` put below `root`, committed or not."""
    return [
        f"{key.name}/{folder.name}"
        for key in root.iterdir()
        if not key.name.startswith(".") and key.is_dir()
        for folder in key.iterdir()
        if folder.name.startswith(f"{log}-")
    ]


def empty_trash(root: Path) -> None:
    """Finish what was killed while it removed or copied; call it within a write transaction."""
    for leftover in (*root.glob(f"{TRASH}*"), *root.glob(f"{INCOMING}*")):
        shutil.rmtree(leftover, ignore_errors=True)


def _sync(path: str | Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
