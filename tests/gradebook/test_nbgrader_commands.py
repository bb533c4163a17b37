"""Commands of nbgrader itself in a course that ``init`` set up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat

from autograder.gradebook.course import Course


def nbgrader(course: Course, *argv: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *argv],
        cwd=course.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_generate_assignment_hides_what_our_release_hides(released: Course) -> None:
    ours = (released.path("release", ".", "toy") / "toy.ipynb").read_text()
    nbgrader(released, "generate_assignment", "toy", "--force")
    theirs = nbformat.read(released.path("release", ".", "toy") / "toy.ipynb", as_version=4)
    expected = nbformat.reads(ours, as_version=4)
    for cell in (*theirs.cells, *expected.cells):
        del cell["id"]
    assert theirs.cells == expected.cells


def test_export_leaves_no_zero_where_there_is_no_grade(
    released: Course, grade: Callable[..., Path]
) -> None:
    grade("ada")
    with released.gradebook() as gradebook:
        gradebook.add_student("nobody")
    told = nbgrader(released, "export", "--to=out.csv")
    assert "ClassroomExportPlugin" in told
    lines = (released.root / "out.csv").read_text().splitlines()
    assert lines[1].split(",")[3:10] == ["ada", "", "", "", "5.0", "0.0", "5.0"]
    assert lines[2].split(",")[3:10] == ["nobody", "", "", "", "", "", ""]
