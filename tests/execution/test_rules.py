"""Rules on the source through a real run: who is judged, on what, and what it costs."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from autograder.checks.report import REPORT_MIME
from autograder.checks.rules import Forbidden, Role
from autograder.execution.cells import code_cells
from autograder.execution.job import Swap

CHECK = '''
from autograder.checks import question, values

@question
def {name}(run):
    """The larger of two."""
    yield values.equal("numbers", run.call("{name}", 3, 5), 5)
'''
LARGER, LARGEST = CHECK.format(name="larger"), CHECK.format(name="largest")
RULES = {"larger": (Forbidden(("heapq.nlargest",)), Forbidden(("max",)))}
HELPER = "from heapq import nlargest as best\n\ndef helper(*n):\n    return best(1, n)[0]\n"


def _job(room: Any, larger: str, *, files: dict[str, str] | None = None, **more: Any) -> Any:
    cells = [
        room.text("# Larger"),
        room.answer("answer-larger", larger),
        room.test("larger"),
        room.answer("answer-largest", "def largest(*a): return max(a)"),
        room.test("largest"),
    ]
    job = room.job(cells, {"larger": LARGER, "largest": LARGEST}, files=files, **more)
    (notebook,) = job.notebooks
    checks = tuple(
        dataclasses.replace(check, rules=RULES.get(check.grade_id, ())) for check in notebook.checks
    )
    return dataclasses.replace(job, notebooks=(dataclasses.replace(notebook, checks=checks),))


def test_a_broken_rule_loses_the_question_and_nothing_else(room: Any) -> None:
    answer = "m = max\n\ndef larger(a, b):\n    return m(a, b)"
    graded = room.run(_job(room, answer))
    question = graded.question("larger")
    assert (question.points, question.state) == (0.0, "failed")
    assert graded.passed("larger") == {"numbers": True, "written by yourself": False}
    told = "max in line 1 of the answer; m in line 4 of the answer"
    assert graded.measured("larger")["written by yourself"] == told
    assert graded.question("largest").points == 4.0
    assert list(graded.passed("largest")) == ["numbers"]
    report, error = graded.outputs(2)
    shown = report.data[REPORT_MIME]["findings"][-1]
    assert shown["measured"] == told and shown["gate"]
    assert shown["wanted"] == "without heapq.nlargest, and without max"
    assert error.ename == "QuestionFailed"


def test_an_answer_within_the_rules_earns_everything(room: Any) -> None:
    graded = room.run(_job(room, "def larger(a, b):\n    return a if a > b else b"))
    assert graded.question("larger").points == 4.0
    assert graded.passed("larger") == {"numbers": True, "written by yourself": True}
    assert graded.question("larger").state == "passed"


USES_HELPER = "from mine import helper\n\ndef larger(a, b):\n    return helper(a, b)"
WRITES_HELPER = f"from pathlib import Path\n_ = Path('mine.py').write_text({HELPER!r})\n"


@pytest.mark.parametrize(
    ("answer", "files", "given", "earns"),
    [
        (USES_HELPER, {"mine.py": HELPER}, (), 0.0),
        (USES_HELPER, {"mine.py": HELPER}, ("mine.py",), 4.0),
        (WRITES_HELPER + USES_HELPER, {}, (), 0.0),
    ],
    ids=["a student's module", "the instructor's module", "a module that the run wrote"],
)
def test_a_module_counts_as_whose_it_is(
    room: Any, answer: str, files: dict[str, str], given: tuple[str, ...], earns: float
) -> None:
    graded = room.run(_job(room, answer, files=files, given=given))
    assert graded.question("larger").points == earns
    assert graded.passed("larger")["numbers"]
    told = graded.measured("larger")["written by yourself"]
    assert ("mine.py" in told) is (earns == 0)


def test_a_swapped_answer_is_judged_on_its_own_source(room: Any) -> None:
    swap = Swap("builtin", {"answer-larger": "def larger(a, b): return max(a, b)"})
    job = _job(room, "def larger(a, b):\n    return a if a > b else b", swaps=(swap,))
    graded = room.run(job)
    assert graded.question("larger").points == 4.0
    (replay,) = [r for r in graded.run.replays if r.question.grade_id == "larger"]
    assert replay.question.points == 0.0
    assert [f["passed"] for f in replay.question.findings] == [True, False]


def test_more_code_than_is_read_is_no_pass(room: Any) -> None:
    answer = f"larger = lambda a, b: b\nx = '{'x' * (5 << 20)}'"
    graded = room.run(_job(room, answer))
    assert graded.question("larger").points == 0.0
    assert "more code than is read" in graded.measured("larger")["written by yourself"]


def test_a_cell_is_the_instructors_only_by_its_grade_id(room: Any) -> None:
    claimed = room.code("y = 1")
    claimed.metadata.nbgrader = {"locked": True, "grade": True, "solution": False}
    injected = room.code("SEED = 1", "injected-parameters")
    found = code_cells([room.text("a"), claimed, injected, room.answer("b", ""), room.test("c")])
    assert [(grade_id, cell.role, cell.number) for grade_id, cell in found] == [
        ("", Role.OTHER, 2),
        ("", Role.GIVEN, 2),
        ("b", Role.ANSWER, 3),
        ("c", Role.CHECK, 4),
    ]
