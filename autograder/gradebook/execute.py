"""nbgrader's ``Execute`` step with our execution in its place."""

from __future__ import annotations

import logging
from abc import abstractmethod
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config

__all__ = ["ExecuteStep"]


class ExecuteStep(Execute):
    """What formgrader's *Autograde* button and ``nbgrader autograde`` run in our courses.

    Everything around it is nbgrader's; a submission that could not be graded raises, which
    nbgrader reports without recording a score.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: object = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Execute `nb` in a kernel of ours and its check cells in the checker."""
        named = resources["nbgrader"]
        executed = self.run_notebook(
            self.config,
            self.log,
            self._coursedir(),
            nb,
            named["assignment"],
            named["student"],
            named["notebook"],
            Path(resources["metadata"]["path"]),
        )
        nb.cells = executed.cells
        nb.metadata = executed.metadata
        return nb, resources

    def _coursedir(self) -> CourseDirectory:
        converter = self.parent.parent
        return converter.coursedir

    @staticmethod
    @abstractmethod
    def run_notebook(
        config: Config,
        log: logging.Logger,
        coursedir: CourseDirectory,
        nb: NotebookNode,
        assignment: str,
        student: str,
        notebook: str,
        folder: Path,
    ) -> NotebookNode:
        """Execute one sanitized notebook whose files are in `folder`, where new files go."""
