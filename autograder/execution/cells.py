"""Cells of a notebook: what they are, and how a verdict is written into one."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.checks import report
from autograder.log import QuestionOutcome

__all__ = ["grade_id_of", "is_graded_code", "verdict_outputs"]


def grade_id_of(cell: NotebookNode) -> str:
    """Return a cell's grade id; empty if it has none."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def is_graded_code(cell: NotebookNode) -> bool:
    """Whether nbgrader scores a cell by its outputs."""
    metadata = cell.metadata.get("nbgrader", {})
    return bool(cell.cell_type == "code" and metadata.get("grade") and not metadata.get("solution"))


def verdict_outputs(outcome: QuestionOutcome) -> list[NotebookNode]:
    """Return a verdict as the outputs by which nbgrader scores the cell.

    The report as display data, then the points as a float result, or an error when nothing is
    earned.
    """
    bundle = report.mime_bundle(
        {
            "schema": report.SCHEMA,
            "question": outcome.grade_id,
            "title": outcome.title,
            "state": outcome.state,
            "points": outcome.points,
            "max_points": outcome.max_points,
            "findings": [report.public_finding(finding) for finding in outcome.findings],
            "hidden_remaining": 0,
        }
    )
    shown = new_output("display_data", data=bundle)
    if outcome.points > 0 or outcome.max_points == 0:
        return [shown, new_output("execute_result", data={"text/plain": repr(outcome.points)})]
    text = f"{outcome.state}: 0 of {outcome.max_points:g} points"
    return [shown, new_output("error", ename="QuestionFailed", evalue=text, traceback=[text])]
