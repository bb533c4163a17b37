"""One grading run over a course: log, runner, pipeline, reports."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from autograder.errors import UsageError
from autograder.execution.sandbox import Level
from autograder.grading.isolation import AUTO, choose_level
from autograder.grading.lock import course_lock
from autograder.grading.pipeline import Graded, Pipeline
from autograder.grading.reporting import grade_report
from autograder.grading.settings import Settings
from autograder.grading.task import SubmissionTask
from autograder.log import RunLog, Status
from autograder.reports import GradeReport, write_report
from autograder.runners.local import LocalRunner

if TYPE_CHECKING:
    from autograder.gradebook.course import Course

__all__ = ["Display", "Summary", "grade_course"]


class Display(Protocol):
    """Shows progress while it is entered."""

    def update(self, graded: Graded) -> None:
        """Show one more submission."""
        ...


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run went.

    Parameters
    ----------
    graded, failed, refused, ungraded : int
        Submissions by status, unchanged ones included.
    unchanged : int
        Submissions that an earlier run had done.
    mean_percent : float or None
        Mean of score over maximum of the graded and failed; ``None`` without any.
    """

    graded: int
    failed: int
    refused: int
    ungraded: int
    unchanged: int
    mean_percent: float | None

    def describe(self) -> str:
        """Say how the run went in one line."""
        total = self.graded + self.failed + self.refused + self.ungraded
        mean = "" if self.mean_percent is None else f", mean {self.mean_percent:.1f} %"
        return (
            f"{total} submissions: {self.graded} graded, {self.failed} failed, "
            f"{self.refused} refused, {self.ungraded} ungraded "
            f"({self.unchanged} unchanged){mean}"
        )


def grade_course(
    course: Course,
    assignments: Sequence[str],
    settings: Settings,
    *,
    display: Callable[[int], AbstractContextManager[Display]],
    say: Callable[[str], None],
    reports: Sequence[tuple[str, Path]] = (),
    isolation: str = AUTO,
    must_find: bool = False,
) -> Summary:
    """Grade the submissions of `assignments` and write `reports`.

    Parameters
    ----------
    course : Course
    assignments : sequence of str
    settings : Settings
    display : callable
        Given the number of submissions, a context that shows progress.
    say : callable
        Prints a line.
    reports : sequence of (format, path)
    isolation : str
        A level, or ``auto`` for the strongest that this host gives; in each report is the level.
    must_find : bool
        Whether finding no submission is a mistake.

    Raises
    ------
    UsageError
        If nothing was submitted and `must_find`, another process grades in this course, or this
        host does not give the level of isolation.
    """
    started = datetime.datetime.now(datetime.UTC)
    level = choose_level(isolation)
    say(f"isolation: {level}" + (", trusted submissions only" if level is Level.NONE else ""))
    with (
        course_lock(course.root),
        RunLog.open(course.root) as run_log,
        contextlib.ExitStack() as stack,
    ):
        settings = dataclasses.replace(settings, isolation=level)
        runner = LocalRunner(SubmissionTask(), jobs=settings.jobs)
        pipeline = Pipeline(course, run_log, runner, settings)
        if finished := pipeline.finish_earlier_runs():
            say(f"Recorded {finished} submissions that an earlier run had left unrecorded.")
        found = pipeline.find(assignments)
        if not found and must_find:
            raise UsageError(_nothing(course, assignments))
        shown = stack.enter_context(display(len(found)))
        pipeline.observe = shown.update
        results = pipeline.run(found)
        stack.close()
        report = grade_report(pipeline, results, started, level)
    for format_name, path in reports:
        write_report(format_name, path, report)
        say(f"Wrote {path}.")
    summary = _summarize(report)
    say(summary.describe())
    return summary


def _nothing(course: Course, assignments: Sequence[str]) -> str:
    name = assignments[0]
    pattern = course.coursedir.format_path(
        course.coursedir.submitted_directory, course.coursedir.student_id, name
    )
    return (
        f"No notebooks were found in {pattern}. Collect submissions first: "
        f"llm-classroom collect {name}"
    )


def _summarize(report: GradeReport) -> Summary:
    scored = [row for row in report.rows if row.status in (Status.GRADED, Status.FAILED)]
    percents = [
        100 * row.score / row.max_score for row in scored if row.score is not None and row.max_score
    ]

    def count(status: Status) -> int:
        return sum(row.status is status for row in report.rows)

    return Summary(
        count(Status.GRADED),
        count(Status.FAILED),
        count(Status.REFUSED),
        count(Status.UNGRADED),
        sum(row.skipped for row in report.rows),
        sum(percents) / len(percents) if percents else None,
    )
