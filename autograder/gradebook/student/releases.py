"""The pristine copy of each fetched release, and whose a folder is."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Collection
from pathlib import Path

from autograder.checks.files import scan
from autograder.errors import ClassroomError
from autograder.gradebook.copying import copy_package
from autograder.gradebook.description import FILE_NAME, Description, read_description
from autograder.gradebook.errors import TransferError
from autograder.gradebook.package import PackageLimits, RefusedPackageError, matches
from autograder.gradebook.student.desk import Desk
from autograder.gradebook.student.errors import InTheWayError, NotFetchedError

__all__ = [
    "adopt_release",
    "description_in",
    "fetched_folder",
    "files_in",
    "keep_release",
    "kept_courses",
    "kept_release",
    "kept_releases",
    "refuse_in_the_way",
]

# A release comes from the course and has been bounded when it was released.
LIMITS = PackageLimits(file=1 << 40, package=1 << 40)
PRIVATE = 0o700


def files_in(desk: Desk, folder: Path) -> list[str]:
    """List the regular files of a folder that count, relative, sorted; links are passed over.

    Raises
    ------
    FileRefused
        If there are too many to look at.
    """
    ignore = desk.exchange.coursedir.ignore
    return [
        entry.path
        for entry in scan(folder)
        if not any(matches(part, ignore) for part in entry.path.split("/"))
    ]


def description_in(desk: Desk, folder: Path | None) -> Description | None:
    """Read the ``classroom.json`` of a folder; None if there is none, or a malformed one."""
    if folder is None:
        return None
    try:
        return desk.memory.of(folder / FILE_NAME, read_description)
    except OSError:
        return None


def kept_release(desk: Desk, course: str, assignment: str) -> Path | None:
    """Find the pristine copy of a release; None if there is none."""
    folder = desk.released_folder(course, assignment)
    return folder if folder.is_dir() and not folder.is_symlink() else None


def keep_release(desk: Desk, course: str, assignment: str, fetched: Path) -> Path:
    """Keep a pristine copy of what was fetched, in place of an earlier one.

    Raises
    ------
    TransferError
        If it holds links or other things that no release has; the earlier one stays.
    """
    target = desk.released_folder(course, assignment)
    target.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    try:
        copy_package(
            fetched,
            target,
            LIMITS,
            ignore=desk.exchange.coursedir.ignore,
            judge_ignored=False,
            replace=True,
        )
    except RefusedPackageError as refusal:
        what = refusal.problems[0].message.partition(";")[0]
        raise TransferError(
            f"{assignment} was not fetched: what the exchange brought is no release. {what}. "
            "Ask your instructor."
        ) from refusal
    os.utime(target)  # the newest tells whose a folder is
    return target


def adopt_release(desk: Desk, course: str, assignment: str) -> Path | None:
    """Find the pristine copy, or make one of what the exchange offers; None if it offers nothing.

    For a folder that was not fetched here, but by nbgrader itself.
    """
    kept = kept_release(desk, course, assignment)
    if kept is not None:
        return kept
    try:
        with tempfile.TemporaryDirectory(prefix="fetched-", dir=desk.make_data()) as scratch:
            fetched = desk.exchange.fetch(course, assignment, Path(scratch))
            return keep_release(desk, course, assignment, fetched)
    except (ClassroomError, OSError) as error:
        desk.log.info("No pristine copy of %s/%s: %s", course, assignment, error)
        return None


def kept_courses(desk: Desk, assignment: str) -> list[str]:
    """List the courses of whose assignment of this name a pristine copy is kept, newest first."""
    found: list[tuple[float, str]] = []
    for course in _folders(desk.data / "released"):
        try:
            status = os.lstat(desk.data / "released" / course / assignment)
        except OSError:
            continue
        if stat.S_ISDIR(status.st_mode):
            found.append((status.st_mtime, course))
    return [course for _, course in sorted(found, reverse=True)]


def kept_releases(desk: Desk) -> list[tuple[str, str]]:
    """List course and assignment of every pristine copy."""
    return [
        (course, assignment)
        for course in _folders(desk.data / "released")
        for assignment in _folders(desk.data / "released" / course)
    ]


def _folders(place: Path) -> list[str]:
    """List what is in a folder and no copy under way; nothing if there is no such folder."""
    try:
        with os.scandir(place) as entries:
            return sorted(
                entry.name
                for entry in entries
                if entry.name[0] != "." and entry.is_dir(follow_symlinks=False)
            )
    except OSError:
        return []


def fetched_folder(
    desk: Desk, course: str, assignment: str, rivals: Collection[str] = ()
) -> Path | None:
    """Find the folder of an assignment, if it is there and is this course's.

    Parameters
    ----------
    desk : Desk
    course, assignment : str
    rivals : collection of str
        Other courses whose assignment of that name has the same place. Where nothing tells whose
        a folder is, it is nobody's.
    """
    folder = desk.assignment_folder(course, assignment)
    if folder.is_symlink() or not folder.is_dir():
        return None
    owner = _owner(desk, assignment, folder)
    mine = owner == course if owner is not None else not rivals
    return folder if mine else None


def refuse_in_the_way(
    desk: Desk, course: str, assignment: str, rivals: Collection[str] = (), *, needed: bool = False
) -> Path:
    """Return the place of an assignment, unless something that is not it stands there.

    Parameters
    ----------
    desk : Desk
    course, assignment : str
    rivals : collection of str
    needed : bool
        Whether the folder must be there.

    Raises
    ------
    InTheWayError
        If a file, a link or another course's folder is in its place.
    NotFetchedError
        If it is `needed` and not there.
    """
    folder = desk.assignment_folder(course, assignment)
    shown = folder.relative_to(desk.folder).as_posix()
    if not os.path.lexists(folder):
        if needed:
            raise NotFetchedError(f"There is no folder {shown}. Fetch {assignment} first.")
        return folder
    if folder.is_symlink() or not folder.is_dir():
        raise InTheWayError(
            f"{shown} is in the way: it is a link or a file, not the assignment's folder. "
            "Rename or move it, then fetch again."
        )
    if fetched_folder(desk, course, assignment, rivals) is None:
        owner = _owner(desk, assignment, folder)
        whose = f"of the course {owner!r}" if owner else "of a course that cannot be told"
        raise InTheWayError(
            f"The folder {shown} is in the way: it is {whose}, and {assignment} of {course!r} "
            f"would have the same place. Rename it, for instance to {shown}-{owner or 'earlier'}, "
            "then fetch again. To keep courses apart, set c.Exchange.path_includes_course = True "
            "in nbgrader_config.py."
        )
    return folder


def _owner(desk: Desk, assignment: str, folder: Path) -> str | None:
    """Whose a folder is: what was fetched here last, unless the folder itself says otherwise."""
    told = description_in(desk, folder)
    for course in kept_courses(desk, assignment):
        if desk.assignment_folder(course, assignment) != folder:
            continue
        kept = description_in(desk, desk.released_folder(course, assignment))
        # A copy of a course says the name of the original, in both places alike.
        if told is None or kept is None or told.course == kept.course:
            return course
    return told.course if told is not None else None
