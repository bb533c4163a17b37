"""nbgrader's marks on the cells of a submitted notebook, put right from the gradebook.

A student can edit them. nbgrader rebuilds sources, points and locks, and gives up on the rest:
one flipped flag fails the submission, and one duplicated cell the whole class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Notebook

__all__ = ["Marks", "drop_duplicates", "known_marks", "restore_marks"]


@dataclass(frozen=True, slots=True)
class Marks:
    """What a cell is, as the gradebook has it.

    Parameters
    ----------
    grade, solution, task : bool
    points : float or None
        ``None`` if it has none.
    """

    grade: bool
    solution: bool
    task: bool
    points: float | None


def known_marks(notebook: Notebook) -> dict[str, Marks]:
    """Return the marks of a notebook's cells by grade id."""
    points = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
    tasks = {cell.name: float(cell.max_score) for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    return {
        cell.name: Marks(
            cell.name in points,
            cell.name in solutions,
            cell.name in tasks,
            {**tasks, **points}.get(cell.name),
        )
        for cell in notebook.source_cells
    }


def restore_marks(nb: NotebookNode, marks: Mapping[str, Marks]) -> None:
    """Give each cell of a known grade id the flags and points that it was released with."""
    for found in _marked(nb):
        mine = marks.get(found.get("grade_id", ""))
        if mine is None:
            continue
        for name in ("grade", "solution", "task"):
            value = getattr(mine, name)
            if found.get(name, False) is not value:
                found[name] = value
        if mine.points is not None and not _is_number(found.get("points")):
            found["points"] = mine.points


def drop_duplicates(nb: NotebookNode) -> dict[str, int]:
    """Make ordinary cells of all but the last cell of each grade id.

    nbgrader's own step leaves empty metadata behind, which its next step takes for an old format.

    Returns
    -------
    dict of str to int
        How many cells there were, of each grade id that was there more than once.
    """
    counts: Counter[str] = Counter()
    for cell in reversed(nb.cells):
        found = cell.metadata.get("nbgrader")
        grade_id = found.get("grade_id") if isinstance(found, dict) else None
        if grade_id:
            counts[grade_id] += 1
        if found == {} or (grade_id and counts[grade_id] > 1):
            del cell.metadata["nbgrader"]
    return {name: count for name, count in reversed(counts.items()) if count > 1}


def _marked(nb: NotebookNode) -> Iterator[dict[str, Any]]:
    for cell in nb.cells:
        found = cell.metadata.get("nbgrader")
        if isinstance(found, dict):
            yield found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
