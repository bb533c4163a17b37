"""The exchange, through nbgrader's classes: whichever plug-in the configuration names."""

from __future__ import annotations

import datetime
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError, ExchangeFactory
from nbgrader.utils import parse_utc

from autograder.errors import ClassroomError
from autograder.gradebook.course import CourseParent
from autograder.gradebook.errors import TransferError
from autograder.gradebook.package import printable
from autograder.gradebook.student.names import is_plain

__all__ = ["Exchange", "Offer", "Sent", "SentNotebook", "utc"]

Log = logging.Logger | logging.LoggerAdapter[Any]


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


class Exchange:
    """What a student asks of the exchange.

    Parameters
    ----------
    parent : CourseParent
    student : str
    nowhere : Path
        A folder that does not exist.
    log : Logger

    Raises
    ------
    TransferError
        If the configuration names a plug-in that cannot be had.
    """

    def __init__(self, parent: CourseParent, student: str, *, nowhere: Path, log: Log) -> None:
        self._parent = parent
        self._student = student
        self._nowhere = nowhere
        self._log = log
        with self._told("The exchange cannot be used"):
            self._factory = ExchangeFactory(parent=parent)
            self._authenticator = Authenticator(parent=parent)
            lister = self._make(self._factory.List)
            self.assignment_dir = str(lister.assignment_dir)
            self._with_course = bool(getattr(lister, "path_includes_course", False))
            self._names = lister.coursedir

    @property
    def coursedir(self) -> CourseDirectory:
        """Patterns of names, and limits, as configured."""
        return self._names

    def below(self, course: str, assignment: str) -> PurePosixPath:
        """Where an assignment lies below the folder of all."""
        return PurePosixPath(course, assignment) if self._with_course else PurePosixPath(assignment)

    def offers(self) -> list[Offer]:
        """List what can be fetched.

        Raises
        ------
        TransferError
        """
        # Where nothing is fetched, nbgrader's records show the release instead of what was fetched.
        records = self._list(self._nowhere, cached=False)
        found = [_offer(record) for record in records]
        return [offer for offer in found if offer is not None]

    def sent(self, folder: Path) -> list[Sent]:
        """List what the student has handed in, the newest first.

        Parameters
        ----------
        folder : Path
            That holds the assignments.

        Raises
        ------
        TransferError
        """
        records = self._list(folder, cached=True)
        found = [
            sent
            for record in records
            for entry in _records(record.get("submissions", [record]))
            if (sent := _sent({**record, **entry})) is not None
        ]
        return sorted(found, key=lambda s: (s.time or datetime.datetime.min, s.id), reverse=True)

    def fetch(self, course: str, assignment: str, folder: Path) -> Path:
        """Fetch a release into `folder`, which holds nothing yet; return where it is.

        Raises
        ------
        TransferError
        """
        with self._told(f"{assignment} was not fetched"):
            self._start(self._factory.FetchAssignment, course, assignment, folder)
        fetched = folder / self.below(course, assignment)
        if fetched.is_symlink() or not fetched.is_dir():
            raise TransferError(f"{assignment} was not fetched: the exchange brought no folder.")
        return fetched

    def submit(self, course: str, assignment: str, folder: Path) -> str:
        """Hand in the assignment that lies below `folder`; return the timestamp, if it is told.

        Raises
        ------
        TransferError
        """
        with self._told(f"{assignment} was not handed in"):
            made = self._start(self._factory.Submit, course, assignment, folder)
        return str(getattr(made, "timestamp", ""))

    def strict(self) -> bool:
        """Whether the exchange takes no submission without each released notebook."""
        with self._told("The exchange cannot be used"):
            return bool(getattr(self._make(self._factory.Submit), "strict", False))

    def fetch_feedback(self, course: str, assignment: str, folder: Path) -> None:
        """Fetch every feedback page on an assignment to its place below `folder`.

        Raises
        ------
        TransferError
        """
        with self._told(f"The feedback on {assignment} was not fetched"):
            self._start(self._factory.FetchFeedback, course, assignment, folder)

    def _list(self, folder: Path, *, cached: bool) -> list[dict[str, Any]]:
        with self._told("The exchange cannot be read"):
            lister = self._make(self._factory.List)
            lister.assignment_dir = str(folder)
            lister.inbound, lister.cached, lister.remove = False, cached, False
            return _records(lister.start())

    def _start(
        self, make: Callable[..., Any], course: str, assignment: str, folder: Path
    ) -> Any:
        made = self._make(make, course_id=course, assignment_id=assignment)
        made.assignment_dir = str(folder)
        made.start()
        return made

    def _make(self, make: Callable[..., Any], **names: str) -> Any:
        chosen = {"student_id": self._student, "assignment_id": "", **names}
        return make(
            coursedir=CourseDirectory(parent=self._parent, **chosen),
            authenticator=self._authenticator,
            parent=self._parent,
        )

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Say in one line what the exchange says, or what it stumbled over."""
        try:
            yield
        except ClassroomError:
            raise
        except (ExchangeError, OSError) as error:
            raise TransferError(f"{what}: {self._explain(error)}") from error
        except Exception as error:
            # A plug-in is not ours: whatever it raises is told, and the log has where.
            self._log.warning("%s", what, exc_info=True)
            raise TransferError(f"{what}: {type(error).__name__}: {error}") from error

    def _explain(self, error: Exception) -> str:
        place = self._root()
        if os.path.isabs(place) and not os.path.isdir(place):
            return (
                f"there is no exchange at {place} that you can reach. Ask your instructor where "
                "it is, and set c.Exchange.root in nbgrader_config.py."
            )
        text = printable(str(error), 1000).rstrip(".")
        return f"{text}." if "instructor" in text else f"{text}. Ask your instructor to mend that."

    def _root(self) -> str:
        """The folder of an exchange that is one, as nbgrader's is; else empty."""
        try:
            return str(getattr(self._make(self._factory.List), "root", ""))
        except Exception:
            return ""


def utc(stamp: str) -> datetime.datetime | None:
    """Read a timestamp of the exchange, in UTC without a zone; None if it is none."""
    if not stamp or len(stamp) > 100:
        return None
    try:
        found: datetime.datetime = parse_utc(stamp)
    except (ValueError, OverflowError, TypeError):
        return None
    return found


def _records(found: Any) -> list[dict[str, Any]]:
    return [record for record in found if isinstance(record, dict)] if found else []


def _named(record: dict[str, Any]) -> tuple[str, str] | None:
    course, assignment = record.get("course_id"), record.get("assignment_id")
    if not (isinstance(course, str) and isinstance(assignment, str)):
        return None
    return (course, assignment) if is_plain(course) and is_plain(assignment) else None


def _offer(record: dict[str, Any]) -> Offer | None:
    named = _named(record)
    notebooks = _records(record.get("notebooks"))
    names = tuple(n["notebook_id"] for n in notebooks if isinstance(n.get("notebook_id"), str))
    return Offer(*named, _readable(record.get("path")), names) if named else None


def _sent(record: dict[str, Any]) -> Sent | None:
    named, stamp = _named(record), record.get("timestamp")
    if isinstance(stamp, datetime.datetime):
        stamp = str(stamp)
    if named is None or not isinstance(stamp, str) or not is_plain(stamp):
        return None
    notebooks = tuple(
        SentNotebook(n["notebook_id"], bool(n.get("has_exchange_feedback")), _updated(n))
        for n in _records(record.get("notebooks"))
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
