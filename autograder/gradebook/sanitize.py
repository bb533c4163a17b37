"""From a submitted folder to a job: trusted, serial, and without a trace in the gradebook."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbformat import NotebookNode
from nbformat.validator import NotebookValidationError
from nbgrader.api import MissingEntry
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError, ValidationError
from nbgrader.utils import parse_utc

from autograder.checks.evaluate import is_check
from autograder.checks.foreign import InstructorCell
from autograder.checks.rules import Forbidden
from autograder.execution.job import CheckCell, Limits, NotebookJob
from autograder.gradebook.converter import GradeConverter
from autograder.gradebook.course import Course
from autograder.gradebook.errors import SubmissionRefused
from autograder.gradebook.instructor import instructor_cells
from autograder.gradebook.marks import Marks, drop_duplicates, restore_marks
from autograder.gradebook.package import inspect_package
from autograder.gradebook.preprocessors import KeepKnownMetadata
from autograder.gradebook.reading import UnreadableNotebookError, read_submission_notebook
from autograder.gradebook.released import ReleasedNotebook
from autograder.gradebook.shadows import move_shadows_aside
from autograder.gradebook.submissions import SubmittedFolder

__all__ = ["KnownNotebook", "Prepared", "Sanitizer"]

# Options of nbgrader's Execute that bear on how a notebook runs.
EXECUTE_OPTIONS = (
    "allow_error_names",
    "coalesce_streams",
    "error_on_timeout",
    "extra_arguments",
    "force_raise_errors",
    "interrupt_on_timeout",
    "iopub_timeout",
    "ipython_hist_file",
    "kernel_name",
    "record_timing",
    "startup_timeout",
)


@dataclass(frozen=True, slots=True)
class KnownNotebook:
    """A notebook of the assignment, as the gradebook keeps it.

    Parameters
    ----------
    name : str
    checks : tuple of CheckCell
        Graded test cells that are questions, with the instructor's full source.
    asserts : tuple of CheckCell
        The other test cells.
    instructor : tuple of InstructorCell
        All code cells, as their author wrote them.
    kernel : str or None
        Name of the source notebook's kernel.
    marks : mapping of str to Marks
        What its cells are, by grade id.
    fingerprint : tuple
        All that the gradebook keeps of it, as JSON values; equal for an equal release.
    """

    name: str
    checks: tuple[CheckCell, ...]
    asserts: tuple[CheckCell, ...]
    instructor: tuple[InstructorCell, ...]
    kernel: str | None
    marks: Mapping[str, Marks]
    fingerprint: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A submission that is ready to run; its files are in the bundle.

    Parameters
    ----------
    submitted : SubmittedFolder
    notebooks : tuple of NotebookJob
    missing : tuple of str
        Notebooks of the assignment that were not submitted: their cells score 0.
    timestamp : datetime or None
        When it was submitted, in UTC without a zone, as the gradebook keeps it.
    notes : tuple of str
        Remarks for the report.
    """

    submitted: SubmittedFolder
    notebooks: tuple[NotebookJob, ...]
    missing: tuple[str, ...]
    timestamp: datetime | None
    notes: tuple[str, ...]


