"""nbgrader's steps of a conversion, given their rows in memory in place of a database.

Each is nbgrader's own class, whose code decides; what changes is where it looks. A step that is
not among these is made and called as nbgrader does, and finds the rows of the submission written
when its turn comes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat import NotebookNode
from nbgrader import preprocessors as nbgrader
from nbgrader.nbgraderformat import MetadataValidator, ValidationError
from nbgrader.nbgraderformat.common import BaseMetadataValidator
from nbgrader.plugins import LateSubmissionPlugin

from autograder.gradebook.marks import drop_duplicates, restore_marks
from autograder.gradebook.preprocessors import KeepKnownMetadata, PutMarksRight
from autograder.gradebook.released import ReleasedAssignment, ReleasedNotebook
from autograder.gradebook.rows import NotebookRows
from autograder.gradebook.submission_rows import SubmissionRows

__all__ = ["STEPS", "Workbench"]

Result = tuple[NotebookNode, dict[str, Any]]


class Workbench:
    """What is at hand while notebooks of one assignment are converted.

    Parameters
    ----------
    released : ReleasedAssignment
    """

    def __init__(self, released: ReleasedAssignment) -> None:
        self.released = released
        self.rows: SubmissionRows | None = None

    @contextmanager
    def recording(self, rows: SubmissionRows) -> Iterator[None]:
        """Have steps change `rows` for a while."""
        self.rows = rows
        try:
            yield
        finally:
            self.rows = None


class _Step(nbgrader.NbGraderPreprocessor):
    """A step that works on what lies on the workbench."""

    bench: Workbench

    def released(self, resources: dict[str, Any]) -> ReleasedNotebook:
        """The notebook that is converted, as it was released."""
        return self.bench.released.notebooks[resources["nbgrader"]["notebook"]]

    def rows(self) -> SubmissionRows:
        """The rows of the submission that is recorded.

        Raises
        ------
        RuntimeError
            If none is being recorded: the step does not belong before execution.
        """
        if self.bench.rows is None:
            name = type(self).__name__
            raise RuntimeError(f"{name} records, and so belongs after Execute in the steps.")
        return self.bench.rows


class OverwriteKernelspec(_Step, nbgrader.OverwriteKernelspec):
    """Puts the source notebook's kernelspec in place of the submitted one."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Result:
        """Overwrite the kernelspec if the source has one."""
        kernelspec = self.released(resources).kernelspec
        found = json.loads(kernelspec) if kernelspec is not None else None
        if found:
            nb.metadata["kernelspec"] = found
        return nb, resources


class OverwriteCells(_Step, nbgrader.OverwriteCells):
    """Puts the instructor's cells in place of the submitted ones."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Result:
        """Overwrite each cell, then add missing ones if that is configured."""
        self.notebook_id = resources["nbgrader"]["notebook"]
        self.assignment_id = resources["nbgrader"]["assignment"]
        self.gradebook = self.released(resources)
        nb, resources = nbgrader.NbGraderPreprocessor.preprocess(self, nb, resources)
        if self.add_missing_cells:
            nb, resources = self.add_missing_grade_cells(nb, resources)
            nb, resources = self.add_missing_task_cells(nb, resources)
        return nb, resources


class PutMarks(_Step, PutMarksRight):
    """Gives cells the marks that they were released with."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Result:
        """Drop all but the last cell of each grade id, then restore flags and points."""
        for name, count in drop_duplicates(nb).items():
            self.log.warning("Cell %r exists %d times; the last one counts.", name, count)
        restore_marks(nb, self.released(resources).marks)
        return nb, resources


class _Remembering(BaseMetadataValidator):
    """Looks at equal metadata of equal types once."""

    limit = 10_000

    def __init__(self) -> None:
        super().__init__()
        self.valid: set[Any] = set()

    def validate_cell(self, cell: NotebookNode) -> None:
        found = cell.metadata.get("nbgrader", {})
        try:
            key = frozenset((name, type(value), value) for name, value in found.items())
            known = key in self.valid
        except TypeError:  # a list or an object, which the schema will refuse
            super().validate_cell(cell)
            return
        if not known:
            super().validate_cell(cell)
            if len(self.valid) >= self.limit:
                self.valid.clear()
            self.valid.add(key)


class _Validator(MetadataValidator, _Remembering):
    """nbgrader's validator, with its schema's part remembered."""


class CheckCellMetadata(_Step, nbgrader.CheckCellMetadata):
    """Refuses metadata that nbgrader's schema does."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validator = _Validator()

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Result:
        """Validate each cell's metadata.

        Raises
        ------
        nbgrader.nbgraderformat.ValidationError
        """
        try:
            self.validator.validate_nb(nb)
        except ValidationError as error:
            self.log.error("%s", error)
            message = "Notebook failed to validate; the nbgrader metadata may be corrupted."
            raise ValidationError(message) from error
        return nb, resources


class _Found:
    """Finds grades and comments of one notebook, as nbgrader's gradebook does."""

    def __init__(self, rows: NotebookRows) -> None:
        self._rows = rows
        self.db = self

    def find_grade(self, name: str, notebook: str, assignment: str, student: str) -> Any:
        return self._rows.grade(name)

    def find_comment(self, name: str, notebook: str, assignment: str, student: str) -> Any:
        return self._rows.comment(name)

    def commit(self) -> None:
        """Nothing yet: all rows of a submission are written together."""


class SaveAutoGrades(_Step, nbgrader.SaveAutoGrades):
    """Records what each cell earned."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Result:
        """Read the grade of each graded cell off its outputs."""
        named = resources["nbgrader"]
        self.notebook_id = named["notebook"]
        self.assignment_id = named["assignment"]
        self.student_id = named["student"]
        self.gradebook = _Found(self.rows().notebook(self.notebook_id))
        return nbgrader.NbGraderPreprocessor.preprocess(self, nb, resources)  # type: ignore[no-any-return]


class AssignLatePenalties(_Step, nbgrader.AssignLatePenalties):
    """Records what being late costs."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Result:
        """Ask the configured plug-in, within nothing and the score."""
        rows = self.rows()
        notebook = rows.notebook(resources["nbgrader"]["notebook"])
        notebook.late_submission_penalty = None
        late = rows.total_seconds_late
        if late > 0:
            self.log.warning("%r is %s seconds late", rows, late)
            if self.plugin_class is not LateSubmissionPlugin:
                rows.write()  # it may look at the gradebook
            self.init_plugin()
            penalty = self.plugin_inst.late_submission_penalty(rows.student, notebook.score, late)
            self.log.warning("Late submission penalty: %s", penalty)
            if penalty is not None:
                notebook.late_submission_penalty = self._check_late_penalty(notebook, penalty)
        return nb, resources


STEPS: dict[type, type] = {
    # Those that look at no gradebook stay what they are.
    **{
        step: step
        for step in (
            nbgrader.ClearOutput,
            nbgrader.DeduplicateIds,
            nbgrader.IgnorePattern,
            nbgrader.LimitOutput,
            ClearMetadataPreprocessor,
            KeepKnownMetadata,
        )
    },
    nbgrader.OverwriteKernelspec: OverwriteKernelspec,
    nbgrader.OverwriteCells: OverwriteCells,
    nbgrader.CheckCellMetadata: CheckCellMetadata,
    nbgrader.SaveAutoGrades: SaveAutoGrades,
    nbgrader.AssignLatePenalties: AssignLatePenalties,
    PutMarksRight: PutMarks,
}
"""What is made in place of each class that a configuration may name; exactly that class."""
