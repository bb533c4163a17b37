"""Preprocessors of ours for submitted notebooks."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.gradebook.marks import drop_duplicates, known_marks, restore_marks

__all__ = ["KeepKnownMetadata", "PutMarksRight"]

KEPT = ("nbgrader", "deletable", "editable", "collapsed", "scrolled", "name", "jupyter")

# Keys of a notebook that mean something to a program of ours or to a page.
DROPPED = ("papermill", "widgets")


class PutMarksRight(NbGraderPreprocessor):
    """Gives cells the marks that they were released with, before any other step looks at them."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Drop all but the last cell of each grade id, then restore flags and points."""
        named = resources["nbgrader"]
        with Gradebook(named["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(named["notebook"], named["assignment"])
            marks = known_marks(notebook)
        for name, count in drop_duplicates(nb).items():
            self.log.warning("Cell %r exists %d times; the last one counts.", name, count)
        restore_marks(nb, marks)
        return nb, resources


class KeepKnownMetadata(NbGraderPreprocessor):
    """Drops what a student can say through cell metadata.

    A tag can make an executor skip a locked test cell, whose silence then counts as full credit.
    Only ``parameters`` survives, and only on the locked cells that carry it in the source.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Drop tags and foreign keys of cells, and keys of the notebook that programs obey."""
        tagged = self._tagged(resources)
        for name in DROPPED:
            nb.metadata.pop(name, None)
        for cell in nb.cells:
            cell.metadata = NotebookNode({k: v for k, v in cell.metadata.items() if k in KEPT})
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if utils.is_locked(cell) and grade_id in tagged:
                cell.metadata["tags"] = ["parameters"]
        return nb, resources

    def _tagged(self, resources: dict[str, Any]) -> frozenset[str]:
        """Grade ids of the source's cells that are tagged ``parameters``."""
        coursedir = getattr(self.parent.parent, "coursedir", None)
        if coursedir is None:
            return frozenset()
        named = resources["nbgrader"]
        folder = coursedir.format_path(coursedir.source_directory, ".", named["assignment"])
        path = Path(folder) / f"{named['notebook']}.ipynb"
        if not path.is_file():
            return frozenset()
        status = path.stat()
        return _tagged_cells(path, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=64)
def _tagged_cells(path: Path, modified: int, size: int) -> frozenset[str]:
    """Grade ids of the locked cells tagged ``parameters``; the numbers tell a changed file."""
    source = nbformat.read(path, as_version=4)
    return frozenset(
        cell.metadata.get("nbgrader", {}).get("grade_id", "")
        for cell in source.cells
        if "parameters" in cell.metadata.get("tags", []) and utils.is_locked(cell)
    )
