"""Courses to grade: one released assignment, and a class that handed it in."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from autograder.gradebook.build import build_gradebook
from autograder.gradebook.course import Course, open_course
from autograder.gradebook.init import init_course

__all__ = ["ASSIGNMENT", "copy_course", "light", "make_course", "make_real_course", "scores"]
__all__ += ["burning", "torch", "trivial"]

CHECKOUT = Path(__file__).resolve().parent.parent
ASSIGNMENT = "ps1"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
CONFIGURATION = 'c = get_config()\nc.CourseDirectory.course_id = "benchmark"\n'
STUB, RIGHT, WRONG = "raise NotImplementedError", "return 2 * x", "return x"
BURN = """import time
began = time.process_time()
while time.process_time() - began < {seconds}:
    pass"""


def marked(source: str, grade_id: str, **traits: Any) -> nbformat.NotebookNode:
    """Return a code cell with nbgrader's metadata."""
    flags = {"grade": False, "solution": False, "locked": False, "task": False, **traits}
    mark = {"schema_version": 3, "grade_id": grade_id, **flags}
    cell: nbformat.NotebookNode = new_code_cell(source, metadata={"nbgrader": mark})
    return cell


def _notebook(before: Sequence[str], tests: Sequence[str]) -> nbformat.NotebookNode:
    """Return a source notebook: cells, then a function to write, then tests of it."""
    answer = f"def double(x):\n    ### BEGIN SOLUTION\n    {RIGHT}\n    ### END SOLUTION"
    cells = [
        new_markdown_cell("# Doubling\n\nWrite `double`."),
        *(new_code_cell(source) for source in before),
        marked(answer, "double", solution=True),
        *(
            marked(source, f"test-{n}", grade=True, locked=True, points=1)
            for n, source in enumerate(tests)
        ),
    ]
    metadata = {"kernelspec": KERNEL}
    notebook: nbformat.NotebookNode = new_notebook(cells=cells, metadata=metadata)
    return notebook


def light() -> nbformat.NotebookNode:
    """Return a notebook of a light course: no library, a function, three tests."""
    return _notebook(["import math"], [f"assert double({n}) == {2 * n}" for n in range(1, 4)])


def torch() -> nbformat.NotebookNode:
    """Return a notebook that imports torch and transformers and computes next to nothing."""
    imports = "import torch\nimport transformers\nfrom transformers import AutoModelForCausalLM"
    tests = [f"assert double(torch.ones({n})).sum() == {2 * n}" for n in range(1, 4)]
    return _notebook([imports], tests)


def burning() -> nbformat.NotebookNode:
    """Return a notebook whose cells need one CPU second, in four parts."""
    return _notebook([BURN.format(seconds=0.25)] * 4, ["assert double(1) == 2"])


def trivial() -> nbformat.NotebookNode:
    """Return the smallest notebook that can be graded."""
    return _notebook([], ["assert double(1) == 2"])


def make_course(root: Path, notebook: nbformat.NotebookNode, submissions: int) -> None:
    """Make a course of a released notebook and a class of which every third student is wrong."""
    source = root / "source" / ASSIGNMENT / "p1.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook, source)
    (root / "nbgrader_config.py").write_text(CONFIGURATION)
    build_gradebook(_open(root))
    submitted = nbformat.read(root / "release" / ASSIGNMENT / "p1.ipynb", as_version=4)
    answer = next(c for c in submitted.cells if "def double" in c.source)
    for number in range(submissions):
        answer.source = f"def double(x):\n    {WRONG if number % 3 == 2 else RIGHT}"
        folder = root / "submitted" / f"student-{number:04}" / ASSIGNMENT
        folder.mkdir(parents=True)
        nbformat.write(submitted, folder / "p1.ipynb")


def make_real_course(root: Path, name: str, submissions: int) -> None:
    """Make a course of an assignment of this checkout, handed in with the reference's answers."""
    init_course(root, CHECKOUT, course_id="benchmark")
    for other in (root / "source").iterdir():
        if other.name != name:
            shutil.rmtree(other)
    build_gradebook(_open(root))
    source = nbformat.read(root / "source" / name / f"{name}.ipynb", as_version=4)
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    release = root / "release" / name
    submitted = nbformat.read(release / f"{name}.ipynb", as_version=4)
    for cell in submitted.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
    for number in range(submissions):
        folder = root / "submitted" / f"student-{number:04}" / name
        shutil.copytree(release, folder)
        nbformat.write(submitted, folder / f"{name}.ipynb")


def copy_course(template: Path, root: Path, submissions: int) -> Path:
    """Copy a course with the first `submissions` students' work, and return the copy."""
    shutil.copytree(template, root, ignore=shutil.ignore_patterns("submitted"))
    for folder in sorted((template / "submitted").iterdir())[:submissions]:
        shutil.copytree(folder, root / "submitted" / folder.name)
    return root


def scores(root: Path, assignment: str = ASSIGNMENT) -> dict[str, float]:
    """Return the scores in the gradebook by student."""
    with _open(root).gradebook() as gradebook:
        return {s.student.id: float(s.score) for s in gradebook.assignment_submissions(assignment)}


def _open(root: Path) -> Course:
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = "benchmark"
    log = logging.getLogger("benchmark")
    log.setLevel(logging.ERROR)
    return open_course(config, log)
