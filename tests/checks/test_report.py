"""The report, as JSON and as text."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from autograder.checks.finding import Bounds, Finding
from autograder.checks.report import (
    REPORT_MIME,
    mime_bundle,
    public_finding,
    report,
    report_text,
)
from autograder.checks.text import clean
from autograder.checks.verdict import Verdict

VERDICT = Verdict(
    "absmax",
    "The largest magnitude maps to 127.",
    (
        Finding("codes in range", True, 127.0, "-127 to 127", gate=True, bounds=Bounds(-127, 127)),
        Finding("error", False, 0.71456, "at most 0.65", "scales", hint="Round to nearest."),
        Finding(
            "zero rows", False, "raised ValueError: x", "an answer", hidden=True, hint="Zeros?"
        ),
        Finding("bias", False, "not defined", attempted=False),
        Finding("shape", False, "(3,)", "(4,)", gate=True),
        Finding("passed with a hint", True, hint="Not shown."),
    ),
    hidden_remaining=2,
)


def test_the_text_aligns_what_was_measured_with_what_was_wanted() -> None:
    assert report_text(report(VERDICT, 0, 3)) == "\n".join([
        "absmax: The largest magnitude maps to 127.  [0 of 3 points]",
        "  ✓ codes in range      127                   wanted: -127 to 127",
        "  ✗ error               0.7146 scales         wanted: at most 0.65",
        "      hint: Round to nearest.",
        "  ✗ zero rows (hidden)  raised ValueError: x",
        "      hint: Zeros?",
        "  – bias                not attempted",
        "  ✗ shape               (3,)                  "
        "wanted: (4,); the question earns nothing without it",
        "  ✓ passed with a hint",
        "  + 2 hidden findings at grading",
    ])  # fmt: skip


def test_the_json_holds_what_a_student_may_read() -> None:
    public = report(VERDICT, max_points=3)
    assert {key: public[key] for key in public if key != "findings"} == {
        "schema": 1,
        "question": "absmax",
        "title": "The largest magnitude maps to 127.",
        "state": "not attempted",
        "points": 0.0,
        "max_points": 3,
        "hidden_remaining": 2,
    }
    assert public["findings"][1] == {
        "name": "error",
        "passed": False,
        "measured": 0.71456,
        "wanted": "at most 0.65",
        "unit": "scales",
        "weight": 1.0,
        "gate": False,
        "hint": "Round to nearest.",
        "hidden": False,
        "attempted": True,
    }
    assert public["findings"][2]["wanted"] == ""
    json.dumps(public, allow_nan=False)


def test_numbers_that_json_lacks_are_named() -> None:
    for number, name in ((math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf")):
        assert public_finding(Finding("x", False, number))["measured"] == name


def test_a_bundle_of_whole_findings_is_made_public_too() -> None:
    whole = {**report(VERDICT), "findings": [dataclasses.asdict(f) for f in VERDICT.findings]}
    bundle = mime_bundle(whole)
    assert bundle[REPORT_MIME] == report(VERDICT)
    assert bundle["text/plain"] == report_text(report(VERDICT))


def test_a_question_that_only_grading_measures_says_so() -> None:
    waiting = report(Verdict("q", "Title.", (), hidden_remaining=1))
    assert waiting["state"] == "at grading"
    assert report_text(waiting) == "q: Title.\n  + 1 hidden finding at grading"
    assert "Nothing is measured" in report_text(report(Verdict("q", "Title.", ())))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b2Jx\x9d0;t\x9cy", "xy"),
        ("\x1bPq\x1b", "q"),
        ("a\r\n\tb\0\x08c", "a bc"),
        ("\u202edesrever\u2066", "desrever"),
        ("\ud800é ✓", "é ✓"),
        ("x" * 400, "x" * 299 + "…"),
        ("\x1b" * 10**6, ""),
        ("\x1b[" + "1;" * 10**6, ""),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_text_that_students_chose_cannot_act_on_a_terminal(text: str, shown: str) -> None:
    assert clean(text) == shown
    finding = Finding("x", False, text, hint=text)
    assert public_finding(finding)["measured"] == shown
    assert "\x1b" not in report_text(report(Verdict("q", text, (finding,))))
