"""A copy of the assignment's folder, in which a run may do what it likes."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

from llm_classroom.check.limits import CheckLimits
from llm_classroom.errors import UncheckableError

__all__ = ["copy_folder"]

LEFT_OUT = frozenset({".git", ".ipynb_checkpoints", "__pycache__", "feedback"})


def copy_folder(
    source: Path, target: Path, limits: CheckLimits, look: Callable[[], None] = lambda: None
) -> None:
    """Copy the regular files of a folder; links, pipes and devices are left out.

    Parameters
    ----------
    source, target : Path
        `target` is made.
    limits : CheckLimits
    look : callable
        Called before each file; what it raises ends the copy.

    Raises
    ------
    UncheckableError
        If there is too much to copy, or something cannot be read.
    """
    files = size = 0
    todo = [(source, target)]
    try:
        while todo:
            folder, copy = todo.pop()
            copy.mkdir()
            with os.scandir(folder) as entries:
                for entry in entries:
                    look()
                    if entry.name in LEFT_OUT:
                        continue
                    status = entry.stat(follow_symlinks=False)
                    files += 1
                    if stat.S_ISDIR(status.st_mode):
                        todo.append((folder / entry.name, copy / entry.name))
                    elif stat.S_ISREG(status.st_mode):
                        size += status.st_size
                        _bound(source, files, size, limits)
                        shutil.copy2(entry.path, copy / entry.name, follow_symlinks=False)
                    _bound(source, files, size, limits)
    except OSError as error:
        raise UncheckableError(
            "unreadable",
            f"{error.filename or source} cannot be copied ({error.strerror}). A check runs on a "
            "copy of the folder: make the file readable, or make room, and check again.",
        ) from error


def _bound(source: Path, files: int, size: int, limits: CheckLimits) -> None:
    if files > limits.files or size > limits.folder:
        raise UncheckableError(
            "too-large",
            f"{source.name} has more than {limits.files:,} files or {limits.folder >> 20:,} MiB. A "
            "check runs on a copy of the folder: move away what does not belong to the assignment.",
        )
