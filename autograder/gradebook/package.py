"""Look at a submitted folder without trusting anything in it."""

from __future__ import annotations

import fnmatch
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import ClassroomError

__all__ = [
    "Entry",
    "Inspection",
    "PackageLimits",
    "Problem",
    "RefusedPackageError",
    "inspect_package",
    "matches",
    "open_package",
    "printable",
    "walk_package",
]

MEGABYTE = 1_000_000
OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

MENDING = {
    "symbolic-link": "put a copy of the file in its place",
    "hard-link": "delete it and put a fresh copy of the file in its place",
    "fifo": "delete it",
    "socket": "delete it",
    "device": "delete it",
    "set-user-id": "take that permission away with chmod ug-s",
    "oversized-file": "delete it or make it smaller",
    "oversized-package": "delete files that do not belong to the assignment",
    "too-many-files": "delete files that do not belong to the assignment",
    "too-deep": "move its files further up",
    "bad-name": "rename it",
    "changed": "submit it again",
    "unreadable": "give yourself the permission to read it",
    "not-a-folder": "submit a folder with the notebook in it",
}


@dataclass(frozen=True, slots=True)
class PackageLimits:
    """Bounds on one submitted folder; those in bytes are the defaults of nbgrader's exchange.

    Parameters
    ----------
    file, package : int
        Bytes of one file and of all files.
    files : int
        Files and folders in all.
    depth : int
        Folders below one another.
    path : int
        Bytes of a path below the folder.
    scan : int
        Entries that are looked at, even after `files` has been exceeded.
    problems : int
        Problems that are reported.
    """

    file: int = 100 * MEGABYTE
    package: int = 100 * MEGABYTE
    files: int = 10_000
    depth: int = 32
    path: int = 1024
    scan: int = 100_000
    problems: int = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that may not be in a submission.

    Parameters
    ----------
    code : str
        ``symbolic-link``, ``hard-link``, ``fifo``, ``socket``, ``device``, ``set-user-id``,
        ``oversized-file``, ``oversized-package``, ``too-many-files``, ``too-deep``,
        ``bad-name``, ``changed``, ``unreadable`` or ``not-a-folder``.
    path : str
        Below the submitted folder, with ``/``, escaped so that it can be printed.
    message : str
        One line that says what, where and how to mend it.
    """

    code: str
    path: str
    message: str


class RefusedPackageError(ClassroomError, ValueError):
    """A submitted folder holds something that may not be in a submission."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        more = f" ({len(problems) - 1} more problems)" if len(problems) > 1 else ""
        super().__init__(problems[0].message + more)
        self.problems = tuple(problems)
        self.code = problems[0].code


def printable(text: str, limit: int = 120) -> str:
    """Put `text` on one line of at most `limit` characters, without anything a terminal obeys."""
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c.encode("unicode_escape").decode() if _is_hostile(c) else c for c in short)


def inspect_package(folder: Path, limits: PackageLimits | None = None) -> list[Problem]:
    """Find what may not be in the submitted `folder`; nothing if it can be accepted.

    Nothing is opened but folders, no link is followed, and the number of entries looked at is
    bounded. Each link, FIFO, socket and device is found even where there are too many files.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    """
    found = Inspection(limits or PackageLimits())
    try:
        with open_package(folder) as root:
            for entry in walk_package(root, "", found):
                found.judge(entry)
    except RefusedPackageError as refusal:
        return list(refusal.problems)
    return found.problems


