"""The classroom beside nbgrader's own extension, as an instructor's Lab has both."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from .conftest import School
from .server import Lab, Place
from .window import Window

TOY = "Doubling"


def test_what_is_handed_in_here_is_in_the_list_of_nbgrader(
    school: School, lab: Lab, place: Place, open_window: Callable[..., Window]
) -> None:
    place.load_nbgrader(True)
    lab.finish("fetch")
    window = open_window().open()
    window.show_panel()
    window.press("Open", TOY)
    toolbar = window.page.locator(".jp-NotebookPanel-toolbar")
    expect(toolbar.get_by_text("Validate", exact=True)).to_be_visible()
    expect(toolbar.get_by_text("Check", exact=True)).to_be_visible()
    window.press("Submit", TOY)
    dialog = window.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Receipt")
    dialog.get_by_role("button", name="Close").click()
    window.execute("nbgrader:open-assignment-list")
    expect(window.page.locator("#submitted_assignments_list")).to_contain_text("toy")
    assert len(list((school.exchange / "nlp" / "inbound").glob("ada+toy+*"))) == 1
    assert window.axe() == []
    window.shot("beside-nbgrader")
    window.reload()
    expect(window.page.locator("#submitted_assignments_list")).to_contain_text("toy")
    window.show_panel()
    expect(window.row(TOY)).to_contain_text("Submitted")


def test_a_student_is_not_shown_the_tools_of_instructors(lab: Lab, window: Window) -> None:
    assert window.has("llm-classroom:show-panel")
    assert not window.has("nbgrader:open-create-assignment")
    assert not window.has("nbgrader:open-formgrader")
    # Nor is the terminal told that a student's folder is no course.
    assert "nbgrader will not work" not in lab.log.read_text()