class Sanitizer:
    """Prepares the submissions of one assignment.

    Parameters
    ----------
    course : Course
    converter : GradeConverter
        For that assignment.
    rules : mapping of str to tuple of Forbidden
        What answers must not use, by the grade id of the check.
    """

    def __init__(
        self,
        course: Course,
        converter: GradeConverter,
        rules: Mapping[str, tuple[Forbidden, ...]] | None = None,
    ) -> None:
        self.course = course
        self.rules = rules or {}
        # Whether assert cells run outside the student's kernel.
        self.outside = False
        self.converter = converter
        self.assignment = str(converter.coursedir.assignment_id)
        self.known = {n.name: self._known(n) for n in converter.bench.released.notebooks.values()}
        self.execute = converter.executor()
        self._kernels = KernelSpecManager(parent=course.parent)

    def _known(self, notebook: ReleasedNotebook) -> KnownNotebook:
        marks = notebook.marks
        tests = [
            CheckCell(
                cell.name,
                cell.source,
                marks[cell.name].points or 0.0,
                self.rules.get(cell.name, ()),
                foreign=not is_check(cell.source),
            )
            for cell in notebook.source_cells
            if marks[cell.name].grade and not marks[cell.name].solution and cell.cell_type == "code"
        ]
        checks = tuple(test for test in tests if not test.foreign)
        asserts = tuple(test for test in tests if test.foreign)
        spec = json.loads(notebook.kernelspec) if notebook.kernelspec else None
        kernel = spec.get("name") if spec else None
        cells = [
            [c.name, c.cell_type, c.source, c.checksum, c.locked] + list(_facts(marks, c))
            for c in notebook.source_cells
        ]
        fingerprint = (notebook.name, notebook.kernelspec, sorted(cells))
        instructor = instructor_cells(notebook, marks, self._source(notebook.name))
        return KnownNotebook(notebook.name, checks, asserts, instructor, kernel, marks, fingerprint)

    def _source(self, name: str) -> Path:
        coursedir = self.converter.coursedir
        folder = coursedir.format_path(coursedir.source_directory, ".", self.assignment)
        return Path(folder) / f"{name}.ipynb"

    def work(self, name: str, nb: NotebookNode) -> NotebookJob:
        """Return what is to be run of a sanitized notebook."""
        known = self.known[name]
        if not self.outside:
            return NotebookJob(name, known.checks, self.timeouts(nb))
        tests = (*known.checks, *known.asserts)
        return NotebookJob(name, tests, self.timeouts(nb), known.instructor)

    @property
    def executes(self) -> bool:
        """Whether notebooks are run at all (``--no-execute`` says no)."""
        return bool(self.execute.enabled)

    def options(self) -> dict[str, Any]:
        """The configured options of ``Execute`` that differ from the client's defaults."""
        values = {name: getattr(self.execute, name) for name in EXECUTE_OPTIONS}
        return {name: value for name, value in values.items() if value not in (None, "")}

    def limits(self, limits: Limits) -> Limits:
        """`limits` with the time for a cell that ``Execute.timeout`` was configured to."""
        sections = type(self.execute).section_names()
        if not any("timeout" in self.course.config.get(name, {}) for name in sections):
            return limits
        timeout = self.execute.timeout
        seconds = float(timeout) if timeout and timeout > 0 else None
        return dataclasses.replace(limits, cell=seconds)

    def read_timestamp(self, folder: Path) -> datetime | None:
        """The time in ``timestamp.txt``.

        Raises
        ------
        SubmissionRefused
            If the file says something that is no time.
        """
        path = folder / "timestamp.txt"
        if path.is_symlink() or not path.is_file():
            return None
        text = path.read_bytes()[:200].decode("utf-8", "replace").strip()
        if not text:
            return None
        try:
            time: datetime | None = parse_utc(text)
        except (ValueError, OverflowError):
            raise SubmissionRefused(
                "bad-timestamp",
                f"timestamp.txt says {text[:60]!r}, which is no time. Write it as "
                "'2026-01-31 23:59:00 UTC', or delete the file.",
            ) from None
        return time

    def prepare(self, submitted: SubmittedFolder, bundle: Path) -> Prepared:
        """Check, copy and sanitize a submission into `bundle`.

        Raises
        ------
        SubmissionRefused
            If it cannot be graded.
        """
        if problems := inspect_package(submitted.path):
            raise SubmissionRefused(problems[0].code, problems[0].message)
        self._check_student(submitted.student)
        timestamp = self.read_timestamp(submitted.path)
        chosen = [path for path in submitted.notebooks if path.stem in self.known]
        notes = [
            f"{path.name} is no notebook of {self.assignment}; it was skipped."
            for path in submitted.notebooks
            if path.stem not in self.known
        ]
        if not chosen:
            names = ", ".join(f"{name}.ipynb" for name in sorted(self.known)) or "none"
            raise SubmissionRefused(
                "no-notebook",
                f"None of the notebooks of {self.assignment} ({names}) is in the folder. "
                "Submit the notebook under the name it was released with.",
            )
        missing = tuple(
            name for name in self.known if not (submitted.path / f"{name}.ipynb").exists()
        )
        notes += [f"{name}.ipynb was not submitted; its cells score 0." for name in missing]
        self._run_pre_hook(submitted)
        bundle.mkdir(parents=True)
        try:
            self.converter.copy_files(submitted.student, bundle)
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            raise SubmissionRefused(
                "name-clash",
                f"A file or folder of the submission stands where the assignment has one of the "
                f"other kind ({Path(str(error.filename)).name}). Rename it and submit again.",
            ) from error
        notes += move_shadows_aside(bundle, self.allowed_modules())
        jobs = []
        for path in chosen:
            job, remarks = self._sanitize(path, submitted.student, bundle)
            jobs.append(job)
            notes += remarks
        return Prepared(submitted, tuple(jobs), missing, timestamp, tuple(notes))

    def _check_student(self, student: str) -> None:
        if self.converter.create_student:
            return
        with self.course.gradebook() as gradebook:
            try:
                gradebook.find_student(student)
            except MissingEntry:
                raise SubmissionRefused(
                    "unknown-student",
                    f"There is no student {student!r} in the gradebook. Add one with "
                    f"'nbgrader db student add {student}' or allow Autograde.create_student.",
                ) from None

    def _run_pre_hook(self, submitted: SubmittedFolder) -> None:
        self.converter.notebooks = [str(path) for path in submitted.notebooks]
        self.converter.coursedir.student_id = submitted.student
        with contextlib.chdir(self.course.root):
            self.converter.run_pre_convert_hook()

    def given_files(self) -> tuple[str, ...]:
        """Return the instructor's files, by relative name, that stand beside the notebook."""
        return tuple(name for _, name in self.converter.source_files)

    def allowed_modules(self) -> frozenset[str]:
        """Return the files, by relative name, that may stand beside a notebook in any case."""
        names = [*self.given_files()]
        names += self.converter.exclude_overwriting.get(self.assignment, [])
        return frozenset(names)

    def _sanitize(self, path: Path, student: str, bundle: Path) -> tuple[NotebookJob, list[str]]:
        known = self.known[path.stem]
        notes: list[str] = []
        try:
            # Outputs that a run replaces need not even be well formed.
            nb = read_submission_notebook(path, outputs=not self.executes, note=notes.append)
        except UnreadableNotebookError as error:
            raise SubmissionRefused(error.code, str(error)) from error
        notes += [
            f"{path.name} has the cell {name!r} {count} times; the last one counts."
            for name, count in drop_duplicates(nb).items()
        ]
        restore_marks(nb, known.marks)
        steps = self.converter.sanitizing()
        try:
            self.converter.convert(nb, path.stem, student, [*steps, KeepKnownMetadata], bundle)
        except SchemaTooOldError as error:
            raise SubmissionRefused(
                "old-metadata",
                f"{path.name} has nbgrader metadata of an old version. "
                "Update it with: nbgrader update",
            ) from error
        except SchemaTooNewError as error:
            raise SubmissionRefused(
                "new-metadata",
                f"{path.name} has nbgrader metadata of a version that is too new for this grader.",
            ) from error
        except (ValidationError, NotebookValidationError, KeyError, TypeError, ValueError) as error:
            raise SubmissionRefused(
                "foreign-notebook",
                f"{path.name} does not fit the assignment ({_first_line(error)}). "
                "Fetch the assignment again and copy your answers into it.",
            ) from error
        sanitized = nbformat.reader.reads((bundle / path.name).read_text(encoding="utf-8"))
        self._check_kernel(sanitized, known, path)
        return self.work(path.stem, sanitized), notes

    def _check_kernel(self, nb: NotebookNode, known: KnownNotebook, path: Path) -> None:
        """Refuse a kernel that the student named and nobody has; the instructor's is ours."""
        name = nb.metadata.get("kernelspec", {}).get("name")
        # "python" is an alias that kernel managers resolve to the native kernel.
        if name in (None, "python") or known.kernel is not None or not self.executes:
            return
        try:
            self._kernels.get_kernel_spec(name)
        except NoSuchKernel:
            raise SubmissionRefused(
                "unknown-kernel",
                f"{path.name} asks for the kernel {str(name)[:60]!r}, which is not installed "
                "here. Choose the kernel of the released notebook and submit again.",
            ) from None

    def timeouts(self, nb: NotebookNode) -> dict[int, float | None]:
        """Return the seconds by cell index that ``Execute.timeout_func`` allows."""
        function = self.execute.timeout_func
        if function is None:
            return {}
        limits = {}
        for index, cell in enumerate(nb.cells):
            seconds = function(cell)
            limits[index] = float(seconds) if seconds and seconds > 0 else None
        return limits


def _facts(marks: Mapping[str, Marks], cell: Any) -> list[Any]:
    mine = marks[cell.name]
    return [mine.grade, mine.solution, mine.task, mine.points]


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:160]
