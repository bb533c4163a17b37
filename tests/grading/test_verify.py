"""The author's gate on a made-up assignment: what passes it, and each way to fail it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_notebook

from autograder.cli import main

from .conftest import KERNEL, cell

ROADMAP = Path(__file__).parents[2] / "assignments" / "roadmap.yaml"
SETTINGS = """\
title = "Times"
summary = "A number, several times."
minutes = 5
topics = ["engineer-1"]
"""
CHECK = '''\
from autograder.checks import Bounds, Finding, question

@question
def {name}(run):
    """A number times {times}."""
    yield Finding("one", run.call("{name}", 1) == {times}, gate=True)
    drawn = float(run.rng.uniform(5, 6))
    error = abs(run.call("{name}", drawn) - {times} * drawn)
    bounds = Bounds(high={limit}, scale="linear")
    yield Finding("error", bounds.contains(error), error, bounds.describe(), bounds=bounds)
    ### BEGIN HIDDEN TESTS
    yield Finding("negative", run.call("{name}", -3) == -3 * {times}, hint="Below zero?")
    yield Finding("zero", run.call("{name}", 0) == 0)
    yield Finding("fraction", run.call("{name}", 0.25) == {wanted}, hint="Between numbers?")
    ### END HIDDEN TESTS
'''
LIMIT = 2.5
SOLUTION = """\
def {name}(x):
    ### BEGIN SOLUTION
    return {times} * x
    ### END SOLUTION
"""
PLAUSIBLE = {
    "adds": ("double", "x + 1"),
    "squares": ("double", "x * x + x"),
    "magnitude": ("double", "2 * abs(x)"),
    "never-zero": ("double", "2 * x or 2"),
    "truncates": ("double", "2 * int(x * 8 + 0.5) / 8 if abs(x) > 1 else 2 * int(x)"),
    "magnitude-3": ("triple", "3 * abs(x)"),
    "never-zero-3": ("triple", "3 * x or 3"),
    "truncates-3": ("triple", "3 * int(x) if abs(x) < 1 else 3 * x"),
}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with the assignment ``times``: two questions and no wrong solution yet."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    root = tmp_path / "checkout"
    folder = root / "assignments" / "times"
    (folder / "wrong").mkdir(parents=True)
    shutil.copy(ROADMAP, root / "assignments")
    (folder / "assignment.toml").write_text(SETTINGS)
    write_notebook(folder)
    return root


def write_notebook(folder: Path, triple_of_a_quarter: float = 0.75, limit: float = LIMIT) -> None:
    cells = []
    for name, times, wanted in (("double", 2, 0.5), ("triple", 3, triple_of_a_quarter)):
        check = CHECK.format(name=name, times=times, wanted=wanted, limit=limit)
        cells += [
            cell("code", SOLUTION.format(name=name, times=times), f"{name}-answer", solution=True),
            cell("code", check, name, grade=True, locked=True, points=times),
        ]
    nb = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(nb, folder / "times.ipynb")


def add(
    checkout: Path, name: str, answer: tuple[str, str], *loses: str, trivial: bool = False
) -> None:
    question, expression = answer
    header = f"# loses = {json.dumps(loses or (question,))}\n"
    if trivial:
        header += "# trivial = true\n"
    body = f"# %% {question}-answer\ndef {question}(x):\n    return {expression}\n"
    path = checkout / "assignments" / "times" / "wrong" / f"{name}.py"
    path.write_text(header + '# why = "made up"\n\n' + body)


def add_right(checkout: Path, name: str, expression: str) -> None:
    folder = checkout / "assignments" / "times" / "right"
    folder.mkdir(exist_ok=True)
    body = f"# %% double-answer\ndef double(x):\n    return {expression}\n"
    (folder / f"{name}.py").write_text('# why = "another way"\n\n' + body)


def verify(checkout: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Run ``llm-classroom verify``; its status and its numbers."""
    status = main(["verify", f"--from={checkout}", "--seeds=2", "--jobs=2", *arguments])
    part = "-part" if any(a.startswith("--only") for a in arguments) else ""
    numbers = checkout / "build" / "verify" / f"times{part}.json"
    return status, json.loads(numbers.read_text()) if numbers.exists() else {}


