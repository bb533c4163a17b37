"""A newcomer's first day, from an empty desk to feedback by the real grader."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import expect

from ..gradebook.conftest import opened
from .conftest import REAL, School
from .notebook import answers_of, paste_answers
from .server import Lab, Place
from .window import Window

TOY = {"double": "def double(x):\n    return 2 * x", "why": "Since $2x = x + x$."}


@pytest.fixture
def reference() -> Mapping[str, str]:
    """The answers of the real assignment's reference solution, by grade id."""
    return answers_of(REAL)


def scores(school: School, assignment: str, student: str = "ada") -> tuple[float, float]:
    """Read score and maximum from the gradebook."""
    log = logging.getLogger("tests.ui")
    with opened(school.course(), log).gradebook() as gradebook:
        submission = gradebook.find_submission(assignment, student)
        return float(submission.score), float(submission.max_score)


def grade(school: School, assignment: str) -> None:
    """Collect, grade and give feedback, as the instructor does."""
    # Whoever runs the tests owns the files of both.
    school.instruct("collect", assignment, "--ExchangeCollect.check_owner=False")
    school.instruct("grade", assignment)
    school.instruct("feedback", assignment)


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ["toy", REAL])
def test_the_newcomers_first_day(
    assignment: str,
    school: School,
    place: Place,
    lab: Lab,
    open_window: Callable[..., Window],
    reference: Mapping[str, str],
) -> None:
    window = open_window().open()
    page = window.page

    # Nothing is there but what the course offers.
    window.show_panel()
    title = window.title_of(assignment)
    expect(window.panel.locator(".jp-llm-part").first).to_be_visible()
    window.shot(f"day-1-newcomer-{assignment}")

    # Fetch.
    window.press("Fetch", title)
    expect(window.button("Open", title)).to_be_visible()
    notebook = place.desk / assignment / f"{assignment}.ipynb"
    assert json.loads(notebook.read_text())["cells"]
    window.reload()
    window.show_panel()
    expect(window.button("Open", title)).to_be_visible()

    # Work on it.
    window.press("Open", title)
    page.locator(".jp-Notebook").wait_for()
    paste_answers(window, TOY if assignment == "toy" else reference)
    before = notebook.read_text()
    window.shot(f"day-2-work-{assignment}")

    # Check in a fresh kernel: the document is saved, and nothing of it is run here.
    page.locator(".jp-llm-check").get_by_role("button", name="Check").click()
    outcome = page.locator(".jp-llm-check-outcome")
    expect(outcome).to_be_visible(timeout=300_000)
    done, total = outcome.inner_text().split(" of ")
    assert int(done) == int(total.split()[0]) > 0, outcome.inner_text()
    assert notebook.read_text() != before
    code = [c for c in json.loads(notebook.read_text())["cells"] if c["cell_type"] == "code"]
    assert all(cell["execution_count"] is None and not cell["outputs"] for cell in code)
    window.shot(f"day-3-checked-{assignment}")
    assert window.axe() == []

    # Hand in.
    window.press("Submit", title)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Receipt")
    (handed_in,) = (school.exchange / "nlp" / "inbound").glob(f"ada+{assignment}+*")
    assert (handed_in / notebook.name).read_bytes() == notebook.read_bytes()
    (submission,) = lab.ask(f"courses/nlp/assignments/{assignment}")["history"]
    expect(dialog).to_contain_text(submission["hash"])
    sent = {file["path"]: file["sha256"] for file in submission["files"]}
    assert sent[notebook.name] == hashlib.sha256(notebook.read_bytes()).hexdigest()
    window.shot(f"day-4-receipt-{assignment}")
    assert window.axe() == []
    dialog.get_by_role("button", name="Close").click()

    # The grader, and what it says.
    grade(school, assignment)
    score, most = scores(school, assignment)
    window.reload()
    window.show_panel()
    window.press("Read feedback", title)
    view = page.locator(".jp-llm-feedback")
    check_feedback(view, score, most)
    window.shot(f"day-5-feedback-{assignment}")
    assert window.axe() == []
    window.reload()
    check_feedback(page.locator(".jp-llm-feedback"), score, most)
    assert list((place.desk / assignment / "feedback").rglob("*.html"))


def check_feedback(view: Any, score: float, most: float) -> None:
    """Expect the gradebook's score on the feedback's page."""
    expect(view.locator(".jp-llm-feedback-score")).to_contain_text(f"{score:g}")
    expect(view.locator(".jp-llm-feedback-score")).to_contain_text(f"of {most:g} points")
