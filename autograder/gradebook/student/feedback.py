"""The feedback that a student has fetched: reports, pages and scores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from autograder.gradebook.errors import NoFeedbackError
from autograder.gradebook.package import printable
from autograder.gradebook.student.fetched import (
    SUFFIX,
    FetchedPage,
    page_bytes,
    page_names,
    read_page,
)
from autograder.gradebook.student.names import is_plain
from autograder.gradebook.student.reports import PageReport

__all__ = ["Feedback", "feedback_page", "read_feedback", "score_of"]


class FeedbackDesk(Protocol):
    """What is asked of a student's desk: where fetched feedback lies."""

    def feedback_folder(self, course: str, assignment: str, submission: str) -> Path:
        """``<assignment folder>/feedback/<timestamp>``, whether or not it is there."""
        ...


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the fetched pages of one submission say.

    Parameters
    ----------
    submission : str
        Its timestamp, as the exchange writes it.
    reports : tuple of PageReport
        One a notebook whose page carries one.
    pages : tuple of str
        Notebooks that have a page, with or without a report.
    problems : tuple of str
        Why a page carries none; one line each.
    earlier : tuple of PageReport
        Of the newest submission before this one whose feedback was fetched.
    """

    submission: str
    reports: tuple[PageReport, ...]
    pages: tuple[str, ...]
    problems: tuple[str, ...]
    earlier: tuple[PageReport, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON data, as ``openapi.yaml`` describes it."""
        return {
            "submission": self.submission,
            "reports": [report.to_json() for report in self.reports],
            "pages": list(self.pages),
            "problems": list(self.problems),
            "earlier": [report.to_json() for report in self.earlier],
        }


def read_feedback(desk: FeedbackDesk, course: str, assignment: str, submission: str) -> Feedback:
    """Read what the fetched pages of a submission say, and those of the one before it.

    Raises
    ------
    NoFeedbackError
        If none was fetched.
    """
    folder = _folder(desk, course, assignment, submission)
    pages = _pages(folder)
    if not pages:
        raise _nothing(f"submission {printable(submission)!r} of {printable(assignment)!r}")
    return Feedback(
        submission,
        _reports(pages),
        tuple(page.notebook for page in pages),
        tuple(page.problem for page in pages if page.problem),
        next(filter(None, map(_reports, _earlier(folder))), ()),
    )


def feedback_page(
    desk: FeedbackDesk, course: str, assignment: str, submission: str, notebook: str
) -> str:
    """Return the HTML of a page, which nobody has vouched for: show it where nothing can run.

    Raises
    ------
    NoFeedbackError
        If none was fetched.
    DamagedPageError
        If it cannot be read or is too large.
    """
    folder = _folder(desk, course, assignment, submission)
    _check_name(notebook)
    return page_bytes(folder / f"{notebook}{SUFFIX}").decode("utf-8", errors="replace")


def score_of(
    desk: FeedbackDesk, course: str, assignment: str, submission: str
) -> tuple[float, float] | None:
    """Return the final score and the most that could be had, in points, over all notebooks.

    Returns
    -------
    tuple of float, or None
        None if no feedback was fetched, or a page does not tell: a part is no score.
    """
    try:
        pages = _pages(_folder(desk, course, assignment, submission))
    except NoFeedbackError:
        return None
    scores = [(page.report.scores.final, page.report.scores.max) for page in pages if page.report]
    known = [(final, most) for final, most in scores if final is not None and most is not None]
    if not pages or len(known) < len(pages):
        return None
    return sum(final for final, _ in known), sum(most for _, most in known)


def _folder(desk: FeedbackDesk, course: str, assignment: str, submission: str) -> Path:
    for name in (course, assignment, submission):
        _check_name(name)
    return desk.feedback_folder(course, assignment, submission)


def _check_name(name: str) -> None:
    """Refuse what is not the name of one thing in a folder."""
    if not is_plain(name) or not is_plain(f"{name}{SUFFIX}"):
        raise _nothing(printable(name))


def _nothing(what: str) -> NoFeedbackError:
    return NoFeedbackError(
        f"No feedback on {what} was fetched. Fetch it: it is there once your instructor has "
        "released it."
    )


def _pages(folder: Path) -> list[FetchedPage]:
    return [read_page(folder / f"{name}{SUFFIX}") for name in page_names(folder)]


def _reports(pages: list[FetchedPage]) -> tuple[PageReport, ...]:
    return tuple(page.report for page in pages if page.report is not None)


def _earlier(folder: Path) -> Iterator[list[FetchedPage]]:
    """Yield the pages of earlier submissions, the newest first; their names sort by time."""
    try:
        names = [entry.name for entry in os.scandir(folder.parent) if entry.name < folder.name]
    except OSError:
        return
    for name in sorted(names, reverse=True):
        yield _pages(folder.parent / name)
