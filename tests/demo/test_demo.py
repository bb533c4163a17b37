"""The demo tells each difference from its committed table, which knows the whole class."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from autograder.course import assignment_ids

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module behind ``make demo``, which is a script and no package."""
    monkeypatch.syspath_prepend(str(CHECKOUT / "demo"))
    yield importlib.import_module("run")
    for name in ("run", "students"):
        sys.modules.pop(name)


def test_the_table_has_a_row_for_each_submission_and_no_other(demo: ModuleType) -> None:
    rows = demo.expected()
    handed_in = [(work.assignment, work.student) for work in demo.SUBMISSIONS]
    assert [(row["assignment"], row["student"]) for row in rows] == handed_in
    assert len(set(handed_in)) == len(handed_in)
    assert set(demo.ASSIGNMENTS) == set(assignment_ids(CHECKOUT))
    assert len({student for _, student in handed_in}) >= 12
    assert {"graded", "failed", "refused"} == {row["outcome"] for row in rows}


def test_the_same_table_has_no_difference(demo: ModuleType) -> None:
    assert list(demo.compare(demo.expected(), demo.expected())) == []


def test_each_difference_is_told(demo: ModuleType) -> None:
    wanted = demo.expected()
    found = [dict(row) for row in wanted]
    found[0]["score"] = "0.5"
    found[1]["outcome"] = "ungraded"
    found[-1]["student"] = "zoe"
    told = list(demo.compare(found, wanted))
    assert len(told) == 4
    first, second, last = (f"{r['assignment']}, {r['student']}" for r in (*wanted[:2], wanted[-1]))
    assert told[0] == f"{first}: score is 0.5, expected {wanted[0]['score']}"
    assert told[1].startswith(f"{second}: outcome is ungraded")
    assert told[2] == f"{last}: is missing"
    assert told[3] == f"{wanted[-1]['assignment']}, zoe: was not expected"


def test_every_student_hands_in_something_of_their_own(demo: ModuleType) -> None:
    students = sys.modules["students"]
    for name in demo.ASSIGNMENTS:
        answers = students.read_answers(CHECKOUT / "assignments" / name)
        assert len(answers.reference) > 5
        released = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        for grade_id in answers.reference:
            mark = {"grade_id": grade_id, "solution": True}
            cell = {"cell_type": "code", "metadata": {"nbgrader": mark}, "outputs": []}
            released["cells"].append({**cell, "source": "…"})
        works = [work for work in demo.SUBMISSIONS if work.assignment == name]
        handed_in = {work.student: work.work(released, answers) for work in works}
        late = {work.student for work in works if work.before_due.total_seconds() < 0}
        for student in late:  # right, and too late
            assert handed_in.pop(student) == handed_in["ada"]
        assert len(set(handed_in.values())) == len(handed_in)


def test_a_folder_that_is_no_demo_course_is_left_alone(demo: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(demo.DemoError, match="no demo course"):
        demo.is_ready(tmp_path)
    assert (tmp_path / "thesis.tex").exists()
    assert not demo.is_ready(tmp_path / "none")
