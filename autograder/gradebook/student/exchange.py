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

from autograder.errors import ClassroomError
from autograder.gradebook.course import CourseParent
from autograder.gradebook.errors import TransferError
from autograder.gradebook.package import PackageLimits, inspect_package, printable
from autograder.gradebook.student.errors import NotConnectedError
from autograder.gradebook.student.records import Offer, Sent, as_offer, as_sent, records_in

__all__ = ["Exchange"]

# A release is bounded by the course; only its links are looked for.
LIMITS = PackageLimits(file=1 << 40, package=1 << 40)
Log = logging.Logger | logging.LoggerAdapter[Any]


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
        found = [as_offer(record) for record in records]
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
            for entry in records_in(record.get("submissions", [record]))
            if (sent := as_sent({**record, **entry})) is not None
        ]
        return sorted(found, key=lambda s: (s.time or datetime.datetime.min, s.id), reverse=True)

    def fetch(self, course: str, assignment: str, folder: Path) -> Path:
        """Fetch a release into `folder`, which holds nothing yet; return where it is.

        Raises
        ------
        TransferError
        """
        self._refuse_links(course, assignment)
        with self._told(f"{assignment} was not fetched"):
            self._start(self._factory.FetchAssignment, course, assignment, folder)
        fetched = folder / self.below(course, assignment)
        if fetched.is_symlink() or not fetched.is_dir():
            raise TransferError(f"{assignment} was not fetched: the exchange brought no folder.")
        return fetched

    def _refuse_links(self, course: str, assignment: str) -> None:
        """Refuse a release that holds links, where the exchange shows it.

        nbgrader copies what they lead to. Where anybody may begin a course in the exchange, that
        could be a file that only the student can read, and that they would hand in to them.
        """
        for offer in self.offers():
            if offer.path is None or (offer.course, offer.assignment) != (course, assignment):
                continue
            for problem in inspect_package(offer.path, LIMITS):
                if problem.code == "symbolic-link":
                    what = problem.message.partition(";")[0]
                    raise TransferError(
                        f"{assignment} was not fetched: what the exchange offers is no release. "
                        f"{what}. Ask your instructor."
                    )

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
            return records_in(lister.start())

    def _start(self, make: Callable[..., Any], course: str, assignment: str, folder: Path) -> Any:
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
            root = self._root()
            if root.is_missing and root.is_default:
                raise NotConnectedError(root.place) from error
            raise TransferError(f"{what}: {_explain(error, root)}") from error
        except Exception as error:
            # A plug-in is not ours: whatever it raises is told, and the log has where.
            self._log.warning("%s", what, exc_info=True)
            raise TransferError(f"{what}: {type(error).__name__}: {error}") from error

    def _root(self) -> _Root:
        try:
            lister = self._make(self._factory.List)
            place = str(getattr(lister, "root", ""))
            return _Root(place, place == lister.trait_defaults().get("root"))
        except Exception:
            # Asked while another error is being told, which counts; this one would hide it.
            return _Root()


@dataclass(frozen=True, slots=True)
class _Root:
    """The folder of an exchange that is one, as nbgrader's is; else empty."""

    place: str = ""
    is_default: bool = False

    @property
    def is_missing(self) -> bool:
        return os.path.isabs(self.place) and not os.path.isdir(self.place)


def _explain(error: Exception, root: _Root) -> str:
    if root.is_missing:
        return (
            f"there is no exchange at {root.place} that you can reach. Ask your instructor where "
            "it is, and set c.Exchange.root in nbgrader_config.py."
        )
    text = printable(str(error), 1000).rstrip(".")
    return f"{text}." if "instructor" in text else f"{text}. Ask your instructor to mend that."
