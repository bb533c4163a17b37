"""A student's desk: who they are, where their files lie, and the exchange that they use."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from nbgrader.utils import get_username
from traitlets.config import Config

from autograder.errors import UsageError
from autograder.gradebook.course import CourseParent
from autograder.gradebook.errors import TransferError
from autograder.gradebook.student.exchange import Exchange
from autograder.gradebook.student.memory import Memory
from autograder.gradebook.student.names import check_names, is_plain

__all__ = ["Desk", "open_desk"]

Log = logging.Logger | logging.LoggerAdapter[Any]
PRIVATE = 0o700


class Desk:
    """A student's desk.

    nbgrader's classes are not made for threads: every function on a desk says whether it reads
    or changes, and waits for its turn.

    Parameters
    ----------
    config : Config
        nbgrader's, as :func:`autograder.gradebook.config_files.read_config` reads it.
    log : Logger
    folder : Path
        What the student's server shows.
    data : Path
        The student's own folder for what the classroom remembers; made when it is needed.
    student : str
        Their name in the exchange.
    """

    def __init__(self, config: Config, log: Log, *, folder: Path, data: Path, student: str) -> None:
        self.log = log
        self.folder = Path(os.path.abspath(folder))
        self.data = Path(os.path.abspath(data))
        self.student = student
        self.memory = Memory()
        self._config = config
        self._lock = threading.RLock()

    @cached_property
    def exchange(self) -> Exchange:
        """The exchange, as the configuration names it.

        Raises
        ------
        TransferError
            If the configuration names a plug-in that cannot be had.
        """
        parent = CourseParent(config=self._config, log=_relay(self.log))
        return Exchange(parent, self.student, nowhere=self.data / "not-fetched", log=self.log)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let no other thread ask the exchange meanwhile."""
        with self._lock:
            yield

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Let nobody else change this student's files meanwhile, here or in another process.

        Raises
        ------
        TransferError
            If the student's own folder cannot be written.
        """
        with self._lock, self._file() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _file(self) -> IO[bytes]:
        try:
            self.make_data()
            return open(self.data / "lock", "ab")
        except OSError as error:
            raise TransferError(
                f"{self.data} cannot be written ({error.strerror}). Make room, or give yourself "
                "the permission to write there."
            ) from error

    def make_data(self) -> Path:
        """Make the folder for what the classroom remembers, for the student alone.

        Raises
        ------
        OSError
            If it cannot be made.
        """
        self.data.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        return self.data

    @property
    def place(self) -> Path:
        """The folder that holds what is fetched: ``Exchange.assignment_dir``.

        Raises
        ------
        UsageError
            If it leads out of the folder that is shown.
        """
        place = Path(os.path.normpath(self.folder / self.exchange.assignment_dir))
        if not place.is_relative_to(self.folder):
            raise UsageError(
                f"c.Exchange.assignment_dir = {self.exchange.assignment_dir!r} in "
                f"nbgrader_config.py leads out of {self.folder}, which JupyterLab shows. "
                "Name a folder in it."
            )
        return place

    def assignment_folder(self, course: str, assignment: str) -> Path:
        """Where an assignment is, or would be, fetched.

        Raises
        ------
        UnknownAssignmentError
            If there can be none of that name.
        """
        check_names(course, assignment)
        return self.place / self.exchange.below(course, assignment)

    def released_folder(self, course: str, assignment: str) -> Path:
        """Where the pristine copy of a fetched release is kept."""
        check_names(course, assignment)
        return self.data / "released" / course / assignment

    def feedback_folder(self, course: str, assignment: str, submission: str) -> Path:
        """Where the fetched feedback of a submission lies, or would lie."""
        if not is_plain(submission):
            raise UsageError("A submission is named by its time, as the history shows it.")
        return self.assignment_folder(course, assignment) / "feedback" / submission


def open_desk(config: Config, log: Log, *, folder: Path, data: Path, student: str = "") -> Desk:
    """Open the desk of a student.

    Parameters
    ----------
    config : Config
    log : Logger
        What nbgrader's parts say goes there as debugging output.
    folder : Path
        What the student's server shows; ``Exchange.assignment_dir`` is relative to it.
    data : Path
        The student's own folder for what the classroom remembers.
    student : str
        By default ``CourseDirectory.student_id``, else the name that nbgrader finds.

    Raises
    ------
    UsageError
        If the account has no name.
    """
    configured = str(config.CourseDirectory.get("student_id", "")).strip()
    student = student or ("" if configured == "*" else configured)
    try:
        student = student or get_username()
    except KeyError as error:
        raise UsageError(
            f"The account {os.getuid()} has no name on this machine. Set "
            "c.CourseDirectory.student_id in nbgrader_config.py."
        ) from error
    return Desk(config, log, folder=folder, data=data, student=student)


class _Demote(logging.Handler):
    """Hands on as debugging output: what matters of it is said by an error of ours."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.debug("nbgrader: %s", record.getMessage())


def _relay(log: Log) -> logging.Logger:
    relay = logging.Logger("llm-classroom.exchange")
    relay.addHandler(_Demote(log))
    return relay
