"""The author's code cells: those that the gradebook keeps, and the others from ``source/``."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat

from autograder.checks.foreign import InstructorCell, Part
from autograder.gradebook.marks import Marks
from autograder.gradebook.released import ReleasedNotebook

__all__ = ["instructor_cells"]


def instructor_cells(
    notebook: ReleasedNotebook, marks: Mapping[str, Marks], source: Path
) -> tuple[InstructorCell, ...]:
    """Return the code cells of a notebook as its author wrote them, in order.

    Parameters
    ----------
    notebook : ReleasedNotebook
        Its cells are those that were released, and count where `source` has changed since.
    marks : mapping of str to Marks
        By grade id.
    source : Path
        The source notebook, the only place where cells without a grade id are; it may be gone.
    """
    kept = {cell.name: cell for cell in notebook.source_cells}
    found = []
    for name, text in _cells_of(source):
        if name in kept:
            cell = kept.pop(name)
            found.append(InstructorCell(_part(cell, marks[name]), cell.source, name))
        elif not name:
            found.append(InstructorCell(Part.OTHER, text))
    found += [
        InstructorCell(_part(cell, marks[name]), cell.source, name)
        for name, cell in kept.items()
        if cell.cell_type == "code"
    ]
    return tuple(found)


def _part(cell: Any, marks: Marks) -> Part:
    if marks.solution:
        return Part.ANSWER
    if marks.grade:
        return Part.TEST
    return Part.GIVEN if cell.locked else Part.OTHER


def _cells_of(source: Path) -> Iterator[tuple[str, str]]:
    """Yield grade id and source of the code cells of a notebook that may not be there."""
    with contextlib.suppress(OSError, ValueError, nbformat.ValidationError):
        for cell in nbformat.read(source, as_version=4).cells:
            if cell.cell_type == "code":
                yield str(cell.metadata.get("nbgrader", {}).get("grade_id", "")), cell.source
