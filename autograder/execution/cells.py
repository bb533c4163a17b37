"""Cells of a notebook: what they are, and how a verdict is written into one."""

from __future__ import annotations

from collections.abc import Iterable

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.checks import report
from autograder.checks.rules import Cell, Role
from autograder.log import QuestionOutcome

__all__ = [
    "INJECTED",
    "code_cells",
    "grade_id_of",
    "is_graded_code",
    "score_of",
    "verdict_outputs",
]

INJECTED = "injected-parameters"
"""papermill's tag for the cell that it puts in."""


def grade_id_of(cell: NotebookNode) -> str:
    """Return a cell's grade id; empty if it has none."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def is_graded_code(cell: NotebookNode) -> bool:
    """Whether nbgrader scores a cell by its outputs."""
    metadata = cell.metadata.get("nbgrader", {})
    return bool(cell.cell_type == "code" and metadata.get("grade") and not metadata.get("solution"))


def code_cells(cells: Iterable[NotebookNode]) -> list[tuple[str, Cell]]:
    """Return the code cells of a sanitized notebook, each with its grade id, for its rules.

    A cell without a grade id is no cell of the assignment, whatever else its metadata say.
    """
    found = []
    number = 0
    for cell in cells:
        injected = INJECTED in cell.metadata.get("tags", [])
        number += not injected
        if cell.cell_type == "code":
            role = Role.GIVEN if injected else _role(cell)
            found.append((grade_id_of(cell), Cell(cell.source, role, number)))
    return found


def _role(cell: NotebookNode) -> Role:
    metadata = cell.metadata.get("nbgrader", {})
    if not grade_id_of(cell):
        return Role.OTHER
    if metadata.get("solution"):
        return Role.ANSWER
    if is_graded_code(cell):
        return Role.CHECK
    return Role.GIVEN if metadata.get("locked") else Role.OTHER


def score_of(outputs: Iterable[NotebookNode], maximum: float) -> float:
    """Return the points that nbgrader gives for a test cell's outputs.

    An error or anything on the error stream is none; else the first result that is a number
    counts, unless it is negative; else all.
    """
    for output in outputs:
        if output.output_type == "error":
            return 0.0
        if output.output_type == "stream" and output.name == "stderr":
            return 0.0
        if output.output_type == "execute_result":
            try:
                points = float(output.data["text/plain"])
            except (KeyError, TypeError, ValueError):
                return maximum
            return points if points >= 0 else maximum
    return maximum


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
