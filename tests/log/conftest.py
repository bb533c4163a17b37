from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.log import NotebookOutcome, Outcome, QuestionOutcome, RunLog, Status, Submission


@pytest.fixture
def log(tmp_path: Path) -> Iterator[RunLog]:
    """A log whose clock ticks once a second."""
    start = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
    ticks = itertools.count()
    clock = lambda: start + datetime.timedelta(seconds=next(ticks))  # noqa: E731
    with RunLog.open(tmp_path / "course", clock=clock) as log:
        yield log


@pytest.fixture
def artefacts(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a folder as a run leaves it, with the text in its notebook."""
    numbers = itertools.count()

    def make(text: str = "ran") -> Path:
        folder = tmp_path / f"run-{next(numbers)}"
        (folder / "files" / "deep").mkdir(parents=True)
        (folder / "one.ipynb").write_text(text)
        (folder / "files" / "deep" / "adapter.bin").write_bytes(b"\0" * 10)
        return folder

    return make


def submission(
    student: str = "ada", key: str = "k1", assignment: str = "int8", timestamp: str | None = None
) -> Submission:
    return Submission(key, assignment, student, f"hash of {key}", timestamp)


def outcome(status: Status = Status.GRADED, **changes: object) -> Outcome:
    finding = {"name": "range", "passed": True, "measured": float("inf"), "wanted": "at most 1"}
    question = QuestionOutcome("absmax", 1.5, 3.0, "partial", "Largest", (finding,))
    notebook = NotebookOutcome("one", status, questions=(question,))
    facts = {"notebooks": (notebook,), "seed": 2**77, "seconds": 2.5, "notes": ("moved aside",)}
    return Outcome(status, **{**facts, **changes})  # type: ignore[arg-type]
