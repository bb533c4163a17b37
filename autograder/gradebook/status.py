"""The course at a glance, and what is wrong with it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbgrader.exchange.default import Exchange
from nbgrader.utils import parse_utc
from sqlalchemy import create_engine, inspect, text

from autograder.gradebook.course import Course, schema_head
from autograder.gradebook.standing import (
    LogEntries,
    Standing,
    log_entries,
    standing,
    submissions_by_student,
)

__all__ = ["AssignmentStatus", "course_problems", "course_status"]


@dataclass(frozen=True, slots=True)
class AssignmentStatus:
    """How far an assignment is.

    Parameters
    ----------
    name : str
    released : bool
    due : str or None
        In UTC.
    submitted : int
        Students with work in ``submitted/`` or an attempt in the run log.
    graded, failed, refused, ungraded : int
        Students by the outcome of their newest attempt.
    waiting : int
        Students whose newest work nobody tried to grade yet.
    stale : int
        Students whose grade is of an earlier submission than the newest.
    to_read : int
        Students of whom a person must still grade something.
    mean : float or None
        Percent, over those who have a grade.
    """

    name: str
    released: bool
    due: str | None
    submitted: int
    graded: int
    failed: int
    refused: int
    ungraded: int
    waiting: int
    stale: int
    to_read: int
    mean: float | None


def course_status(course: Course) -> list[AssignmentStatus]:
    """Look at each assignment that has sources or is in the gradebook, by name."""
    known = course.assignments()
    names = sorted({*known, *course.sources()})
    if not known:
        return [_unreleased(course, name) for name in names]
    found = []
    with course.gradebook() as gradebook:
        entries = {str(a.name): a for a in gradebook.assignments}
        for name in names:
            if name not in entries:
                found.append(_unreleased(course, name))
                continue
            log = log_entries(course.root, name)
            submissions = submissions_by_student(gradebook, name)
            handed_in = _handed_in(course, name)
            standings = {
                student: standing(submissions.get(student), student, log)
                for student in {*handed_in, *submissions, *log.newest}
            }
            due = entries[name].duedate
            found.append(
                _assignment(
                    name,
                    course.path("release", ".", name).is_dir(),
                    f"{due:%Y-%m-%d %H:%M}" if due else None,
                    standings,
                    {
                        s
                        for s, folder in handed_in.items()
                        if _is_waiting(s, folder, standings, log)
                    },
                    float(entries[name].max_score or 0),
                )
            )
    return found


def _assignment(
    name: str,
    released: bool,
    due: str | None,
    standings: dict[str, Standing],
    waiting: set[str],
    maximum: float,
) -> AssignmentStatus:
    counts = Counter(s.outcome for student, s in standings.items() if student not in waiting)
    scores = [s.score for s in standings.values() if s.score is not None]
    mean = 100 * sum(scores) / (len(scores) * maximum) if scores and maximum else None
    return AssignmentStatus(
        name=name,
        released=released,
        due=due,
        submitted=len(standings),
        graded=counts["graded"],
        failed=counts["failed"],
        refused=counts["refused"],
        ungraded=counts["ungraded"],
        waiting=len(waiting),
        stale=sum(s.stale for s in standings.values()),
        to_read=sum(s.to_read for s in standings.values()),
        mean=mean,
    )


def _unreleased(course: Course, name: str) -> AssignmentStatus:
    released = course.path("release", ".", name).is_dir()
    handed_in = len(_handed_in(course, name))
    return AssignmentStatus(name, released, None, handed_in, 0, 0, 0, 0, handed_in, 0, 0, None)


def _handed_in(course: Course, name: str) -> dict[str, Path]:
    return course.folders("submitted", name)


def _is_waiting(
    student: str, folder: Path, standings: dict[str, Standing], log: LogEntries
) -> bool:
    """Whether the work in `folder` is newer than the newest attempt at it."""
    attempt = log.newest.get(student)
    if attempt is None:
        return not standings[student].outcome
    if attempt.submission.timestamp is None:
        return False
    try:
        submitted = parse_utc((folder / "timestamp.txt").read_text(encoding="utf-8")[:200].strip())
        return bool(submitted > parse_utc(attempt.submission.timestamp))
    except (OSError, ValueError, OverflowError):
        return False


def course_problems(course: Course) -> Iterator[tuple[str, str]]:
    """Find what would make commands on the course fail: what is wrong, and how to mend it."""
    if course.has_gradebook():
        version = _schema_version(course.db_url)
        if version != schema_head():
            yield (
                f"The gradebook has schema {version or 'unknown'}, nbgrader wants {schema_head()}.",
                f"Back {course.db_url} up, then run: nbgrader db upgrade",
            )
    if not course.course_id:
        yield (
            "The course has no id, so nothing can be released or collected.",
            "Set c.CourseDirectory.course_id in nbgrader_config.py.",
        )
    exchange = course.exchange.exchange(
        coursedir=course.coursedir, authenticator=course.authenticator, parent=course.parent
    )
    if isinstance(exchange, Exchange):
        root = Path(exchange.root)
        if not root.is_dir():
            yield (
                f"The exchange {root} does not exist.",
                f"mkdir -p {root} && chmod 777 {root}",
            )
        elif not os.access(root, os.W_OK | os.X_OK):
            yield f"The exchange {root} is not writable.", f"chmod 777 {root}"


def _schema_version(url: str) -> str | None:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if "alembic_version" not in inspect(connection).get_table_names():
                return None
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return str(found)
    finally:
        engine.dispose()
