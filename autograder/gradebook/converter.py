"""nbgrader's autograde conversion, taken apart: sanitize into a folder, record from a folder.

nbgrader sanitizes, executes and records one student after the other, into the folder where the
last result stood. Here each phase has its own folder, so that execution can run elsewhere and a
result is replaced only by a finished one.
"""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbconvert.writers import FilesWriter
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.utils.importstring import import_item

from autograder.gradebook.steps import STEPS, Workbench

__all__ = ["GradeConverter"]


class GradeConverter(Autograde):
    """An :class:`nbgrader.converters.Autograde` whose phases are called one at a time.

    Parameters
    ----------
    coursedir : CourseDirectory
        For one assignment.
    parent : Configurable
        Carries the configuration.
    bench : Workbench
        What steps find in place of a gradebook.
    """

    def __init__(self, coursedir: CourseDirectory, parent: Any, bench: Workbench) -> None:
        super().__init__(coursedir=coursedir, parent=parent)
        self.bench = bench
        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = self.exporter_class(parent=self, config=self.config)
        # Once at the end, and not after each step.
        self.exporter.optimistic_validation = True
        self._target: Path | None = None
        self._made: dict[type, Any] = {}

    def _format_dest(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        if self._target is not None:
            return str(self._target)
        return str(super()._format_dest(assignment_id, student_id, escape))

    def destination(self, student: str) -> Path:
        """Where nbgrader keeps the graded submission."""
        assignment = self.coursedir.assignment_id
        return Path(os.path.normpath(super()._format_dest(assignment, student)))

    def copy_files(self, student: str, target: Path) -> None:
        """Copy submitted files, then the instructor's over them, to `target`; no notebooks."""
        assignment = self.coursedir.assignment_id
        self._target = target
        try:
            BaseConverter.init_assignment(self, assignment, student)
        finally:
            self._target = None
        for source, name in self.source_files:
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.unlink(missing_ok=True)
            shutil.copy(source, copy)

    @functools.cached_property
    def source_files(self) -> list[tuple[Path, str]]:
        """The instructor's files that overwrite submitted ones, with their relative names."""
        assignment = self.coursedir.assignment_id
        folder = self.coursedir.format_path(self.coursedir.source_directory, ".", assignment)
        kept = set(self.exclude_overwriting.get(assignment, []))
        found = utils.find_all_files(folder, [*self.coursedir.ignore, "*.ipynb"])
        named = ((Path(path), os.path.relpath(path, folder)) for path in found)
        return sorted(pair for pair in named if pair[1] not in kept)

    def executor(self) -> Execute:
        """The configured ``Execute``, for its options."""
        found = next((p for p in self.autograde_preprocessors if _is_execute(p)), Execute)
        # A configuration file names a class by a string.
        kind = import_item(found) if isinstance(found, str) else found
        executor: Execute = kind(parent=self)
        return executor

    def sanitizing(self) -> list[Any]:
        """The preprocessors that run before execution."""
        return [*self.sanitize_preprocessors, *self._around_execute()[0]]

    def recording(self) -> list[Any]:
        """The preprocessors that run after execution."""
        return self._around_execute()[1]

    def _around_execute(self) -> tuple[list[Any], list[Any]]:
        steps = list(self.autograde_preprocessors)
        for index, step in enumerate(steps):
            if _is_execute(step):
                return steps[:index], [s for s in steps[index + 1 :] if not _is_execute(s)]
        return [], steps

    def convert(
        self,
        nb: NotebookNode,
        name: str,
        student: str,
        preprocessors: Sequence[Any],
        target: Path,
    ) -> None:
        """Run `preprocessors` over a notebook and write it to ``target/<name>.ipynb``.

        Raises
        ------
        Exception
            Whatever a preprocessor raises.
        """
        self.exporter._preprocessors = []
        for step in preprocessors:
            self.exporter.register_preprocessor(self._step(step))
        resources: dict[str, Any] = {
            "unique_key": name,
            "output_files_dir": f"{name}_files",
            "metadata": {"name": name, "path": str(target)},
            "nbgrader": {
                "student": student,
                "assignment": self.coursedir.assignment_id,
                "notebook": name,
                "db_url": self.coursedir.db_url,
            },
        }
        output, resources = self.exporter.from_notebook_node(nb, resources=resources)
        self._target = target
        try:
            self.write_single_notebook(output, resources)
        finally:
            self._target = None

    def _step(self, found: Any) -> Any:
        """Return what is to be called for a configured step."""
        kind = import_item(found) if isinstance(found, str) else found
        ours = STEPS.get(kind) if isinstance(kind, type) else None
        if ours is None:
            return _Foreign(self.exporter, kind, self.bench)
        if ours not in self._made:
            self._made[ours] = ours(parent=self.exporter)
            self._made[ours].bench = self.bench
        return self._made[ours]

    def permit(self, student: str, target: Path) -> None:
        """Set the configured permissions on the files in `target`."""
        self._target = target
        try:
            self.set_permissions(self.coursedir.assignment_id, student)
        finally:
            self._target = None


class _Foreign:
    """A step that nobody here knows: it finds the gradebook as nbgrader would have left it."""

    def __init__(self, exporter: Any, kind: Any, bench: Workbench) -> None:
        # Registered as ever, so that it is made anew for each notebook; then taken out again.
        exporter.register_preprocessor(kind)
        self._step = exporter._preprocessors.pop()
        self._bench = bench

    def __call__(self, nb: NotebookNode, resources: Any) -> Any:
        rows = self._bench.rows
        if rows is None:
            return self._step(nb, resources)
        rows.write()
        result = self._step(nb, resources)
        rows.load()
        return result


def _is_execute(step: Any) -> bool:
    if isinstance(step, str):
        return step.rsplit(".", 1)[-1] in ("Execute", "ClassroomExecute")
    return isinstance(step, type) and issubclass(step, Execute)
