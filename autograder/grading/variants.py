"""The variants of an assignment that its author's gate grades: right, unanswered and wrong."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

__all__ = ["REFERENCE", "RELEASED", "Templates", "write_submission"]

REFERENCE = "reference"
RELEASED = "released"
MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")


@dataclass(frozen=True, slots=True)
class Templates:
    """What variants are made of.

    Parameters
    ----------
    name : str
        Of the assignment and its notebook.
    release : Path
        Folder that a student gets.
    source : NotebookNode
        The author's notebook, with solutions.
    """

    name: str
    release: Path
    source: NotebookNode

    @classmethod
    def load(cls, name: str, release: Path, source: Path) -> Templates:
        """Read the author's notebook."""
        return cls(name, release, nbformat.read(source, as_version=4))

    def answers(self) -> dict[str, str]:
        """Return the reference's sources by grade id, without the solution marks."""
        return {
            cell.metadata.nbgrader.grade_id: _without_marks(cell.source)
            for cell in self.source.cells
            if cell.metadata.get("nbgrader", {}).get("solution")
        }

    def answered(self, answers: Mapping[str, str]) -> NotebookNode:
        """Return the released notebook with `answers` in the cells of those grade ids.

        Raises
        ------
        KeyError
            If a grade id is no solution cell.
        """
        released: NotebookNode = nbformat.read(self.release / f"{self.name}.ipynb", as_version=4)
        nb = copy.deepcopy(released)
        left = dict(answers)
        for cell in nb.cells:
            metadata = cell.metadata.get("nbgrader", {})
            if metadata.get("solution") and metadata["grade_id"] in left:
                cell.source = left.pop(metadata["grade_id"])
        if left:
            raise KeyError(next(iter(left)))
        return nb


def write_submission(templates: Templates, nb: NotebookNode, folder: Path) -> None:
    """Write a submission: the released files with `nb` as their notebook."""
    shutil.copytree(templates.release, folder)
    (folder / "classroom.json").unlink(missing_ok=True)
    nbformat.write(nb, folder / f"{templates.name}.ipynb")


def _without_marks(source: str) -> str:
    return "\n".join(line for line in source.split("\n") if not any(mark in line for mark in MARKS))
