"""From results to a report: the run log says what happened, the gradebook what it counts."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from autograder import __version__
from autograder.grading.pipeline import Graded, Pipeline
from autograder.log import NotebookOutcome, Status
from autograder.reports import (
    GradeReport,
    ReportNotebook,
    ReportQuestion,
    ReportRow,
    questions_of,
)

if TYPE_CHECKING:
    from autograder.gradebook.score import CellScore, Score

__all__ = ["grade_report"]


def grade_report(
    pipeline: Pipeline, results: Sequence[Graded], started: datetime.datetime, isolation: str
) -> GradeReport:
    """Report on `results`, sorted by assignment and student.

    Parameters
    ----------
    pipeline : Pipeline
        That made them.
    results : sequence of Graded
    started : datetime
        When the run began.
    isolation : str
        Under which submissions ran.
    """
    stale = {(s.newest.assignment, s.newest.student) for s in pipeline.run_log.stale()}
    scores = {name: pipeline.grader(name).scores() for name in {g.assignment for g in results}}
    ordered = sorted(results, key=lambda graded: (graded.assignment, graded.student))
    return GradeReport(
        course=pipeline.course.course_id,
        isolation=isolation,
        started=started.isoformat(timespec="seconds"),
        finished=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        version=__version__,
        rows=tuple(
            _row(
                graded,
                scores[graded.assignment].get(graded.student),
                (graded.assignment, graded.student) in stale,
            )
            for graded in ordered
        ),
    )


def _row(graded: Graded, score: Score | None, stale: bool) -> ReportRow:
    outcome = graded.outcome
    scored = outcome.status in (Status.GRADED, Status.FAILED)
    if score is not None and not scored:
        # An earlier grade, nbgrader's own included, is no grade of this submission.
        stale = stale or any(c.auto is not None or c.manual is not None for c in score.cells)
        score = score if stale else None
    row = ReportRow(
        student=graded.student,
        assignment=graded.assignment,
        status=outcome.status,
        code=outcome.code,
        reason=outcome.reason,
        stale=stale and score is not None,
        skipped=graded.unchanged,
        timestamp=graded.timestamp.isoformat() if graded.timestamp else None,
        seconds=outcome.seconds,
        cpu_seconds=outcome.cpu_seconds,
        isolation=outcome.isolation,
        notes=outcome.notes,
        notebooks=tuple(_notebooks(outcome.notebooks, score.cells if score else ())),
    )
    return row if score is None else _scored(row, score)


def _scored(row: ReportRow, score: Score) -> ReportRow:
    return dataclasses.replace(
        row,
        score=score.final,
        max_score=score.max_score,
        raw_score=score.raw,
        auto_score=score.auto,
        manual_score=score.manual,
        late_penalty=score.penalty,
        needs_manual_grade=score.needs_manual_grade,
        duedate=score.duedate.isoformat() if score.duedate else None,
        first_name=score.first_name,
        last_name=score.last_name,
        email=score.email,
    )


def _notebooks(
    outcomes: Sequence[NotebookOutcome], cells: Sequence[CellScore]
) -> Iterable[ReportNotebook]:
    """Report each notebook, with its plain test cells beside its checks, in the cells' order."""
    by_notebook: dict[str, list[CellScore]] = {}
    for cell in cells:
        by_notebook.setdefault(cell.notebook, []).append(cell)
    for outcome in outcomes:
        checks = {q.grade_id: q for q in questions_of(outcome.questions)}
        mine = by_notebook.get(outcome.name, [])
        questions = tuple(_questions(mine, checks)) or tuple(checks.values())
        yield ReportNotebook(
            outcome.name, outcome.status, outcome.code, outcome.reason, outcome.cell, questions
        )


def _questions(
    cells: Sequence[CellScore], checks: Mapping[str, ReportQuestion]
) -> Iterable[ReportQuestion]:
    for cell in cells:
        if cell.grade_id in checks:
            yield checks[cell.grade_id]
        elif cell.auto is not None:
            state = "passed" if cell.auto >= cell.max_score else "partial"
            if cell.auto <= 0 < cell.max_score:
                state = "failed"
            yield ReportQuestion(cell.grade_id, cell.auto, cell.max_score, state)
