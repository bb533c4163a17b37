"""A wrong answer makes a hidden test fail, whose traceback shows its source."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any


def make(package: Any) -> None:
    package.answer("p1", "square", "def square(x):\n    return 9 if x == 3 else 1 / 0")


def effect(graded: Any) -> Iterator[str]:
    """What of the hidden test is in the page of feedback."""
    hidden, student = graded.target.markers["HIDDEN"], "hidden-traceback"
    notebook = graded.course / "autograded" / student / "ps1" / "p1.ipynb"
    assert notebook.read_text("utf-8").count(hidden) > 1, "source and traceback"
    words = [sys.executable, "-m", "autograder", "feedback", "ps1", f"--student={student}"]
    done = subprocess.run(words, cwd=graded.course, capture_output=True, text=True)
    page = graded.course / "feedback" / student / "ps1" / "p1.html"
    if not page.exists():
        yield f"no page: {done.stderr}"
    elif hidden in page.read_text("utf-8") or "square(-2)" in page.read_text("utf-8"):
        yield "the hidden test is on the page"
