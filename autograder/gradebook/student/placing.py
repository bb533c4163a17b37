"""Put files into a student's folder without ever losing what is there."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.gradebook.student.memory import Memory

__all__ = ["Merged", "merge_release", "put_back"]

OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS})
"""What a file system says that has no hard links."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of the files of a new release: paths relative to the folder."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    kept: tuple[str, ...]


def merge_release(
    folder: Path, before: Path | None, fresh: Path, files: list[str], memory: Memory
) -> Merged:
    """Bring a new release into a folder: what the student has changed stays as it is.

    Each file is written whole or not at all, so that a merge that was cut short can be repeated.

    Parameters
    ----------
    folder : Path
        The student's.
    before : Path or None
        The release that was fetched earlier; without it every file counts as changed.
    fresh : Path
        The new release.
    files : list of str
        Its files, relative.
    memory : Memory
    """
    added: list[str] = []
    replaced: list[str] = []
    kept: list[str] = []
    for path in files:
        target = folder / path
        if not _make_parents(folder, path):
            kept.append(path)
        elif not os.path.lexists(target):
            (added if _add(fresh / path, target) else kept).append(path)
        elif memory.same(fresh / path, target):
            continue
        elif before is not None and _replace(
            fresh / path, target, partial(memory.same, before / path)
        ):
            replaced.append(path)
        else:
            kept.append(path)
    return Merged(tuple(added), tuple(replaced), tuple(kept))


def put_back(folder: Path, path: str, released: Path) -> str | None:
    """Put a released file in its place; what stands there is kept beside it.

    Returns
    -------
    str or None
        Where that is now, relative to `folder`; None if there was nothing.

    Raises
    ------
    NotADirectoryError
        If a folder on the way is a link or a file.
    """
    if not _make_parents(folder, path):
        raise NotADirectoryError(path)
    target = folder / path
    fresh = _copy_beside(released, target)
    try:
        kept = None
        while not _link(fresh, target):
            kept = _move_aside(target) or kept
    finally:
        fresh.unlink()
    return kept.relative_to(folder).as_posix() if kept is not None else None


def _make_parents(folder: Path, path: str) -> bool:
    """Make the folders on the way to a file; False if one of them is a link or a file."""
    way = folder
    for part in path.split("/")[:-1]:
        way = way / part
        try:
            if not stat.S_ISDIR(os.lstat(way).st_mode):
                return False
        except FileNotFoundError:
            way.mkdir()
    return True


def _add(source: Path, target: Path) -> bool:
    """Put a file where there is none; False if meanwhile there is."""
    fresh = _copy_beside(source, target)
    try:
        return _link(fresh, target)
    finally:
        fresh.unlink()


def _replace(source: Path, target: Path, unchanged: Callable[[Path], bool]) -> bool:
    """Replace a file that is unchanged; it is looked at where nobody can save to it any more."""
    if not unchanged(target):
        return False
    fresh = _copy_beside(source, target)
    aside = _hidden(target)
    try:
        os.rename(target, aside)
        if unchanged(aside) and _link(fresh, target):
            aside.unlink()
            return True
        # It was saved at this very moment. Whatever stands there now is newer still.
        if not _link(aside, target):
            _link(aside, _free_name(target))
        aside.unlink()
        return False
    finally:
        fresh.unlink()


def _copy_beside(source: Path, target: Path) -> Path:
    """Copy a released file to a hidden one in the target's folder."""
    fresh = _hidden(target)
    with open(os.open(source, OPEN_FILE), "rb") as reader, open(fresh, "xb") as writer:
        shutil.copyfileobj(reader, writer)
        mode = os.fstat(reader.fileno()).st_mode
    os.chmod(fresh, stat.S_IMODE(mode) & 0o777 | 0o600)
    return fresh


def _move_aside(target: Path) -> Path | None:
    """Give what stands in the way a name that is free; None if it is gone."""
    kept = _free_name(target)
    try:
        # Not by a second name and the removal of the first: it may be saved in between.
        target.rename(kept)
    except FileNotFoundError:
        return None
    return kept


def _free_name(target: Path) -> Path:
    number = 1
    while os.path.lexists(kept := target.with_name(f"{target.stem}.mine-{number}{target.suffix}")):
        number += 1
    return kept


def _link(source: Path, target: Path) -> bool:
    """Give a file another name, unless something has it; False then.

    Raises
    ------
    FileNotFoundError
        If there is no `source`.
    """
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if os.path.lexists(target):
            return False
        shutil.copy2(source, target, follow_symlinks=False)
    return True


def _hidden(target: Path) -> Path:
    return target.with_name(f".{secrets.token_hex(8)}.llm-classroom")
