"""What an exchange's records say: whatever a plug-in puts there, only what is sound is taken."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

from autograder.gradebook.student.names import is_plain

__all__ = ["Offer", "Sent", "SentNotebook", "as_offer", "as_sent", "records_in", "utc"]


@dataclass(frozen=True, slots=True)
class Offer:
    """An assignment that can be fetched.

    Parameters
    ----------
    course, assignment : str
    path : Path or None
        The release itself, where the exchange shows it as a folder that can be read.
    notebooks : tuple of str
        Without ``.ipynb``.
    """

    course: str
    assignment: str
    path: Path | None
    notebooks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentNotebook:
    """A notebook of a submission: whether the exchange has a page on it, and a newer one."""

    name: str
    feedback: bool
    updated: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission that the exchange took.

    Parameters
    ----------
    course, assignment : str
    id : str
        Its timestamp, as the exchange writes it.
    time : datetime or None
        In UTC, without a zone.
    path : Path or None
        The student's own copy, where there is one that can be read.
    notebooks : tuple of SentNotebook
    feedback, updated : bool
        As for a notebook, of the whole.
    """

    course: str
    assignment: str
    id: str
    time: datetime.datetime | None
    path: Path | None
    notebooks: tuple[SentNotebook, ...]
    feedback: bool
    updated: bool


def utc(stamp: str) -> datetime.datetime | None:
    """Read a timestamp of the exchange, in UTC without a zone; None if it is none."""
    if not stamp or len(stamp) > 100:
        return None
    try:
        found: datetime.datetime = parse_utc(stamp)
    except (ValueError, OverflowError, TypeError):
        return None
    return found


def records_in(found: Any) -> list[dict[str, Any]]:
    """Find the records in what a plug-in returned as a list of them."""
    return [record for record in found if isinstance(record, dict)] if found else []


def _named(record: dict[str, Any]) -> tuple[str, str] | None:
    course, assignment = record.get("course_id"), record.get("assignment_id")
    if not (isinstance(course, str) and isinstance(assignment, str)):
        return None
    return (course, assignment) if is_plain(course) and is_plain(assignment) else None


def as_offer(record: dict[str, Any]) -> Offer | None:
    """Read the record of a released assignment; None if it names none."""
    named = _named(record)
    notebooks = records_in(record.get("notebooks"))
    names = tuple(n["notebook_id"] for n in notebooks if isinstance(n.get("notebook_id"), str))
    return Offer(*named, _readable(record.get("path")), names) if named else None


def as_sent(record: dict[str, Any]) -> Sent | None:
    """Read the record of a submission; None if it is none."""
    named, stamp = _named(record), record.get("timestamp")
    if isinstance(stamp, datetime.datetime):
        stamp = str(stamp)
    if named is None or not isinstance(stamp, str) or not is_plain(stamp):
        return None
    notebooks = tuple(
        SentNotebook(n["notebook_id"], bool(n.get("has_exchange_feedback")), _updated(n))
        for n in records_in(record.get("notebooks"))
        if isinstance(n.get("notebook_id"), str)
    )
    return Sent(
        *named,
        stamp,
        utc(stamp),
        _readable(record.get("path")),
        notebooks,
        bool(record.get("has_exchange_feedback")),
        _updated(record),
    )


def _updated(record: dict[str, Any]) -> bool:
    return bool(record.get("feedback_updated"))


def _readable(path: Any) -> Path | None:
    """A folder that a record names, if it is one of this machine that can be read."""
    if not isinstance(path, str) or not os.path.isabs(path) or "\0" in path:
        return None
    found = os.path.isdir(path) and os.access(path, os.R_OK | os.X_OK)
    return Path(path) if found else None
