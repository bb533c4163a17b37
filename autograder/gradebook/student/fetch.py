"""Fetch an assignment, what a new release brings, and feedback."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import ClassroomError
from autograder.gradebook.errors import TransferError
from autograder.gradebook.package import printable
from autograder.gradebook.student.desk import Desk
from autograder.gradebook.student.placing import Merged, merge_release
from autograder.gradebook.student.releases import (
    files_in,
    keep_release,
    kept_release,
    refuse_in_the_way,
)
from autograder.gradebook.student.results import Fetched
from autograder.gradebook.student.standing import feedback_state
from autograder.gradebook.student.survey import look_around

__all__ = ["fetch_assignment", "fetch_feedback"]

PREFIX = ".llm-classroom-"
FORGOTTEN = 24 * 3600
"""Seconds after which a temporary folder is nobody's: its process was killed."""


def fetch_assignment(
    desk: Desk, course: str, assignment: str, step: Callable[[str], None]
) -> Fetched:
    """Fetch an assignment, or what a new release of it brings.

    It appears whole or not at all. Where it is already, files are added, and those that the
    student has not changed are replaced; every other one stays, and the answer names it.

    Parameters
    ----------
    desk : Desk
    course, assignment : str
    step : callable
        Gets a word as the work goes on: ``asking``, ``copying``, ``writing``. What it raises
        ends the work, and nothing has changed then, unless the word was the last.

    Raises
    ------
    UnknownAssignmentError
        If there is none of that name, or no such course.
    InTheWayError
        If a file or another course's folder has its place.
    TransferError
        If the exchange does not give it, or gives what no release holds.
    """
    with desk.changing():
        step("asking")
        known = look_around(desk).find_now(course, assignment)
        if known.offer is None:
            raise TransferError(
                f"{assignment} was not fetched: {course} does not offer it any more. "
                "What you have of it stays."
            )
        folder = refuse_in_the_way(desk, course, assignment, known.rivals)
        step("copying")
        with _fetched(desk, course, assignment, folder.parent) as fresh:
            step("writing")
            if not os.path.lexists(folder):
                keep_release(desk, course, assignment, fresh)
                fresh.rename(folder)
                desk.log.info("Fetched %s/%s to %s", course, assignment, folder)
                return Fetched()
            merged = _merge(desk, course, assignment, folder, fresh)
    desk.log.info(
        "Fetched %s/%s again: %d files added, %d replaced, kept: %s",
        course,
        assignment,
        len(merged.added),
        len(merged.replaced),
        ", ".join(merged.kept) or "none",
    )
    return Fetched(tuple(printable(path, 4096) for path in merged.kept))


def _merge(desk: Desk, course: str, assignment: str, folder: Path, fresh: Path) -> Merged:
    before = kept_release(desk, course, assignment)
    try:
        merged = merge_release(folder, before, fresh, files_in(desk, fresh), desk.memory)
    except OSError as error:
        raise TransferError(
            f"{assignment} was fetched in part only: {error}. Mend that, then fetch again; "
            "nothing of yours was changed."
        ) from error
    # Only now: a merge that was cut short is repeated against the same release.
    keep_release(desk, course, assignment, fresh)
    return merged


@contextmanager
def _fetched(desk: Desk, course: str, assignment: str, place: Path) -> Iterator[Path]:
    """Fetch a release to a private folder beside its place."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        _sweep(place)
        scratch = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    except OSError as error:
        raise TransferError(
            f"{assignment} was not fetched: {place} cannot be written ({error.strerror}). Make "
            "room, or give yourself the permission to write there."
        ) from error
    try:
        yield desk.exchange.fetch(course, assignment, scratch)
    except ClassroomError:
        raise
    except OSError as error:
        raise TransferError(f"{assignment} was not fetched: {error}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _sweep(place: Path) -> None:
    """Remove what a fetch left that was killed."""
    for path in place.glob(f"{PREFIX}*"):
        if time.time() - path.lstat().st_mtime > FORGOTTEN:
            shutil.rmtree(path, ignore_errors=True)


def fetch_feedback(desk: Desk, course: str, assignment: str, step: Callable[[str], None]) -> None:
    """Fetch every feedback page that is ready on an assignment's submissions.

    Parameters
    ----------
    desk : Desk
    course, assignment : str
    step : callable
        As for :func:`fetch_assignment`.

    Raises
    ------
    UnknownAssignmentError
        If there is none of that name, or no such course.
    InTheWayError
        If another course's folder has the assignment's place.
    TransferError
        If there is no feedback yet, or the exchange does not give it.
    """
    with desk.changing():
        step("asking")
        known = look_around(desk).find_now(course, assignment)
        refuse_in_the_way(desk, course, assignment, known.rivals)
        if not known.sent:
            raise TransferError(
                f"There is no feedback on {assignment}: you have not handed it in yet."
            )
        told = any(feedback_state(desk, sent) != "none" for sent in known.sent)
        step("writing")
        try:
            desk.exchange.fetch_feedback(course, assignment, desk.place)
        except TransferError:
            if told:
                raise
        if not told and all(feedback_state(desk, sent) == "none" for sent in known.sent):
            raise TransferError(
                f"There is no feedback on {assignment} yet. It can be fetched once your "
                "instructor has released it."
            )
        desk.log.info("Fetched the feedback on %s/%s", course, assignment)