def test_an_assignment_that_tells_right_from_wrong_passes(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, answer in PLAUSIBLE.items():
        add(checkout, name, answer)
    add(checkout, "input-returned", ("double", "x"), trivial=True)
    add_right(checkout, "by-addition", "x + x")
    status, numbers = verify(checkout)
    output = capsys.readouterr().out
    assert status == 0, output
    assert numbers["passed"] and numbers["problems"] == []
    assert numbers["questions"] == {"double": 2.0, "triple": 3.0}
    lost = {v["name"]: v["lost"] for v in numbers["variants"]}
    assert lost == {
        "reference": [],
        "released": ["double", "triple"],
        "by-addition": [],
        "input-returned": ["double"],
        **{name: [question] for name, (question, _) in PLAUSIBLE.items()},
    }
    failing = {v["name"]: [f for _, f in v["failing"]] for v in numbers["variants"]}
    assert failing["magnitude"] == ["negative"]
    assert failing["adds"] == ["error", "fraction", "negative", "zero"]
    (doubled,) = [m for m in numbers["margins"] if m["question"] == "double"]
    assert doubled["right"] < 1e-9
    # Which wrong answer comes nearest depends on the numbers that were drawn.
    assert lost[doubled["variant"]] == ["double"]
    assert doubled["wrong"] > LIMIT
    assert doubled["share"] == pytest.approx(LIMIT / doubled["wrong"], rel=1e-6)
    # Nobody is wrong about 3 * 1.
    assert numbers["unproved"] == ["triple, one", "triple, error"]
    assert "since no wrong solution fails them: triple, one; triple, error." in output
    assert "times: verified" in output
    assert "1 of 1 assignments verified." in output


def test_each_flaw_of_an_assignment_is_named(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The reference itself loses a point of the second question.
    write_notebook(checkout / "assignments" / "times", triple_of_a_quarter=99)
    both = ("double", "triple")
    add(checkout, "twin-a", ("double", "2 * abs(x)"), *both)
    add(checkout, "twin-b", ("double", "abs(x) + abs(x)"), *both)
    add(checkout, "harmless", ("double", "x + x"), *both)
    add(checkout, "more-than-said", ("double", "2 * x or 2"), "triple")
    add(checkout, "stranger", ("double", "0"), "double", "quadruple", trivial=True)
    add(checkout, "generous", ("double", "2 * abs(x)"), trivial=True)
    status, numbers = verify(checkout)
    assert status == 5
    assert not numbers["passed"]
    problems = {v["name"]: v["problems"] for v in numbers["variants"]}
    assert problems == {
        "reference": ["triple earns 2.25: fraction"],
        "released": [],
        "twin-a": [],
        "twin-b": [],
        "harmless": ["does not lose double under 2 of 2 seeds"],
        "more-than-said": ["loses double too, under 2 of 2 seeds: zero"],
        # These two run on the reference's kernel, so they lose what it loses.
        "stranger": ["loses triple too", "quadruple was not tried"],
        "generous": ["earns 1.5 of 2 in double", "loses triple too"],
    }
    assert numbers["problems"] == [
        "stranger names the question 'quadruple', which no check decides",
        "4 plausible wrong solutions are too few; write 8 or more.",
        "twin-a and twin-b fail the same findings: fraction, negative.",
    ]
    output = capsys.readouterr().out
    assert "times: not verified" in output
    assert "0 of 1 assignments verified." in output


@pytest.mark.parametrize(("limit", "side"), [(0.5, "right value"), (3.9, "nearest wrong value")])
def test_a_threshold_close_to_right_or_wrong_is_named(
    checkout: Path, limit: float, side: str
) -> None:
    write_notebook(checkout / "assignments" / "times", limit=limit)
    for name, answer in PLAUSIBLE.items():
        add(checkout, name, answer)
    status, numbers = verify(checkout)
    assert status == 5
    (problem,) = numbers["problems"]
    assert problem.startswith(f"double, error: the threshold {limit:g} is ")
    assert f"of the gap away from the {side} (" in problem
    # Of a chosen few, nothing is demanded that depends on all of them.
    assert verify(checkout, "--only=adds")[0] == 0


def test_another_right_solution_must_earn_everything(checkout: Path) -> None:
    add_right(checkout, "by-addition", "x + x")
    add_right(checkout, "by-squares", "(x + 1) ** 2 - x * x - 1 if x else None")
    status, numbers = verify(checkout, "--only=by-addition", "--only=by-squares")
    assert status == 5
    problems = {v["name"]: v["problems"] for v in numbers["variants"]}
    assert problems["by-addition"] == []
    assert problems["by-squares"] == ["double earns 1.5: zero"]


def test_a_solution_of_a_cell_that_is_gone_is_named_with_the_cells_there_are(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_right(checkout, "old", "x + x")
    path = checkout / "assignments" / "times" / "right" / "old.py"
    path.write_text(path.read_text().replace("double-answer", "softmax-answer"))
    assert verify(checkout)[0] == 2
    told = capsys.readouterr().err
    assert "right/old.py: replaces 'softmax-answer', which is no answer cell of times.ipynb" in told
    assert "(those are double-answer, triple-answer)" in told


def test_a_check_that_raises_on_a_swapped_answer_names_it(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(checkout, "text", ("double", "2 if x == 1 else 'text'"), trivial=True)
    status, numbers = verify(checkout)
    assert status == 5
    problems = {v["name"]: v["problems"] for v in numbers["variants"]}
    assert "The check 'double' of the answers 'text' raised " in problems["reference"][0]
    assert problems["text"] == [
        "was not judged: see the reference, on whose kernel it would have been"
    ]


def test_two_solutions_of_one_name_are_refused(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_right(checkout, "adds", "x + x")
    add(checkout, "adds", ("double", "x + 1"))
    assert verify(checkout)[0] == 2
    assert "two solutions named 'adds'" in capsys.readouterr().err


def test_some_wrong_solutions_can_be_chosen_and_a_wrong_name_is_told(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, answer in PLAUSIBLE.items():
        add(checkout, name, answer)
    status, numbers = verify(checkout, "--only=adds", "--only=magnitude-3")
    assert status == 0
    assert [v["name"] for v in numbers["variants"]] == [
        "reference",
        "released",
        "adds",
        "magnitude-3",
    ]
    capsys.readouterr()
    assert verify(checkout, "--only=subtracts")[0] == 2
    assert "'subtracts'" in capsys.readouterr().err
    assert verify(checkout, "timse")[0] == 2
    assert "Did you mean 'times'?" in capsys.readouterr().err
