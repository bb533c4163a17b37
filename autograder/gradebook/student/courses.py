"""What a student sees of their courses: every assignment, and one of them in full."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from autograder.checks.files import FileRefused
from autograder.gradebook.package import printable
from autograder.gradebook.reading import UnreadableNotebookError, read_submission_notebook
from autograder.gradebook.student.desk import Desk
from autograder.gradebook.student.receipts import contents_of
from autograder.gradebook.student.records import Sent
from autograder.gradebook.student.releases import adopt_release, fetched_folder, files_in
from autograder.gradebook.student.results import (
    AssignmentDetail,
    AssignmentStanding,
    Courses,
    CourseStanding,
    FolderFile,
    Problem,
    Submission,
)
from autograder.gradebook.student.standing import feedback_state, iso, score, standing
from autograder.gradebook.student.survey import Survey, look_around

__all__ = ["late_by", "list_courses", "read_assignment"]

MOST_FILES = 2000


def list_courses(desk: Desk) -> Courses:
    """List every course with its assignments.

    An exchange that cannot be read is told as the result's problem; what was fetched or handed in
    here is listed nevertheless.
    """
    with desk.reading():
        survey = look_around(desk)
        found: dict[str, list[AssignmentStanding]] = {}
        for known in survey.assignments.values():
            found.setdefault(known.course, []).append(standing(desk, known))
    courses = tuple(CourseStanding(name, tuple(items)) for name, items in sorted(found.items()))
    return Courses(desk.student, courses, _problem(survey))


def read_assignment(desk: Desk, course: str, assignment: str) -> AssignmentDetail:
    """Read an assignment with the state of its files and every submission.

    An exchange that cannot be read is told as the result's problem, if the assignment was fetched
    or handed in here.

    Raises
    ------
    UnknownAssignmentError
        If there is none of that name, or no such course.
    TransferError
        If the exchange cannot be read, and nothing is known of the assignment without it.
    """
    with desk.reading():
        survey = look_around(desk)
        known = survey.find(course, assignment)
        folder = fetched_folder(desk, course, assignment, known.rivals)
        kept = adopt_release(desk, course, assignment) if folder is not None else None
        told = standing(desk, known)
        history = tuple(_submission(desk, sent, told.due) for sent in known.sent)
        files = _files(desk, folder, kept) if folder is not None else ()
        return AssignmentDetail(told, files, history, _problem(survey))


def _problem(survey: Survey) -> Problem | None:
    """Tell why the exchange could not be read."""
    if survey.error is None:
        return None
    return Problem(str(survey.error), type(survey.error).__name__.removesuffix("Error"))


def _files(desk: Desk, folder: Path, kept: Path | None) -> tuple[FolderFile, ...]:
    """Compare a folder with the release that was fetched."""
    released = set(files_in(desk, kept)) if kept is not None else set()
    try:
        present = files_in(desk, folder)
    except FileRefused:
        # Too many to look at, as submitting will say; those of the release are still told.
        present = []
    paths = sorted(released | set(present))[:MOST_FILES]
    return tuple(
        FolderFile(printable(path, 4096), _state(desk, folder, kept, path, released))
        for path in paths
    )


def _state(desk: Desk, folder: Path, kept: Path | None, path: str, released: set[str]) -> str:
    if kept is not None and path in released:
        if not os.path.lexists(folder / path):
            return "missing"
        if desk.memory.same(kept / path, folder / path):
            return "unchanged"
    if path.endswith(".ipynb") and _is_damaged(desk, folder / path):
        return "damaged"
    return "changed" if path in released else "added"


def _is_damaged(desk: Desk, notebook: Path) -> bool:
    try:
        return desk.memory.of(notebook, _cannot_be_read)
    except OSError:
        return True


def _cannot_be_read(notebook: Path) -> bool:
    try:
        read_submission_notebook(notebook)
    except UnreadableNotebookError:
        return True
    return False


def _submission(desk: Desk, sent: Sent, due: str | None) -> Submission:
    found = contents_of(desk, sent)
    state = feedback_state(desk, sent)
    points = score(desk, sent) if state in ("updated", "fetched") else None
    return Submission(
        id=sent.id,
        submitted=iso(sent.time),
        late_seconds=late_by(sent.time, due),
        hash=found.hash,
        files=found.files,
        feedback=state,
        score=points[0] if points else None,
        max_score=points[1] if points else None,
    )


def late_by(time: datetime | None, due: str | None) -> float | None:
    """Seconds after the due date, 0 in time; None where either is not known."""
    if time is None or due is None:
        return None
    limit = datetime.fromisoformat(due).astimezone(UTC).replace(tzinfo=None)
    return max(0.0, (time - limit).total_seconds())
