"""Bad submissions, each in a folder with the verdict it must get.

``<id>/make.py`` spoils a package that would earn full marks. ``<id>/expect.toml`` says what must
come of it, and in ``shown`` how it is known to be an attack at all: ``none`` is tried without
isolation, ``asserts`` earns points where asserts decide, ``itself`` has a demonstration of its
own; other words say which earlier layer stops it, or why it cannot be shown. Those of a kind are
graded in one run, among honest neighbors.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attack_course import MAXIMUM, outputs

HERE = Path(__file__).parent
SHOWN = ("none", "asserts", "itself")


@pytest.mark.parametrize("setup", ["full", "full as a user", "restricted as a user"])
def test_every_bad_submission_gets_the_verdict_it_must_get_and_harms_nothing(
    setup: str, grade: Callable[..., Any], all_expectations: Any, subtests: pytest.Subtests
) -> None:
    everything = setup == "full"
    chosen = [
        a for a, wanted in all_expectations.items() if everything or wanted["shown"] == "none"
    ]
    assignments = ["ps1", "ps2", "ps3", "ps4"] if everything else ["ps1", "ps3"]
    graded = grade(setup, chosen, assignments)
    for attack, wanted in graded.expected.items():
        with subtests.test(attack=attack):
            if attack in graded.skipped:
                pytest.skip(graded.skipped[attack])
            check_verdict(graded, attack, wanted)
            assert bool(graded.effects[attack]) == ("gets_through" in wanted), graded.effects
    with subtests.test("the neighbors get full marks"):
        check_neighbors(graded, assignments)
    with subtests.test("what nobody may touch is as it was"):
        assert graded.changed and not any(graded.changed.values()), graded.changed
    with subtests.test("nothing is left behind"):
        assert graded.left == []
    with subtests.test("the run says that some were refused and dies of none"):
        check_output(graded, refused=everything)
    if everything:
        with subtests.test("a refused submission has no row in the gradebook"):
            check_gradebook(graded)
        with subtests.test("what cheats a check earns points where asserts decide"):
            check_twins(graded)


def test_an_attack_succeeds_where_nothing_isolates(
    grade: Callable[..., Any], all_expectations: Any, subtests: pytest.Subtests
) -> None:
    chosen = [attack for attack, wanted in all_expectations.items() if wanted["shown"] == "none"]
    graded = grade("none as a user", chosen, ["ps1", "ps3"])
    for attack in chosen:
        with subtests.test(attack=attack):
            if attack in graded.skipped:
                pytest.skip(graded.skipped[attack])
            row = graded.report[graded.expected[attack].get("assignment", "ps1"), attack]
            said = outputs(graded.course / "autograded" / attack / row["assignment"])
            assert graded.effects[attack], (row["reason"], said)


def test_an_attack_that_shows_itself_does(
    all_expectations: Any, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    for attack in (a for a, wanted in all_expectations.items() if wanted["shown"] == "itself"):
        with subtests.test(attack=attack):
            folder = tmp_path / attack
            folder.mkdir()
            runpy.run_path(str(HERE / attack / "make.py"))["demonstrate"](folder)


def test_each_attack_says_how_it_is_shown_and_which_threat_it_is(all_expectations: Any) -> None:
    assert len(all_expectations) >= 60
    for attack, wanted in all_expectations.items():
        assert wanted["shown"] in SHOWN or len(wanted["shown"]) > 25, attack
        assert wanted["threats"] and all(1 <= n <= 25 for n in wanted["threats"]), attack


def test_the_document_lists_each_attack_under_its_threats(all_expectations: Any) -> None:
    text = (HERE.parents[1] / "docs" / "isolation.md").read_text("utf-8")
    listed = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 5 and cells[1].isdigit():
            listed[int(cells[1])] = sorted(cells[3].replace("`", "").split())
    for threat in range(1, 26):
        tried = sorted(a for a, wanted in all_expectations.items() if threat in wanted["threats"])
        assert tried and listed[threat] == tried, threat


def check_verdict(graded: Any, attack: str, wanted: dict[str, Any]) -> None:
    assignment, student = wanted.get("assignment", "ps1"), wanted.get("student", attack)
    item = graded.report.get((assignment, student))
    if wanted["outcome"] == "none":
        assert item is None
        return
    assert item is not None, "it is in the report"
    lines = [item["reason"], *item["notes"]]
    said = outputs(graded.course / "autograded" / student / assignment)[-2000:]
    assert (item["status"], item["code"]) == (wanted["outcome"], wanted["code"]), (lines, said)
    if wanted["points"] == "none":
        assert item["score"] is None
    else:
        assert item["score"] == wanted["points"], (lines, said)
        assert item["max_score"] == MAXIMUM[assignment]
    for line in lines:
        assert "\n" not in line and line.isprintable()
    for text in wanted["message_contains"]:
        assert any(text in line for line in lines), (text, lines)
    for path in wanted["unharmed"]:
        assert not graded.changed[path], f"{path} was changed"


def check_neighbors(graded: Any, assignments: list[str]) -> None:
    for neighbor in graded.neighbors:
        for assignment in assignments:
            item = graded.report[assignment, neighbor]
            wanted = ("graded", MAXIMUM[assignment])
            assert (item["status"], item["score"]) == wanted, item["reason"]


def check_output(graded: Any, *, refused: bool) -> None:
    ungraded = any(w["outcome"] == "ungraded" for w in graded.expected.values())
    assert graded.status == (4 if ungraded else 3 if refused else 0), graded.output[-2000:]
    assert "Traceback" not in graded.output
    assert "\x1b[2J" not in graded.output
    assert not any(line.startswith("::") for line in graded.output.splitlines())


def check_gradebook(graded: Any) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{graded.course / 'gradebook.db'}", "attacked") as gradebook:
        recorded = {s.student.id for s in gradebook.assignment_submissions("ps1")}
    refused = {a for a, w in graded.expected.items() if w["outcome"] == "refused"}
    assert len(refused) > 15
    assert not (recorded & refused) - set(graded.skipped)


def check_twins(graded: Any) -> None:
    cheats = {a: w for a, w in graded.expected.items() if w["shown"] == "asserts"}
    assert len(cheats) >= 10
    for attack in cheats:
        item = graded.report["ps4", attack]
        assert item["score"] == MAXIMUM["ps4"], (attack, item["reason"])
        assert graded.report["ps3", attack]["score"] < MAXIMUM["ps3"], attack