@contextmanager
def open_package(folder: Path) -> Iterator[int]:
    """Open a submitted folder itself, without following a link, for as long as the context.

    Raises
    ------
    RefusedPackageError
        If it is a link, no folder, or cannot be opened.
    FileNotFoundError
        If there is no such folder.
    """
    try:
        descriptor = os.open(folder, OPEN_FOLDER)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise RefusedPackageError([_root_problem(folder, error)]) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a folder.

    Parameters
    ----------
    parent : int
        Descriptor of the open folder that holds it.
    name, path : str
        Its name there, and its path below the submitted folder.
    status : os.stat_result
        Of the entry itself, not of what a link leads to.
    """

    parent: int
    name: str
    path: str
    status: os.stat_result


class Inspection:
    """The problems found so far and the sums behind them.

    Parameters
    ----------
    limits : PackageLimits
    """

    def __init__(self, limits: PackageLimits) -> None:
        self.limits = limits
        self.problems: list[Problem] = []
        self.entries = 0
        self.size = 0

    def add(self, code: str, path: str, what: str, *, once: bool = False) -> None:
        """Add a problem; one that concerns the whole submission is said `once`."""
        if once and any(problem.code == code for problem in self.problems):
            return
        where = printable(path)
        self.problems.append(Problem(code, where, f"{where}: {what}; {MENDING[code]}."))

    def judge(self, entry: Entry) -> None:
        """Add what is wrong with `entry`, and count it."""
        self.entries += 1
        if self.entries > self.limits.files:
            limit = f"{self.limits.files:,}"
            what = f"the submission has more than {limit} files and folders"
            self.add("too-many-files", entry.path, what, once=True)
        self._judge_name(entry)
        self._judge_status(entry.path, entry.status)

    def _judge_status(self, path: str, status: os.stat_result) -> None:
        kind = _special(status.st_mode)
        if kind:
            code, word = kind
            self.add(code, path, f"it is a {word}, not a file or a folder")
        if not stat.S_ISREG(status.st_mode):
            return
        if status.st_nlink > 1:
            self.add("hard-link", path, "it is a hard link, the same file under two names")
        if status.st_mode & (stat.S_ISUID | stat.S_ISGID):
            self.add("set-user-id", path, "it would run as another user or group")
        if status.st_size > self.limits.file:
            what = f"it has {status.st_size:,} bytes and {self.limits.file:,} are allowed"
            self.add("oversized-file", path, what)
        self.size += status.st_size
        if self.size > self.limits.package:
            what = f"the submission has more than the {self.limits.package:,} bytes allowed"
            self.add("oversized-package", path, what, once=True)

    def full(self) -> bool:
        """Whether enough was looked at."""
        return self.entries >= self.limits.scan or len(self.problems) >= self.limits.problems

    def _judge_name(self, entry: Entry) -> None:
        if any(_is_hostile(character) for character in entry.name):
            self.add("bad-name", entry.path, "its name holds a control character or is not UTF-8")
        length = len(os.fsencode(entry.path))
        if length > self.limits.path:
            self.add("bad-name", entry.path, f"its path is {length:,} bytes long")


def walk_package(
    folder: int, prefix: str, found: Inspection, *, ignore: Sequence[str] = ()
) -> Iterator[Entry]:
    """Visit every entry below the open `folder`, through open folders and never through paths.

    An entry's `parent` is open until the next one is asked for. What matches one of the globs in
    `ignore` is passed over with all that is in it.
    """
    deeper: list[str] = []
    with os.scandir(folder) as names:
        for name in names:
            if found.full():
                return
            if matches(name.name, ignore):
                continue
            try:
                status = name.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            yield Entry(folder, name.name, prefix + name.name, status)
            if stat.S_ISDIR(status.st_mode):
                deeper.append(name.name)
    for inner in deeper:
        path = prefix + inner
        if path.count("/") + 1 > found.limits.depth:
            what = f"the submission has more than {found.limits.depth} folders below one another"
            found.add("too-deep", path, what, once=True)
            continue
        try:
            descriptor = os.open(inner, OPEN_FOLDER, dir_fd=folder)
        except OSError as error:
            found.add("unreadable", path, f"it cannot be opened ({error.strerror})")
            continue
        try:
            yield from walk_package(descriptor, path + "/", found, ignore=ignore)
        finally:
            os.close(descriptor)


def matches(name: str, globs: Sequence[str]) -> bool:
    """Whether `name` matches one of the globs, as nbgrader's ``CourseDirectory.ignore``."""
    return any(fnmatch.fnmatch(name, glob) for glob in globs)


def _special(mode: int) -> tuple[str, str] | None:
    """Code and word for what is neither file nor folder."""
    if stat.S_ISLNK(mode):
        return "symbolic-link", "symbolic link"
    if stat.S_ISFIFO(mode):
        return "fifo", "FIFO"
    if stat.S_ISSOCK(mode):
        return "socket", "socket"
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    return "device", "device"


def _root_problem(folder: Path, error: OSError) -> Problem:
    """Why the submitted folder itself cannot be looked at."""
    where = printable(folder.name)
    if folder.is_symlink():
        code, what = "symbolic-link", "it is a symbolic link, not a folder"
    elif isinstance(error, NotADirectoryError):
        code, what = "not-a-folder", "it is not a folder"
    else:
        code, what = "unreadable", f"it cannot be opened ({error.strerror})"
    return Problem(code, where, f"{where}: {what}; {MENDING[code]}.")


def _is_hostile(character: str) -> bool:
    """Whether a terminal or a reader could be misled by it, or no UTF-8 file could hold it."""
    return unicodedata.category(character) in UNPRINTABLE or character in BIDIRECTIONAL
