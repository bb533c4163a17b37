"""Collect submissions from the exchange, looking at each before an earlier one is replaced."""

from __future__ import annotations

import datetime
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc
from traitlets import Any as AnyTrait
from traitlets import List

from autograder.gradebook.copying import copy_package
from autograder.gradebook.course import Course
from autograder.gradebook.errors import TransferError
from autograder.gradebook.package import PackageLimits, RefusedPackageError, printable
from autograder.log import Outcome, RunLog, Status, Submission

__all__ = ["ClassroomCollect", "Collected", "collect_assignment"]

KILOBYTE = 1000
"""Unit of nbgrader's limits."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of one student's newest submission.

    Parameters
    ----------
    student : str
    state : str
        ``new``, ``updated``, ``kept`` (the earlier copy stands), ``refused`` or ``error``.
    reason : str
        One line; empty for ``new`` and ``updated``.
    code : str
        Of a refusal: see :class:`autograder.gradebook.package.Problem`.
    """

    student: str
    state: str
    reason: str = ""
    code: str = ""


class ClassroomCollect(ExchangeCollect):
    """nbgrader's collect, for folders that may be hostile.

    A submission is judged and copied without following a link, and takes the place of an earlier
    one only when it is whole. One that is refused is noted in the run log; the rest goes on.
    """

    collected: Any = List(AnyTrait(), help="What became of each student's newest submission.")

    def _path_to_record(self, path: str) -> dict[str, Any]:
        # Students name these folders, and one bad name must not end the batch.
        name = os.path.basename(path)
        try:
            username, assignment, stamp, *_ = name.rsplit("+", 3 if name.count("+") > 2 else 2)
            timestamp = parse_utc(stamp)
        except (ValueError, OverflowError):
            username, timestamp = "", datetime.datetime.min
        else:
            if username.startswith(".") or assignment != self.coursedir.assignment_id:
                username = ""
        return {"username": username, "filename": name, "timestamp": timestamp}

    def init_src(self) -> None:
        """Find each student's newest submission."""
        super().init_src()
        found: list[dict[str, Any]] = self.src_records
        for record in found:
            if not record["username"]:
                self.log.warning(
                    "Ignoring %s: no name of a submission.", printable(record["filename"])
                )
        self.src_records: Any = [record for record in found if record["username"]]

    def copy_files(self) -> None:
        """Copy what is new; what is refused or cannot be read leaves the earlier copy alone."""
        if not self.src_records:
            self.log.warning(
                "No submissions of '%s' for course '%s' to collect",
                self.coursedir.assignment_id,
                self.coursedir.course_id,
            )
        self.collected = [
            self._collect(record)
            for record in sorted(self.src_records, key=lambda record: str(record["username"]))
        ]

    def _collect(self, record: dict[str, Any]) -> Collected:
        student = record["username"]
        source = Path(self.inbound_path, record["filename"])
        target = Path(
            os.path.normpath(
                self.coursedir.format_path(
                    self.coursedir.submitted_directory, student, self.coursedir.assignment_id
                )
            )
        )
        earlier = target.is_dir()
        if earlier and not self._replaces(record["timestamp"], target):
            return Collected(student, "kept", "no newer submission" if self.update else "collected")
        self._check_owner(student, source)
        try:
            copy_package(
                source,
                target,
                PackageLimits(
                    file=KILOBYTE * self.coursedir.max_file_size,
                    package=KILOBYTE * self.coursedir.max_dir_size,
                ),
                ignore=self.coursedir.ignore,
                include=self.coursedir.include,
                replace=True,
            )
        except RefusedPackageError as refusal:
            self._record(record, refusal)
            self.log.warning("%s: refused: %s", student, refusal)
            return Collected(student, "refused", str(refusal), refusal.code)
        except OSError as error:
            self.log.error("%s: not collected: %s", student, error)
            return Collected(student, "error", f"could not be copied: {error}")
        self._share(target)
        self.log.info("Collected: %s %s", student, self.coursedir.assignment_id)
        return Collected(student, "updated" if earlier else "new")

    def _replaces(self, timestamp: datetime.datetime, target: Path) -> bool:
        existing = _timestamp(target)
        if self.update and (existing is None or timestamp > existing):
            return True
        return bool(self.before_duedate and existing != timestamp)

    def _check_owner(self, student: str, source: Path) -> None:
        if not self.check_owner:
            return
        import pwd

        try:
            owner = pwd.getpwuid(source.lstat().st_uid).pw_name
        except (KeyError, OSError):
            owner = "unknown id"
        if student != owner:
            self.log.warning(
                "%s claims to be submitted by %s but is owned by %s; cheating attempt? "
                "You may disable this warning by unsetting the option ExchangeCollect.check_owner",
                source,
                student,
                owner,
            )

    def _share(self, target: Path) -> None:
        if not self.coursedir.groupshared:
            return
        for folder, _, files in os.walk(target):
            os.chmod(folder, os.stat(folder).st_mode & 0o2777 | 0o2770)
            for name in files:
                path = os.path.join(folder, name)
                os.chmod(path, os.stat(path).st_mode & 0o777 | 0o660)

    def _record(self, record: dict[str, Any], refusal: RefusedPackageError) -> None:
        digest = hashlib.sha256(os.fsencode(record["filename"])).hexdigest()
        assignment, student = self.coursedir.assignment_id, record["username"]
        submission = Submission(
            key=f"refused-{digest}",
            assignment=assignment,
            student=student,
            submission_hash=digest,
            timestamp=record["timestamp"].isoformat() + "+00:00",
        )
        outcome = Outcome(Status.REFUSED, code=refusal.code, reason=str(refusal))
        with RunLog.open(Path(self.coursedir.root)) as log:
            # The exchange keeps what was refused: it is noted once, not at each collect.
            if all(a.key != submission.key for a in log.attempts(assignment, student)):
                log.record(submission, outcome)


def _timestamp(folder: Path) -> datetime.datetime | None:
    """When the submission in `folder` was made; a student may have written anything there."""
    try:
        with open(folder / "timestamp.txt", encoding="utf-8") as file:
            found: datetime.datetime = parse_utc(file.read(200).strip())
    except (OSError, ValueError, OverflowError):
        return None
    return found


def collect_assignment(
    course: Course, name: str, *, update: bool | None = None, before_duedate: bool | None = None
) -> list[Collected]:
    """Collect the submissions of an assignment from the course's exchange.

    Parameters
    ----------
    course : Course
    name : str
    update, before_duedate : bool or None
        As nbgrader's ``--update`` and ``--before-duedate``; ``None`` is as configured.

    Returns
    -------
    list of Collected
        By student. Empty if the exchange is not nbgrader's own kind, which does not say.

    Raises
    ------
    TransferError
        If the exchange cannot be read.
    """
    collect = course.exchange.Collect(
        coursedir=course.directory_for(name),
        authenticator=course.authenticator,
        parent=course.parent,
    )
    if type(collect) is ExchangeCollect:
        collect = ClassroomCollect(
            coursedir=course.directory_for(name),
            authenticator=course.authenticator,
            parent=course.parent,
        )
    if update is not None:
        collect.update = update
    if before_duedate is not None:
        collect.before_duedate = before_duedate
    try:
        collect.start()
    except (ExchangeError, OSError) as error:
        raise TransferError(f"{name} was not collected: {error}") from error
    return list(getattr(collect, "collected", []))
