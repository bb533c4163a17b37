"""A small course with an assignment of ours, made by the real ``init``."""

from __future__ import annotations

import functools
import logging
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.converters import Autograde
from sqlalchemy.exc import SAWarning
from traitlets.config.loader import PyFileConfigLoader

from autograder.gradebook.course import Course, open_course
from autograder.gradebook.init import init_course
from autograder.gradebook.release import release_assignment

CHECK = '''\
from autograder.checks import Finding, question

@question
def doubling(run):
    """Twice the number comes back."""
    yield Finding("twice two", run.call("double", 2) == 4)
    ### BEGIN HIDDEN TESTS
    yield Finding("twice HIDDENMARKER", run.call("double", -3) == -6, hint="And below zero?")
    yield Finding("twice nothing", run.call("double", 0) == 0)
    ### END HIDDEN TESTS
'''
TESTS = """\
assert double(1) == 2
### BEGIN HIDDEN TESTS
assert double(21) == 42, "HIDDENMARKER wanted"
### END HIDDEN TESTS
"""
SOLUTION = """\
def double(x):
    ### BEGIN SOLUTION
    return 2 * x  # SOLUTIONMARKER
    ### END SOLUTION
"""
SETTINGS = """\
title = "Doubling"
summary = "A number, twice."
minutes = 5
topics = ["engineer-1"]
notebooks = ["introduction-to-quantization"]
"""


def cell(kind: str, source: str, grade_id: str, **traits: Any) -> nbformat.NotebookNode:
    made = (new_code_cell if kind == "code" else new_markdown_cell)(source)
    meta = {"grade": False, "solution": False, "task": False, "locked": False, **traits}
    made.metadata["nbgrader"] = {"schema_version": 3, "grade_id": grade_id, **meta}
    return made


def toy() -> nbformat.NotebookNode:
    parameters = cell("code", "SEED = 0\nMODEL: str = 'tiny'", "parameters", locked=True)
    parameters.metadata["tags"] = ["parameters", "skip-execution"]
    test = cell("code", TESTS, "asserts", grade=True, locked=True, points=2)
    test.metadata["tags"] = ["skip-execution"]
    return new_notebook(
        cells=[
            new_markdown_cell("# Doubling\n\nWrite $2x$."),
            parameters,
            cell("code", SOLUTION, "double", solution=True),
            cell("code", CHECK, "doubling", grade=True, locked=True, points=3),
            test,
            cell("markdown", "Why?", "why", grade=True, solution=True, points=5),
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one assignment, ``toy``, and markers in all that students must not see."""
    return write_checkout(tmp_path / "checkout")


def write_checkout(root: Path) -> Path:
    folder = root / "assignments" / "toy"
    for part in ("files", "grader", "wrong"):
        (folder / part).mkdir(parents=True)
    nbformat.write(toy(), folder / "toy.ipynb")
    (folder / "assignment.toml").write_text(SETTINGS)
    (folder / "files" / "data.csv").write_text("1\n")
    (folder / "grader" / "__init__.py").write_text("ORACLEMARKER = 42\n")
    (folder / "wrong" / "zeros.py").write_text("WRONGMARKER = 0\n")
    return root


@pytest.fixture
def quiet_log() -> Iterator[logging.Logger]:
    log = logging.getLogger("tests.gradebook")
    log.propagate = False
    log.handlers = [logging.NullHandler()]
    yield log


def opened(root: Path, log: logging.Logger, **options: dict[str, Any]) -> Course:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    for section, traits in options.items():
        config[section].update(traits)
    return open_course(config, log)


@pytest.fixture
def reopen(quiet_log: logging.Logger) -> Callable[..., Course]:
    """Open a course folder with its own configuration file, and options as on a command line."""
    return functools.partial(opened, log=quiet_log)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two courses made once, for tests to copy: as set up, and with ``toy`` released."""
    root = tmp_path_factory.mktemp("made")
    checkout = write_checkout(root / "checkout")
    init_course(root / "fresh", checkout, course_id="nlp")
    init_course(root / "released", checkout, course_id="nlp")
    release_assignment(opened(root / "released", logging.getLogger("tests.made")), "toy")
    return root


@pytest.fixture
def course(tmp_path: Path, made: Path, reopen: Callable[..., Course]) -> Course:
    """A course with ``toy``, set up by ``init``."""
    return reopen(Path(shutil.copytree(made / "fresh", tmp_path / "nlp")))


@pytest.fixture
def released(tmp_path: Path, made: Path, reopen: Callable[..., Course]) -> Course:
    """A course whose ``toy`` has been released."""
    return reopen(Path(shutil.copytree(made / "released", tmp_path / "released")))


Outputs = dict[str, list[nbformat.NotebookNode]]
Grade = Callable[..., Path]


@pytest.fixture
def grade(released: Course, reopen: Callable[..., Course]) -> Grade:
    """Let a student hand in ``toy`` with given outputs, and have nbgrader score those."""
    unexecuted = reopen(released.root, Execute={"enabled": False}, ClearOutput={"enabled": False})

    def graded(
        student: str,
        outputs: Outputs | None = None,
        sources: dict[str, str] | None = None,
        extra: list[nbformat.NotebookNode] | None = None,
        receipt: bool = True,
        stamp: str = "2026-10-01 07:00:00.000000 UTC",
    ) -> Path:
        folder = released.path("submitted", student, "toy")
        folder.mkdir(parents=True)
        notebook = nbformat.read(released.path("release", ".", "toy") / "toy.ipynb", as_version=4)
        for part in notebook.cells:
            grade_id = part.metadata.get("nbgrader", {}).get("grade_id", "")
            part.source = (sources or {}).get(grade_id, part.source)
            if part.cell_type == "code":
                part.outputs = (outputs or {}).get(grade_id, [])
        notebook.cells += extra or []
        nbformat.write(notebook, folder / "toy.ipynb")
        (folder / "timestamp.txt").write_text(stamp)
        if receipt:
            (folder / "submission_secret.txt").write_text(f"secret of {student}")
        converter = Autograde(
            coursedir=unexecuted.directory_for("toy", student=student), parent=unexecuted.parent
        )
        with warnings.catch_warnings():
            # nbgrader adds a submission before its session knows it.
            warnings.simplefilter("ignore", SAWarning)
            converter.start()
        return unexecuted.path("autograded", student, "toy")

    return graded
