"""Copies of files that a student's run wrote: regular files only, bounded, links never followed.

Every component is opened relative to the folder above it without following links, and looked at
through its descriptor, so that a swap between look and use gains nothing.
"""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.errors import ClassroomError

__all__ = [
    "Entry",
    "FileMissing",
    "FileRefused",
    "copy_entry",
    "copy_regular_files",
    "joint_digest",
    "scan",
    "tree_digest",
]

CHUNK = 1 << 20
MAX_ENTRIES = 20_000
MAX_DEPTH = 32
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class FileRefused(ClassroomError, OSError):
    """A file or folder that will not be copied: the text says which and why."""

    missing = False


class FileMissing(FileRefused):
    """There is no file or folder of that name."""

    missing = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file below a scanned folder.

    Parameters
    ----------
    path : str
        Relative, with forward slashes.
    size : int
        Bytes.
    modified : int
        Nanoseconds since the epoch.
    """

    path: str
    size: int
    modified: int


def _components(name: str) -> tuple[str, ...]:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or any(p in ("..", ".", "/") for p in parts):
        raise FileRefused(f"{name!r} is not a path inside the work directory.")
    return parts


@contextlib.contextmanager
def _open_below(root: Path | int, parts: tuple[str, ...]) -> Iterator[int]:
    """The descriptor of ``root/parts``, opened component by component."""
    if isinstance(root, int):
        descriptor = os.dup(root)
    else:
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        device = os.fstat(descriptor).st_dev
        for part in parts:
            try:
                below = os.open(part, _FLAGS, dir_fd=descriptor)
            except OSError as error:
                name = "/".join(parts)
                if error.errno in (errno.ENOENT, errno.ENOTDIR):
                    raise FileMissing(f"{name!r} does not exist.") from None
                raise FileRefused(f"{name!r} is a link or cannot be read.") from None
            os.close(descriptor)
            descriptor = below
            if os.fstat(descriptor).st_dev != device:
                raise FileRefused(f"{'/'.join(parts)!r} leads to another file system.")
        yield descriptor
    finally:
        os.close(descriptor)


def _copy_file(source: int, target: Path, name: str, budget: int) -> int:
    info = os.fstat(source)
    if not stat.S_ISREG(info.st_mode):
        raise FileRefused(f"{name!r} is no regular file.")
    if info.st_size > budget:
        raise FileRefused(f"{name!r} has {info.st_size:,} bytes; {budget:,} are allowed.")
    copied = 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        while chunk := os.read(source, CHUNK):
            copied += len(chunk)
            if copied > budget:
                raise FileRefused(f"{name!r} grew beyond {budget:,} bytes while it was read.")
            out.write(chunk)
    return copied


def scan(root: Path | int) -> list[Entry]:
    """The regular files below `root`, sorted; links and special files are passed over.

    So are other file systems that are mounted below it, and folders that cannot be read.

    Parameters
    ----------
    root : Path or int
        A folder, or a descriptor of one, which stays the same folder whoever moves it.

    Raises
    ------
    FileRefused
        If there are more than 20,000 entries or folders nest deeper than 32.
    """
    found: list[Entry] = []
    seen = device = 0

    def walk(descriptor: int, prefix: str, depth: int) -> None:
        nonlocal seen
        if depth > MAX_DEPTH:
            raise FileRefused(f"{prefix!r} nests deeper than {MAX_DEPTH} folders.")
        with os.scandir(descriptor) as entries:
            for entry in entries:
                seen += 1
                if seen > MAX_ENTRIES:
                    raise FileRefused(f"The folder holds more than {MAX_ENTRIES:,} entries.")
                info = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(info.st_mode):
                    found.append(Entry(prefix + entry.name, info.st_size, info.st_mtime_ns))
                elif stat.S_ISDIR(info.st_mode) and info.st_dev == device:
                    try:
                        below = os.open(entry.name, _FLAGS | os.O_DIRECTORY, dir_fd=descriptor)
                    except OSError:
                        continue
                    try:
                        walk(below, f"{prefix}{entry.name}/", depth + 1)
                    finally:
                        os.close(below)

    with _open_below(root, ()) as top:
        device = os.fstat(top).st_dev
        walk(top, "", 0)
    return sorted(found, key=lambda entry: entry.path)


def copy_entry(root: Path | int, name: str, target: Path, *, max_bytes: int) -> None:
    """Copy the file or folder `name` below `root` to `target`.

    Parameters
    ----------
    root : Path or int
        The folder that `name` may not leave, or a descriptor of it.
    name : str
        A relative path.
    target : Path
        Must not exist.
    max_bytes : int
        Of all files together.

    Raises
    ------
    FileRefused
        If `name` leaves the folder, does not exist, is or contains a special file's stand-in such
        as a link at its end, or is too large.
    """
    parts = _components(name)
    with _open_below(root, parts) as descriptor:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            _copy_file(descriptor, target, name, max_bytes)
            return
        target.mkdir(parents=True)
        copy_regular_files(descriptor, scan(descriptor), target, max_bytes=max_bytes)


def copy_regular_files(
    root: Path | int, entries: list[Entry], target: Path, *, max_bytes: int
) -> list[str]:
    """Copy `entries` found by :func:`scan` from `root` to `target`; return their paths.

    Raises
    ------
    FileRefused
        If the files together have more than `max_bytes` bytes or one turned into a link.
    """
    left = max_bytes
    for entry in entries:
        with _open_below(root, _components(entry.path)) as descriptor:
            left -= _copy_file(descriptor, target / entry.path, entry.path, left)
    return [entry.path for entry in entries]


def tree_digest(folder: Path, *, ignore: Sequence[str] = ()) -> str:
    """A sha256 over names and contents of the regular files below `folder`.

    Parameters
    ----------
    folder : Path
        One that does not exist has the digest of an empty one.
    ignore : sequence of str
        Patterns of file or folder names that do not count.
    """
    return joint_digest(_contents(folder, ignore) if folder.is_dir() else ())


def joint_digest(contents: Iterable[tuple[str, bytes]]) -> str:
    """A sha256 over the names of files and the sha256 of each, which come sorted by name."""
    total = hashlib.sha256()
    for path, content in contents:
        name = path.encode("utf-8", "surrogatepass")
        total.update(len(name).to_bytes(8, "big") + name + content)
    return total.hexdigest()


def _contents(folder: Path, ignore: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for entry in scan(folder):
        if any(
            fnmatch.fnmatch(part, pattern) for part in entry.path.split("/") for pattern in ignore
        ):
            continue
        with (folder / entry.path).open("rb") as file:
            yield entry.path, hashlib.file_digest(file, "sha256").digest()
