"""Notebooks with foreign test cells, run by real kernels and a real checker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.checks.foreign import InstructorCell, Part
from autograder.execution.checker import serve
from autograder.execution.job import CheckCell, Job, Limits, NotebookJob, WarmAddress
from autograder.execution.sandbox import Level, LevelUnavailable, syscalls
from autograder.execution.warm import Flavor, WarmProcess
from autograder.execution.worker import execute
from autograder.log import Outcome
from autograder.runners.server import fork

POINTS = 4.0
PRELOAD = ("numpy", "pandas", "matplotlib", "matplotlib.pyplot", "torch", "torch.nn", "unittest")
CHECKER = ("numpy", "pandas", "torch", "autograder.execution.checker")
PARTS = {"given": Part.GIVEN, "answer": Part.ANSWER, "test": Part.TEST, "other": Part.OTHER}


@dataclass(frozen=True)
class Sheet:
    """A submitted notebook: its cells, and the author's where they differ.

    Parameters
    ----------
    name : str
    cells : sequence of (part, source)
        In order; a part is ``given``, ``answer``, ``test`` or ``other``.
    released : mapping of int to str
        The author's source of a cell, by index.
    """

    name: str
    cells: Sequence[tuple[str, str]]
    released: Mapping[int, str]


@dataclass(frozen=True)
class Marked:
    """What became of one test cell."""

    state: str
    points: float
    reason: str
    outputs: list[Any]

    @property
    def error(self) -> str:
        return next((f"{o.ename}: {o.evalue}" for o in self.outputs if "ename" in o), "")


class Desk:
    """Has notebooks graded, many in one job, each in a kernel of its own."""

    def __init__(self, folder: Callable[[], Path], warm: WarmAddress | None) -> None:
        self._folder = folder
        self._warm = warm

    @staticmethod
    def sheet(
        name: str, cells: Sequence[tuple[str, str]], released: Mapping[int, str] | None = None
    ) -> Sheet:
        return Sheet(name, cells, released or {})

    def mark(
        self,
        sheets: Sequence[Sheet],
        *,
        outside: bool = True,
        limits: Limits | None = None,
        files: Mapping[str, str] | None = None,
    ) -> dict[str, list[Marked]]:
        """Return what became of the test cells of each notebook, in order."""
        folder = self._folder()
        bundle = folder / "bundle"
        bundle.mkdir()
        for name, text in (files or {}).items():
            (bundle / name).write_text(text)
        job = Job(
            key="key",
            course="course",
            assignment="trust",
            student="ada",
            bundle=bundle,
            result=folder / "result",
            notebooks=tuple(_write(sheet, bundle, outside) for sheet in sheets),
            limits=limits or Limits(),
            warm=self._warm,
        )
        outcome = self._run(job)
        assert len(outcome.notebooks) == len(sheets), outcome.reason
        return {sheet.name: _read(sheet, job, outcome) for sheet in sheets}

    @staticmethod
    def _run(job: Job) -> Outcome:
        ours, theirs = Pipe()
        process = fork(serve, (None, 4 << 30), [theirs], CHECKER)
        theirs.close()
        try:
            return execute(job, ours)
        finally:
            ours.close()
            assert process.join(30)
            process.close()


def _write(sheet: Sheet, bundle: Path, outside: bool) -> NotebookJob:
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb = new_notebook(metadata={"kernelspec": spec})
    checks, instructor = [], []
    for index, (part, source) in enumerate(sheet.cells):
        cell = new_code_cell(source)
        key = f"{part}-{index}" if part != "other" else ""
        if key:
            cell.metadata["nbgrader"] = {
                "grade_id": key,
                "grade": part == "test",
                "solution": part == "answer",
                "locked": part != "answer",
                "task": False,
                "schema_version": 3,
                **({"points": POINTS} if part == "test" else {}),
            }
        nb.cells.append(cell)
        if part == "test":
            checks.append(CheckCell(key, source, POINTS, foreign=True))
        instructor.append(InstructorCell(PARTS[part], sheet.released.get(index, source), key))
    nbformat.write(nb, bundle / f"{sheet.name}.ipynb")
    if not outside:
        return NotebookJob(sheet.name)
    return NotebookJob(sheet.name, tuple(checks), instructor=tuple(instructor))


def _read(sheet: Sheet, job: Job, outcome: Outcome) -> list[Marked]:
    from nbgrader.utils import determine_grade, is_grade

    found = next(n for n in outcome.notebooks if n.name == sheet.name)
    questions = {question.grade_id: question for question in found.questions}
    nb = nbformat.read(job.result / f"{sheet.name}.ipynb", as_version=4)
    marked = []
    for cell in nb.cells:
        if not is_grade(cell):
            continue
        points = determine_grade(cell)[0]
        question = questions.get(cell.metadata.nbgrader.grade_id)
        if question is None:  # graded in the kernel
            state = "passed" if points else "failed"
            marked.append(Marked(state, points, "", cell.outputs))
            continue
        # One scoring path: what nbgrader makes of the outputs is what the outcome says.
        assert points == question.points
        marked.append(Marked(question.state, points, question.title, cell.outputs))
    return marked


@pytest.fixture(scope="session")
def warm() -> Iterator[WarmAddress | None]:
    """A process that forks kernels, where this host isolates; else kernels start cold."""
    if not syscalls.SUPPORTED:
        yield None
        return
    for level in (Level.FULL, Level.RESTRICTED, Level.NONE):
        try:
            process = WarmProcess(Flavor(level, PRELOAD))
        except LevelUnavailable:
            continue
        try:
            yield process.address
        finally:
            process.close()
        return


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, warm: WarmAddress | None) -> Desk:
    return Desk(lambda: tmp_path_factory.mktemp("job"), warm)
