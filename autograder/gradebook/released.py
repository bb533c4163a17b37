"""What the gradebook keeps of a released assignment, read once and then at hand.

The rows are plain data with the attributes that nbgrader's own have, so that its steps can be
given these in place of a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nbgrader.api import Gradebook, MissingEntry, Notebook

from autograder.gradebook.marks import Marks, known_marks

__all__ = [
    "GradedCell",
    "ReleasedAssignment",
    "ReleasedNotebook",
    "SolutionCell",
    "SourceCell",
    "read_released",
]


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell as the instructor wrote it."""

    name: str
    cell_type: str
    source: str
    checksum: str
    locked: bool


@dataclass(frozen=True, slots=True)
class GradedCell:
    """A cell that earns points; a task or a graded one."""

    id: str
    name: str
    max_score: float


@dataclass(frozen=True, slots=True)
class SolutionCell:
    """A cell that a student writes into."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ReleasedNotebook:
    """A notebook of the assignment.

    Parameters
    ----------
    id, name : str
    kernelspec : str or None
        JSON of the source notebook's.
    source_cells : tuple of SourceCell
    grade_cells, task_cells : tuple of GradedCell
    solution_cells : tuple of SolutionCell
    marks : mapping of str to Marks
        What the cells are, by grade id.
    """

    id: str
    name: str
    kernelspec: str | None
    source_cells: tuple[SourceCell, ...]
    grade_cells: tuple[GradedCell, ...]
    task_cells: tuple[GradedCell, ...]
    solution_cells: tuple[SolutionCell, ...]
    marks: Mapping[str, Marks]

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> SourceCell:
        """Return the source cell of that name.

        Raises
        ------
        nbgrader.api.MissingEntry
            If there is none.
        """
        for cell in self.source_cells:
            if cell.name == name:
                return cell
        raise MissingEntry(f"No such source cell: {assignment}/{notebook}/{name}")

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> GradedCell:
        """Return the graded cell or task of that name.

        Raises
        ------
        nbgrader.api.MissingEntry
            If there is none.
        """
        for cell in (*self.grade_cells, *self.task_cells):
            if cell.name == name:
                return cell
        raise MissingEntry(f"No such graded cell: {assignment}/{notebook}/{name}")

    def find_notebook(self, notebook: str, assignment: str) -> ReleasedNotebook:
        """Return the notebook itself: it stands for a gradebook with nothing else in it."""
        return self


@dataclass(frozen=True, slots=True)
class ReleasedAssignment:
    """An assignment and its notebooks, by name."""

    id: str
    name: str
    notebooks: Mapping[str, ReleasedNotebook]


def read_released(gradebook: Gradebook, name: str) -> ReleasedAssignment:
    """Read an assignment.

    Raises
    ------
    nbgrader.api.MissingEntry
        If there is none of that name.
    """
    assignment = gradebook.find_assignment(name)
    notebooks = {str(notebook.name): _notebook(notebook) for notebook in assignment.notebooks}
    return ReleasedAssignment(str(assignment.id), name, notebooks)


def _notebook(row: Notebook) -> ReleasedNotebook:
    return ReleasedNotebook(
        str(row.id),
        str(row.name),
        row.kernelspec,
        tuple(
            SourceCell(c.name, c.cell_type, c.source, c.checksum, c.locked)
            for c in row.source_cells
        ),
        tuple(GradedCell(c.id, c.name, float(c.max_score)) for c in row.grade_cells),
        tuple(GradedCell(c.id, c.name, float(c.max_score)) for c in row.task_cells),
        tuple(SolutionCell(c.id, c.name) for c in row.solution_cells),
        known_marks(row),
    )
