"""An assignment from fetch to receipt, without a mouse."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from .conftest import School
from .keyboard import press, tab_to
from .server import Lab, Place
from .window import Window

TOY = "Doubling"
IN_THE_NOTEBOOK = "() => document.activeElement.closest('.jp-Notebook')"
IN_THE_EDITOR = "() => document.activeElement.closest('.jp-Notebook-cell.jp-mod-active .cm-editor')"
ANSWER = "def double(x):\n    return 2 * x\n"


@pytest.mark.slow
def test_an_assignment_is_fetched_answered_checked_and_handed_in_with_the_keyboard_alone(
    school: School, place: Place, lab: Lab, window: Window
) -> None:
    page, keys = window.page, window.page.keyboard
    notebook = place.desk / "toy" / "toy.ipynb"

    window.palette("Show the Classroom")
    tab_to(window, window.button("Fetch", TOY))
    keys.press("Enter")
    # The button that was pressed offers the next step, and still has the focus.
    expect(window.button("Open", TOY)).to_be_focused()
    window.shot("keyboard-focus")
    keys.press("Enter")

    # The notebook has the focus: its own keys lead to the answer's cell.
    cells = page.locator(".jp-Notebook-cell")
    answer = cells.filter(has_text="def double")
    expect(answer.first).to_be_visible()
    window.settle()
    page.wait_for_function(IN_THE_NOTEBOOK)
    press(window, "Escape")
    for _ in range(cells.count()):
        if "jp-mod-active" in (answer.first.get_attribute("class") or ""):
            break
        press(window, "ArrowDown")
    expect(answer.first).to_have_class(re.compile("jp-mod-active"))
    press(window, "Enter")
    page.wait_for_function(IN_THE_EDITOR)
    press(window, "Control+A")
    keys.insert_text(ANSWER)
    press(window, "Escape")

    window.palette("Check This Notebook")
    outcome = page.locator(".jp-llm-check-outcome")
    expect(outcome).to_be_visible(timeout=300_000)
    saved = json.loads(notebook.read_text())["cells"]
    assert ANSWER in ["".join(cell["source"]) for cell in saved]

    window.palette("Submit This Assignment")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Receipt")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    keys.press("Enter")
    expect(dialog).to_have_count(0)
    (handed_in,) = (school.exchange / "nlp" / "inbound").glob("ada+toy+*")
    assert (handed_in / notebook.name).read_bytes() == notebook.read_bytes()

    window.reload()
    # The notebook comes back and takes the focus, which the panel would lose to it.
    expect(answer.first).to_be_visible()
    window.settle()
    page.wait_for_function(IN_THE_NOTEBOOK)
    window.show_panel()
    expect(window.row(TOY)).to_contain_text("Submitted")
    tab_to(window, window.row(TOY).get_by_role("button", name=TOY, exact=True))
    keys.press("Enter")
    (submission,) = lab.ask("courses/nlp/assignments/toy")["history"]
    history = page.get_by_role("table", name=f"Submissions of {TOY}")
    expect(history).to_contain_text(submission["hash"][:8])
