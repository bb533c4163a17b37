"""What a run says of each graded cell, read from the outputs that the student's code made."""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from autograder.checks.report import REPORT_MIME
from autograder.checks.text import clean

if TYPE_CHECKING:
    from autograder.gradebook.student import ReleasedCell

__all__ = ["CheckResult", "CheckedQuestion", "gather", "is_marked"]

MOST_FINDINGS = 500
TOLD = ("passed", "partial", "failed", "not attempted", "at grading")
"""What a report's state may be; one that says something else measured nothing."""


@dataclass(frozen=True, slots=True)
class CheckedQuestion:
    """What a run says of one graded cell.

    Parameters
    ----------
    grade_id : str
    state : str
        ``passed``, ``partial``, ``failed``, ``not attempted``, ``at grading`` or ``not run``.
    report : mapping or None
        The question's own, if it made one.
    message : str
        One line; may be empty.
    """

    grade_id: str
    state: str
    report: Mapping[str, Any] | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a run says of a notebook.

    Parameters
    ----------
    notebook : str
        Without ``.ipynb``.
    questions : tuple of CheckedQuestion
    error : str or None
        Why the run ended early, or what was stopped in it.
    """

    notebook: str
    questions: tuple[CheckedQuestion, ...]
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return JSON data: schema ``CheckResult``."""
        return {
            "notebook": self.notebook,
            "questions": [
                {
                    "grade_id": question.grade_id,
                    "state": question.state,
                    "report": None if question.report is None else dict(question.report),
                    "message": question.message,
                }
                for question in self.questions
            ],
            "error": self.error,
        }


def gather(
    cells: Sequence[NotebookNode], ran: Collection[int], released: Sequence[ReleasedCell]
) -> tuple[CheckedQuestion, ...]:
    """Tell of each graded cell, in the order of the release.

    Parameters
    ----------
    cells : sequence of NotebookNode
        After the run.
    ran : collection of int
        Indices of the cells that ran to their end.
    released : sequence of ReleasedCell
        As they were fetched; empty where that is not known, and then the notebook's own count.
    """
    # Of cells with one id the last counts, as at grading.
    mine = {str(_meta(c)["grade_id"]): i for i, c in enumerate(cells) if _is_graded(_meta(c))}
    order = [c.grade_id for c in released if c.graded] if released else list(mine)
    sources = {c.grade_id: c.source for c in released if c.locked and not c.solution}
    found = []
    for grade_id in dict.fromkeys(order):
        if grade_id not in mine:
            told = CheckedQuestion(
                grade_id, "not run", None, "Its cell is not in the notebook any more: restore it."
            )
        else:
            cell = cells[mine[grade_id]]
            told = _question(grade_id, cell, mine[grade_id] in ran)
            if not told.message and cell.source != sources.get(grade_id, cell.source):
                edited = "This cell was edited; grading runs it as it was released."
                told = CheckedQuestion(grade_id, told.state, told.report, edited)
        found.append(told)
    return tuple(found)


def is_marked(cell: NotebookNode) -> bool:
    """Whether nbgrader's metadata say that a cell is graded."""
    return _is_graded(_meta(cell))


def _meta(cell: NotebookNode) -> Mapping[str, Any]:
    meta = cell.metadata.get("nbgrader")
    return meta if isinstance(meta, Mapping) and meta.get("grade_id") else {}


def _is_graded(meta: Mapping[str, Any]) -> bool:
    return bool(meta.get("grade") or meta.get("task"))


def _question(grade_id: str, cell: NotebookNode, ran: bool) -> CheckedQuestion:
    meta = _meta(cell)
    if meta.get("solution") or meta.get("task"):
        return CheckedQuestion(grade_id, "at grading")  # by a person
    if cell.cell_type != "code":
        return CheckedQuestion(grade_id, "not run", None, "It is not a code cell: restore it.")
    if not ran:
        return CheckedQuestion(grade_id, "not run", None, "The run ended before this cell did.")
    error = next((o for o in reversed(cell.outputs) if o.output_type == "error"), None)
    message = "" if error is None else clean(f"{error.ename}: {error.evalue}".rstrip(": "))
    report = _report(cell.outputs)
    if report is None:
        return CheckedQuestion(grade_id, _plain(cell, error), None, message)
    state = report["state"] if report["state"] in TOLD else "not run"
    if error is not None and state in ("passed", "partial", "at grading"):
        # What raised after the report counts at grading too, unless the check itself told why.
        state = state if error.ename == "QuestionFailed" else "failed"
    if error is not None and error.ename == "QuestionFailed":
        message = ""  # the report says it better
    return CheckedQuestion(grade_id, state, report, message)


def _plain(cell: NotebookNode, error: NotebookNode | None) -> str:
    """State of a test cell without a report, by what nbgrader makes of its outputs."""
    if error is not None:
        return "not attempted" if error.ename == "NotImplementedError" else "failed"
    if _is_blank(cell.source):
        return "at grading"  # all of it is hidden
    # Not at the top: a server that starts would wait for what the run log needs.
    from autograder.execution.cells import score_of

    points = _meta(cell).get("points")
    most = float(points) if isinstance(points, int | float) and points > 0 else 1.0
    score = score_of(cell.outputs, most)
    return "passed" if score >= most else "partial" if score > 0 else "failed"


def _is_blank(source: str) -> bool:
    try:
        return not ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _is_json(report: Mapping[str, Any]) -> bool:
    """Whether a browser can read it: Python's parser takes NaN and Infinity, which are no JSON."""
    try:
        json.dumps(report, allow_nan=False)
    except (ValueError, RecursionError):
        return False
    return True


def _report(outputs: Sequence[NotebookNode]) -> dict[str, Any] | None:
    """The last report among outputs that has the shape of one, and can be answered as JSON."""
    for output in reversed(outputs):
        data = output.get("data")
        report = data.get(REPORT_MIME) if isinstance(data, Mapping) else None
        if (
            isinstance(report, Mapping)
            and all(isinstance(report.get(key), str) for key in ("question", "title", "state"))
            and isinstance(findings := report.get("findings"), list)
            and len(findings) <= MOST_FINDINGS
            and all(isinstance(finding, Mapping) for finding in findings)
            and _is_json(report)
        ):
            return dict(report)
    return None
