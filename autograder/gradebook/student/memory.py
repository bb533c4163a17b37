"""What was worked out of a file is remembered for as long as the file stays the same."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["Memory"]

T = TypeVar("T")
MOST = 20_000
OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class Memory:
    """Remembers results by the identity of the file they are of; not safe among threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def of(self, path: Path, make: Callable[[Path], T]) -> T:
        """Return ``make(path)``, from memory if the file is as it was.

        Raises
        ------
        OSError
            If there is no such file.
        """
        return self.of_all(make, (path,), lambda: make(path))

    def of_all(self, label: Hashable, paths: Sequence[Path], make: Callable[[], T]) -> T:
        """Return ``make()``, from memory if it was made under this label of the same files.

        Raises
        ------
        OSError
            If one of them is missing.
        """
        key = (label, *map(_identity, paths))
        if key not in self._known:
            self._known[key] = make()
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        found: T = self._known[key]
        return found

    def digest(self, path: Path) -> bytes:
        """Return the sha256 of a regular file; a link is not followed.

        Raises
        ------
        OSError
            If it is no regular file that can be read.
        """
        return self.of(path, _digest)

    def same(self, one: Path, other: Path) -> bool:
        """Whether both are regular files of the same content."""
        try:
            first, second = os.lstat(one), os.lstat(other)
            if not (stat.S_ISREG(first.st_mode) and stat.S_ISREG(second.st_mode)):
                return False
            return first.st_size == second.st_size and self.digest(one) == self.digest(other)
        except OSError:
            return False


def _identity(path: Path) -> tuple[Any, ...]:
    status = os.lstat(path)
    return (
        path,
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


def _digest(path: Path) -> bytes:
    descriptor = os.open(path, OPEN_FILE)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no regular file", str(path))
        with open(descriptor, "rb", closefd=False) as file:
            return hashlib.file_digest(file, "sha256").digest()
    finally:
        os.close(descriptor)
