"""The report on one notebook, as its feedback page shows and carries it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, SubmittedNotebook
from nbgrader.utils import is_grade, is_solution, is_task

from autograder.course import load_assignment
from autograder.errors import ClassroomError
from autograder.log import Attempt, NotebookOutcome, RunLog, Status

__all__ = ["SCHEMA", "SCRIPT_ID", "notebook_report", "script"]

SCHEMA = 1
SCRIPT_ID = "llm-classroom-report"


def notebook_report(
    notebook: NotebookNode,
    gradebook: Gradebook,
    root: Path,
    *,
    assignment: str,
    student: str,
    name: str,
) -> dict[str, Any]:
    """Gather what is known about a graded notebook, as JSON data.

    Parameters
    ----------
    notebook : NotebookNode
        The autograded notebook, after the feedback policy: a check's cell holds its report.
    gradebook : Gradebook
    root : Path
        The course folder, where the run log is.
    assignment, student, name : str
        `name` is the notebook's, without ``.ipynb``.

    Returns
    -------
    dict
        As ``docs/nbgrader.md`` describes.

    Raises
    ------
    nbgrader.api.MissingEntry
        If the gradebook has no such submission.
    """
    entry = gradebook.find_submission_notebook(name, assignment, student)
    grades = {str(grade.name): grade for grade in entry.grades}
    comments = {str(comment.name): comment.comment or "" for comment in entry.comments}
    questions = [
        _question(cell, grades[cell.metadata.nbgrader.grade_id], comments)
        for cell in notebook.cells
        if _is_graded(cell) and cell.metadata.nbgrader.grade_id in grades
    ]
    shown, number, newer = _attempts(root, assignment, student)
    return {
        "schema": SCHEMA,
        "course": str(gradebook.course_id),
        "assignment": assignment,
        "title": _title(root, assignment),
        "notebook": name,
        "student": student,
        **_outcome(shown, name),
        "attempt": number,
        "newer": _newer(newer),
        "times": {
            "submitted": _iso(entry.assignment.timestamp),
            "due": _iso(entry.assignment.duedate),
            "graded": _iso(shown.finished) if shown else None,
        },
        "late_seconds": float(entry.assignment.total_seconds_late),
        "scores": _scores(entry),
        "needs_manual_grade": bool(entry.needs_manual_grade),
        "questions": questions,
        "comments": [
            {"grade_id": grade_id, "text": text} for grade_id, text in comments.items() if text
        ],
    }


def script(report: Mapping[str, Any]) -> str:
    """Embed `report` in HTML: an element that no text in it can close."""
    text = json.dumps(report, ensure_ascii=True, allow_nan=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="{SCRIPT_ID}">{text}</script>'


def _title(root: Path, assignment: str) -> str:
    """Look up what the author calls an assignment; its name where nobody says."""
    folder = root / "grading" / assignment
    try:
        return load_assignment(folder).title
    except ClassroomError:
        # An ordinary course has no such file, and a mistake in it is told when grading.
        return assignment


def _is_graded(cell: NotebookNode) -> bool:
    return bool(is_grade(cell) or is_task(cell))


def _question(cell: NotebookNode, grade: Any, comments: Mapping[str, str]) -> dict[str, Any]:
    grade_id = str(cell.metadata.nbgrader.grade_id)
    report = cell.metadata.get("llm_classroom", {}).get("report") or {}
    score, maximum = float(grade.score or 0), float(grade.max_score or 0)
    ungraded = grade.auto_score is None and grade.manual_score is None
    return {
        "grade_id": grade_id,
        "kind": "task" if is_task(cell) else "answer" if is_solution(cell) else "tests",
        "title": str(report.get("title") or ""),
        "state": _state(score, maximum, ungraded, report),
        "score": None if ungraded else score,
        "max_score": maximum,
        "automatic": grade.auto_score,
        "manual": grade.manual_score,
        "extra_credit": grade.extra_credit,
        "needs_manual_grade": bool(grade.needs_manual_grade),
        "comment": comments.get(grade_id, ""),
        "findings": [_for_students(finding) for finding in report.get("findings", [])],
    }


def _state(score: float, maximum: float, ungraded: bool, report: Mapping[str, Any]) -> str:
    if ungraded:
        return "not graded yet"
    if report.get("state") == "not attempted" and score == 0:
        return "not attempted"
    if score >= maximum:
        return "passed"
    return "partial" if score > 0 else "failed"


def _scores(entry: SubmittedNotebook) -> dict[str, float | None]:
    manual = [grade.manual_score for grade in entry.grades if grade.manual_score is not None]
    penalty = float(entry.late_submission_penalty or 0)
    return {
        "automatic": sum(float(grade.auto_score or 0) for grade in entry.grades),
        "manual": sum(manual) if manual else None,
        "extra_credit": sum(float(grade.extra_credit or 0) for grade in entry.grades),
        "late_penalty": penalty,
        "final": max(0.0, float(entry.score or 0) - penalty),
        "max": float(entry.max_score or 0),
    }


def _attempts(
    root: Path, assignment: str, student: str
) -> tuple[Attempt | None, int | None, Attempt | None]:
    """Find the attempt that the gradebook shows, its number, and a newer one without a score."""
    if not (root / ".llm-classroom" / "log.db").is_file():
        return None, None, None
    with RunLog.open(root) as log:
        shown = log.projected(assignment, student)
        latest = log.latest(assignment, student)
        attempts = log.attempts(assignment, student)
    if shown is None or latest is None:
        return shown, None, None
    number = sum(attempt.id <= shown.id for attempt in attempts)
    without_score = latest.status in (Status.REFUSED, Status.UNGRADED)
    return shown, number, latest if latest.id > shown.id and without_score else None


def _outcome(attempt: Attempt | None, name: str) -> dict[str, Any]:
    if attempt is None:
        return {"status": "graded", "code": "", "reason": "", "cell": None, "notes": []}
    outcome = attempt.outcome
    found: NotebookOutcome | None = next((n for n in outcome.notebooks if n.name == name), None)
    return {
        "status": str(found.status if found else outcome.status),
        "code": found.code if found else outcome.code,
        "reason": found.reason if found else outcome.reason,
        "cell": found.cell if found else None,
        "notes": list(outcome.notes),
        "isolation": outcome.isolation,
        "seed": outcome.seed,
    }


def _newer(attempt: Attempt | None) -> dict[str, Any] | None:
    if attempt is None:
        return None
    return {
        "status": str(attempt.status),
        "reason": attempt.outcome.reason,
        "submitted": attempt.submission.timestamp,
    }


def _iso(time: datetime.datetime | None) -> str | None:
    if time is None:
        return None
    # nbgrader keeps times in UTC, without a zone.
    zoned = time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
    return zoned.astimezone(datetime.UTC).isoformat(timespec="seconds")


def _for_students(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding without what a hidden one measured: numbers could tell hidden inputs."""
    if not finding.get("hidden"):
        return finding
    return {**finding, "measured": None, "wanted": "", "unit": ""}
