"""From an outcome to nbgrader's gradebook and ``autograded/`` folder: idempotent, serial.

What is recorded comes from a folder of artefacts that the run log keeps, so that a projection
that was cut short can be done again from the start by whoever comes next.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from sqlalchemy import Engine
from sqlalchemy.exc import SAWarning

from autograder.gradebook.converter import GradeConverter
from autograder.gradebook.course import Course
from autograder.gradebook.engine import engine_for
from autograder.gradebook.score import Score, read_scores
from autograder.gradebook.submission_rows import SubmissionRows

__all__ = ["Manifest", "Recorder", "points_problem", "read_executed"]

NOTEBOOKS = "notebooks"
FILES = "files"
MANIFEST = "submission.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What artefacts are of.

    Parameters
    ----------
    assignment, student : str
    notebooks : tuple of str
        Executed notebooks, by name: ``notebooks/<name>.ipynb``.
    missing : tuple of str
    timestamp : datetime or None
    whole : bool
        Whether this is the whole submission and not some of its notebooks.
    left_open : tuple of (notebook, grade id)
        Test cells without a verdict, which a person has to grade.
    """

    assignment: str
    student: str
    notebooks: tuple[str, ...]
    missing: tuple[str, ...]
    timestamp: datetime | None
    whole: bool
    left_open: tuple[tuple[str, str], ...] = ()

    def write(self, artefacts: Path) -> None:
        """Write it beside the artefacts."""
        data = {
            "assignment": self.assignment,
            "student": self.student,
            "notebooks": list(self.notebooks),
            "missing": list(self.missing),
            "timestamp": self.timestamp.isoformat() if self.timestamp else None,
            "whole": self.whole,
            "left_open": [list(pair) for pair in self.left_open],
        }
        (artefacts / MANIFEST).write_text(json.dumps(data, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, artefacts: Path) -> Manifest:
        """Read what :meth:`write` wrote."""
        data = json.loads((artefacts / MANIFEST).read_text(encoding="utf-8"))
        stamp = data["timestamp"]
        return cls(
            data["assignment"],
            data["student"],
            tuple(data["notebooks"]),
            tuple(data["missing"]),
            datetime.fromisoformat(stamp) if stamp else None,
            bool(data["whole"]),
            tuple((notebook, cell) for notebook, cell in data.get("left_open", ())),
        )


class Recorder:
    """Projects outcomes of one assignment.

    Parameters
    ----------
    course : Course
    converter : GradeConverter
        For that assignment.
    """

    def __init__(self, course: Course, converter: GradeConverter) -> None:
        self.course = course
        self.converter = converter

    def project(self, artefacts: Path, executed: Mapping[str, NotebookNode] | None = None) -> None:
        """Write rows and files of one submission; doing it twice changes nothing.

        Parameters
        ----------
        artefacts : Path
        executed : mapping of str to NotebookNode, optional
            Notebooks of the artefacts that were read already, by name.

        Raises
        ------
        Exception
            Whatever a configured preprocessor or plug-in raises; rows and folder are then as
            they were.
        """
        manifest = Manifest.read(artefacts)
        with warnings.catch_warnings(), contextlib.chdir(self.course.root):
            # nbgrader's own queries make SQLAlchemy warn about rows that it is about to add.
            warnings.simplefilter("ignore", SAWarning)
            self._restore_folder(manifest.student)
            bench = self.converter.bench
            rows = SubmissionRows(self._engine, bench.released, manifest.student)
            _begin(rows, manifest)
            try:
                with bench.recording(rows):
                    fresh = self._fresh_folder(manifest, artefacts, executed or {})
                _leave_open(rows, manifest)
                rows.write()
                self._replace_folder(manifest.student, fresh)
            except Exception:
                rows.restore()
                raise
            self._run_post_hook(manifest)

    def _beside(self, student: str, word: str) -> Path:
        destination = self.converter.destination(student)
        return destination.with_name(f".{destination.name}.llm-classroom-{word}")

    def _restore_folder(self, student: str) -> None:
        """Put back the folder that a killed projection had moved aside, or tidy it up."""
        destination, old = self.converter.destination(student), self._beside(student, "old")
        if not old.exists():
            return
        if destination.exists():
            utils.rmtree(str(old))
        else:
            old.rename(destination)

    def _fresh_folder(
        self, manifest: Manifest, artefacts: Path, executed: Mapping[str, NotebookNode]
    ) -> Path:
        """Convert the notebooks and gather all files beside where they will stand."""
        student = manifest.student
        destination, fresh = self.converter.destination(student), self._beside(student, "new")
        if fresh.exists():
            utils.rmtree(str(fresh))
        if destination.exists() and not manifest.whole:
            shutil.copytree(destination, fresh)
            _make_writable(fresh)
        else:
            fresh.mkdir(parents=True)
        _copy_files(artefacts / FILES, fresh)
        for name in manifest.notebooks:
            nb = executed.get(name) or read_executed(artefacts / NOTEBOOKS / f"{name}.ipynb")
            self.converter.convert(nb, name, student, self.converter.recording(), fresh)
        self.converter.permit(student, fresh)
        return fresh

    def _replace_folder(self, student: str, fresh: Path) -> None:
        destination, old = self.converter.destination(student), self._beside(student, "old")
        if destination.exists():
            destination.rename(old)
        fresh.rename(destination)
        if old.exists():
            utils.rmtree(str(old))

    def _run_post_hook(self, manifest: Manifest) -> None:
        coursedir = self.converter.coursedir
        coursedir.student_id = manifest.student
        # As nbgrader does, which names the submitted notebooks here too.
        submitted = self.course.path("submitted", manifest.student, manifest.assignment)
        self.converter.notebooks = [str(submitted / f"{n}.ipynb") for n in manifest.notebooks]
        self.converter.run_post_convert_hook()

    def is_recorded(self, student: str, notebooks: tuple[str, ...]) -> bool:
        """Whether the graded folder, with `notebooks` if any are named, and its row are there."""
        destination = self.converter.destination(student)
        if not destination.exists():
            return False
        if not all((destination / f"{name}.ipynb").exists() for name in notebooks):
            return False
        return student in self.scores(student)

    def recorded_timestamp(self, student: str) -> datetime | None:
        """The time of the submission that was graded last, if it is known."""
        path = self.converter.destination(student) / "timestamp.txt"
        with contextlib.suppress(OSError, ValueError):
            found: datetime | None = utils.parse_utc(path.read_text(encoding="utf-8").strip())
            return found
        return None

    def scores(self, student: str | None = None) -> dict[str, Score]:
        """Return the marks in the gradebook by student, of all or of one of them."""
        return read_scores(self._engine, self.converter.bench.released, student)

    @property
    def _engine(self) -> Engine:
        return engine_for(self.course.db_url)


def _begin(rows: SubmissionRows, manifest: Manifest) -> None:
    """Clear what an earlier run gave to the notebooks that were graded or not submitted."""
    if manifest.timestamp is not None:
        rows.timestamp = manifest.timestamp
    for name in manifest.notebooks:
        rows.notebook(name).forget_scores()
    for name in manifest.missing:
        rows.notebook(name).score_nothing()


def _leave_open(rows: SubmissionRows, manifest: Manifest) -> None:
    """Take back the scores of cells without a verdict, and ask for a person's."""
    for notebook, cell in manifest.left_open:
        grade = rows.notebook(notebook).grades[cell]
        grade.auto_score = None
        grade.needs_manual_grade = True


def read_executed(path: Path) -> NotebookNode:
    """Read a notebook that an executor wrote; the conversion that follows validates it."""
    nb: NotebookNode = nbformat.reader.reads(path.read_text(encoding="utf-8"))
    return nb


def points_problem(nb: Any) -> str | None:
    """What is wrong with the points that a test cell gave, if anything.

    nbgrader fails a submission whose test cell returns more than the cell's points. That is the
    instructor's mistake, so it must be seen before an outcome is final.
    """
    for cell in nb.cells:
        if not utils.is_grade(cell):
            continue
        name = cell.metadata.nbgrader.get("grade_id", "?")
        try:
            utils.determine_grade(cell)
        except (ValueError, KeyError, TypeError) as error:
            return f"The test cell {name!r} gave no valid points: {error}."
    return None


def _copy_files(source: Path, target: Path) -> None:
    """Copy files into folders with ordinary permissions, whatever those of `source` are."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)


def _make_writable(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(path.stat().st_mode | 0o200)
