"""Preprocessors of ours for submitted notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

__all__ = ["KeepKnownMetadata"]

KEPT = ("nbgrader", "deletable", "editable", "collapsed", "scrolled", "name", "jupyter")


class KeepKnownMetadata(NbGraderPreprocessor):
    """Drops what a student can say through cell metadata.

    A tag can make an executor skip a locked test cell, whose silence then counts as full credit.
    Only ``parameters`` survives, and only on the locked cells that carry it in the source.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Drop tags and foreign keys of every cell."""
        tagged = self._tagged(resources)
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
        source = nbformat.read(path, as_version=4)
        return frozenset(
            cell.metadata.get("nbgrader", {}).get("grade_id", "")
            for cell in source.cells
            if "parameters" in cell.metadata.get("tags", []) and utils.is_locked(cell)
        )
