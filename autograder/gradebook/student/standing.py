"""Where a student stands with an assignment: description, release, folder, submissions, score."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from autograder.checks.files import FileRefused
from autograder.gradebook.description import Description
from autograder.gradebook.student.desk import Desk
from autograder.gradebook.student.feedback import score_of
from autograder.gradebook.student.fetched import SUFFIX, page_names
from autograder.gradebook.student.records import Sent
from autograder.gradebook.student.releases import (
    description_in,
    fetched_folder,
    files_in,
    kept_release,
)
from autograder.gradebook.student.results import AssignmentStanding, GradedNotebook
from autograder.gradebook.student.survey import Known

__all__ = [
    "described_notebooks",
    "description_of",
    "feedback_state",
    "iso",
    "release_changed",
    "score",
    "standing",
]


def standing(desk: Desk, known: Known) -> AssignmentStanding:
    """Tell where the student stands with an assignment."""
    course, name = known.course, known.assignment
    folder = fetched_folder(desk, course, name, known.rivals)
    kept = kept_release(desk, course, name) if folder is not None else None
    told = description_of(desk, known, folder, kept)
    states = [(sent, feedback_state(desk, sent)) for sent in known.sent]
    scored = next((sent for sent, state in states if state in ("updated", "fetched")), None)
    points = score(desk, scored) if scored else None
    return AssignmentStanding(
        id=name,
        course=course,
        title=told.title if told else name,
        summary=told.summary if told else "",
        minutes=told.minutes if told else None,
        topics=told.topics if told else (),
        seed_notebooks=told.seed_notebooks if told else (),
        prerequisites=told.prerequisites if told else (),
        described=told is not None,
        points=told.points if told else None,
        due=told.due if told else None,
        late=told.late if told else None,
        notebooks=described_notebooks(known, told, folder, kept),
        released=known.offer is not None,
        folder=folder.relative_to(desk.folder).as_posix() if folder else None,
        release_changed=release_changed(desk, known, kept),
        missing=_missing(desk, folder, kept),
        submissions=len(known.sent),
        submitted=iso(known.sent[0].time) if known.sent else None,
        feedback=next((state for _, state in states if state != "none"), "none"),
        score=points[0] if points else None,
        max_score=points[1] if points else None,
    )


def description_of(
    desk: Desk, known: Known, folder: Path | None, kept: Path | None
) -> Description | None:
    """Read what the release says of itself.

    What was fetched comes before what is offered, since the student's files are of it; but the
    due date and the late policy are those that hold now.

    Parameters
    ----------
    desk : Desk
    known : Known
    folder, kept : Path or None
        The student's folder, and the pristine copy of its release.
    """
    offered = description_in(desk, known.offer.path if known.offer else None)
    fetched = description_in(desk, kept or folder)
    if fetched is None or offered is None:
        return fetched or offered
    return dataclasses.replace(fetched, due=offered.due, late=offered.late)


def described_notebooks(
    known: Known, told: Description | None, folder: Path | None, kept: Path | None
) -> tuple[GradedNotebook, ...]:
    """List the notebooks of an assignment; without a description only their names are known."""
    if told is not None:
        return tuple(GradedNotebook(n.name, n.points, n.questions) for n in told.notebooks)
    if kept is None and known.offer is not None:
        return tuple(map(GradedNotebook, known.offer.notebooks))
    place = kept or folder
    names = sorted(path.stem for path in place.glob("*.ipynb")) if place is not None else []
    return tuple(map(GradedNotebook, names))


def release_changed(desk: Desk, known: Known, kept: Path | None) -> bool | None:
    """Whether the release is another than was fetched; None where that cannot be told."""
    offered = known.offer.path if known.offer else None
    if kept is None or offered is None:
        return None
    try:
        before, now = files_in(desk, kept), files_in(desk, offered)
        return before != now or not all(
            desk.memory.same(kept / path, offered / path) for path in now
        )
    except (FileRefused, OSError):
        return None


def _missing(desk: Desk, folder: Path | None, kept: Path | None) -> tuple[str, ...]:
    if folder is None or kept is None:
        return ()
    try:
        released = files_in(desk, kept)
    except (FileRefused, OSError):
        return ()
    return tuple(path for path in released if not os.path.lexists(folder / path))


def feedback_state(desk: Desk, sent: Sent) -> str:
    """Tell how far feedback on a submission has come: none, ready, updated or fetched."""
    fetched = page_names(desk.feedback_folder(sent.course, sent.assignment, sent.id))
    if sent.notebooks:
        # A notebook that is not part of the assignment never gets a page.
        fresh = any(n.feedback and n.name not in fetched for n in sent.notebooks)
        updated = any(n.updated for n in sent.notebooks)
    else:
        fresh, updated = sent.feedback and not fetched, sent.updated
    if fetched:
        return "updated" if fresh or updated else "fetched"
    return "ready" if fresh else "none"


def score(desk: Desk, sent: Sent) -> tuple[float, float] | None:
    """Read the score in the fetched feedback of a submission: points, and the most of them."""
    folder = desk.feedback_folder(sent.course, sent.assignment, sent.id)
    pages: Sequence[Path] = [folder / f"{name}{SUFFIX}" for name in page_names(folder)]
    try:
        return desk.memory.of_all(
            "score", pages, lambda: score_of(desk, sent.course, sent.assignment, sent.id)
        )
    except OSError:
        return None


def iso(time: datetime | None) -> str | None:
    """Write a time in UTC as ISO 8601."""
    return time.isoformat(timespec="milliseconds") + "Z" if time else None
