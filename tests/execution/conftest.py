from __future__ import annotations

import copy
import multiprocessing
import shutil
import signal
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.execution.checker import serve
from autograder.execution.job import CheckCell, Job, Limits, NotebookJob
from autograder.execution.worker import execute
from autograder.log import NotebookOutcome, Outcome, QuestionOutcome
from autograder.runners.server import fork


@dataclass(frozen=True)
class Graded:
    """What became of one submission with one notebook."""

    job: Job
    outcome: Outcome
    messages: list[str] = field(default_factory=list)
    """Every message that was sent to a kernel."""

    @property
    def run(self) -> NotebookOutcome:
        return self.outcome.notebooks[0]

    @property
    def notebook(self) -> NotebookNode:
        return nbformat.read(self.job.result / "work.ipynb", as_version=nbformat.NO_CONVERT)

    @property
    def recorded(self) -> str:
        return (self.job.result / "work.ipynb").read_text(encoding="utf-8")

    def file(self, name: str) -> Path:
        return self.job.result / "files" / name

    def question(self, grade_id: str) -> QuestionOutcome:
        return next(q for q in self.run.questions if q.grade_id == grade_id)

    def passed(self, grade_id: str) -> dict[str, bool]:
        return {f["name"]: f["passed"] for f in self.question(grade_id).findings}

    def measured(self, grade_id: str) -> dict[str, Any]:
        return {f["name"]: f["measured"] for f in self.question(grade_id).findings}

    def outputs(self, index: int) -> list[NotebookNode]:
        return list(self.notebook.cells[index].outputs)

    def kinds(self, index: int) -> list[str]:
        return [output.output_type for output in self.outputs(index)]

    def printed(self, index: int) -> str:
        outputs = self.outputs(index)
        return "".join(o.text for o in outputs if o.output_type == "stream")


class Room:
    """Builds notebooks and has them graded by real kernels and a real checker."""

    def __init__(self, folder: Callable[[str], Path]) -> None:
        self._folder = folder

    @staticmethod
    def code(source: str, *tags: str) -> NotebookNode:
        cell = new_code_cell(textwrap.dedent(source).strip())
        if tags:
            cell.metadata.tags = list(tags)
        return cell

    @staticmethod
    def text(source: str) -> NotebookNode:
        return new_markdown_cell(source)

    def answer(self, grade_id: str, source: str) -> NotebookNode:
        return self._marked(source, grade_id, grade=False, solution=True)

    def test(self, grade_id: str, source: str = "") -> NotebookNode:
        return self._marked(source, grade_id, grade=True, solution=False, points=4)

    def _marked(self, source: str, grade_id: str, **marks: Any) -> NotebookNode:
        cell = self.code(source)
        marks |= {"grade_id": grade_id, "locked": marks["grade"], "schema_version": 3}
        cell.metadata.nbgrader = {**marks, "task": False}
        return cell

    def job(
        self,
        cells: Sequence[NotebookNode],
        checks: Mapping[str, str] | None = None,
        *,
        files: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        timeouts: Mapping[int, float | None] | None = None,
        kernel: str = "python3",
        minor: int = 5,
        seed: int = 3,
        **more: Any,
    ) -> Job:
        folder = self._folder("job")
        bundle = folder / "bundle"
        bundle.mkdir()
        for name, content in (files or {}).items():
            (bundle / name).write_text(content)
        spec = {"name": kernel, "display_name": kernel, "language": "python"}
        nb = new_notebook(metadata={"kernelspec": spec})
        nb.nbformat_minor = minor
        nb.cells = copy.deepcopy(list(cells))
        if minor < 5:
            for cell in nb.cells:
                del cell["id"]
        (bundle / "work.ipynb").write_text(nbformat.writes(nb, version=nbformat.NO_CONVERT))
        found = tuple(CheckCell(key, source, 4.0) for key, source in (checks or {}).items())
        return Job(
            key="key",
            course="course",
            assignment="int8",
            student="ada",
            bundle=bundle,
            result=folder / "result",
            notebooks=(NotebookJob("work", found, timeouts or {}),),
            seed=seed,
            limits=limits or Limits(),
            **more,
        )

    def grade(self, cells: Sequence[NotebookNode], *args: Any, **kwargs: Any) -> Graded:
        return self.run(self.job(cells, *args, **kwargs))

    @staticmethod
    def run(job: Job) -> Graded:
        messages: list[str] = []

        def on_message(message: Mapping[str, Any]) -> None:
            messages.append(str(message))

        if not any(notebook.checks for notebook in job.notebooks):
            return Graded(job, execute(job, on_message=on_message), messages)
        ours, theirs = multiprocessing.Pipe()
        arguments = (job.grader, job.limits.check_memory)
        process = fork(serve, arguments, [theirs], ("numpy", "autograder.execution.checker"))
        theirs.close()
        try:
            return Graded(job, execute(job, ours, on_message=on_message), messages)
        finally:
            ours.close()
            if not process.join(5):  # a check that hangs
                process.signal(signal.SIGKILL)
            process.close()


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folders: list[Path] = []

    def folder(name: str) -> Path:
        folders.append(tmp_path_factory.mktemp(name))
        return folders[-1]

    yield Room(folder)
    for made in folders:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(autouse=True)
def _no_process_is_left(left_running: Callable[[], list[Any]]) -> Iterator[None]:
    yield
    assert not left_running()
