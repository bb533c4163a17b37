"""Give feedback: a page a notebook, released to whoever handed in through an exchange."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateFeedback
from nbgrader.exchange import ExchangeError

from autograder.gradebook.conversion import RemembersFailures, convert
from autograder.gradebook.course import Course
from autograder.gradebook.errors import ConversionError, TransferError
from autograder.gradebook.pages import (
    AttachReport,
    FeedbackExporter,
    FeedbackPolicy,
    SanitizeOutputs,
)
from autograder.gradebook.submissions import RECEIPT

__all__ = [
    "AttachReport",
    "Feedback",
    "FeedbackExporter",
    "FeedbackPolicy",
    "Page",
    "SanitizeOutputs",
    "give_feedback",
]


@dataclass(frozen=True, slots=True)
class Page:
    """A feedback page.

    Parameters
    ----------
    student, notebook : str
    path : Path
    released : bool
        Whether the student can fetch it.
    reason : str
        Why it was not released; one line.
    """

    student: str
    notebook: str
    path: Path
    released: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """The feedback of an assignment.

    Parameters
    ----------
    pages : tuple of Page
    failures : tuple of (str, str)
        Notebooks for which no page could be made, as paths, and why.
    """

    pages: tuple[Page, ...]
    failures: tuple[tuple[str, str], ...]


class _Generate(RemembersFailures, GenerateFeedback):  # type: ignore[misc]
    """``GenerateFeedback`` with our pages, whether or not the course is set up so.

    A page shows the gradebook, where a person may have changed a score since, so each is written
    anew.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.force = True
        configured: Any = self.exporter_class
        if not issubclass(configured, FeedbackExporter):
            self.exporter_class: Any = FeedbackExporter
        self.preprocessors = [FeedbackPolicy, AttachReport, SanitizeOutputs]


def give_feedback(course: Course, name: str, *, release: bool = True) -> Feedback:
    """Write the feedback pages of an assignment and release them.

    Parameters
    ----------
    course : Course
        Its ``CourseDirectory.student_id`` and ``notebook_id`` choose among the submissions.
    name : str
        Of the assignment.
    release : bool
        Whether pages are handed to the exchange.

    Raises
    ------
    ConversionError
        If nothing has been graded.
    TransferError
        If the exchange refuses.
    """
    if not _chosen(course, "autograded", name):
        raise ConversionError(
            f"Nothing of {name} has been graded yet. Run: llm-classroom grade {name}"
        )
    converter = _Generate(coursedir=course.directory_for(name), parent=course.parent)
    try:
        convert(converter)
    except ConversionError:
        # One bad notebook costs its own page only; the rest of the batch was written.
        if not converter.failures:
            raise
    failures = tuple(
        (str(path), f"{type(error).__name__}: {error}") for path, error in converter.failures
    )
    pages = [
        page
        for student, folder in _chosen(course, "feedback", name).items()
        for page in _pages(course, name, student, folder, release)
    ]
    return Feedback(tuple(pages), failures)


def _chosen(course: Course, step: str, name: str) -> dict[str, Path]:
    """Find the folders of the students whom the configuration chooses."""
    excluded = course.coursedir.student_id_exclude.split(",")
    return {
        student: folder
        for student, folder in course.folders(step, name).items()
        if fnmatch.fnmatchcase(student, course.coursedir.student_id) and student not in excluded
    }


def _pages(course: Course, name: str, student: str, folder: Path, release: bool) -> list[Page]:
    reason = _hindrance(course, folder) if release else "not asked for"
    if not reason:
        _transfer(course, name, student)
    wanted = course.coursedir.notebook_id
    return [
        Page(student, path.stem, path, not reason, reason)
        for path in sorted(folder.glob(f"{wanted}.html"))
    ]


def _hindrance(course: Course, folder: Path) -> str:
    if not course.course_id:
        return "the course has no id, so it has no exchange"
    missing = [file for file in RECEIPT if not (folder / file).is_file()]
    if missing:
        return f"it did not come through an exchange (there is no {missing[-1]})"
    return ""


def _transfer(course: Course, name: str, student: str) -> None:
    exchange = course.exchange.ReleaseFeedback(
        coursedir=course.directory_for(name, student=student),
        authenticator=course.authenticator,
        parent=course.parent,
    )
    try:
        exchange.start()
    except (ExchangeError, OSError) as error:
        raise TransferError(f"The feedback of {student} was not released: {error}") from error
