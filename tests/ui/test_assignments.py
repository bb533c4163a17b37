"""Assignments in the Lab when things are not as they should be, and more than one of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .conftest import School
from .server import Lab, Place
from .window import Window

TOY = "Doubling"


def inbound(school: School, course: str = "nlp") -> list[str]:
    return sorted(path.name for path in (school.exchange / course / "inbound").glob("*+*+*"))


def fetched(window: Window, title: str = TOY, course: str = "nlp") -> None:
    """Fetch an assignment."""
    window.press("Fetch", title, course)
    expect(window.button("Open", title, course)).to_be_visible()


def test_what_the_course_offers_is_listed_with_due_date_and_points(
    lab: Lab, window: Window
) -> None:
    panel = window.show_panel()
    rows = panel.locator(".jp-llm-assignment")
    expect(rows).to_have_count(3)
    row = window.row(TOY)
    expect(row).to_contain_text("Released")
    expect(row).to_contain_text("10 points")
    expect(row.locator("time")).to_contain_text("due in")
    (found,) = [
        a
        for course in lab.ask("courses")["courses"]
        for a in course["assignments"]
        if (a["course"], a["title"]) == ("nlp", TOY)
    ]
    assert row.locator("time").get_attribute("datetime") == found["due"]


def test_an_exchange_that_is_missing_is_told_and_found_when_it_is_there(
    school: School, place: Place, open_window: Callable[..., Window]
) -> None:
    away = school.exchange.rename(school.root / "away")
    window = open_window().open()
    panel = window.show_panel()
    alert = panel.get_by_role("alert").first
    expect(alert).to_contain_text(str(school.exchange))
    expect(panel.locator(".jp-llm-assignment")).to_have_count(0)
    # The roadmap needs no exchange.
    expect(panel.locator(".jp-llm-part")).to_have_count(3)
    window.shot("exchange-missing")
    assert window.axe() == []
    away.rename(school.exchange)
    alert.get_by_role("button", name="Try again").click()
    expect(panel.locator(".jp-llm-assignment")).to_have_count(3)
    expect(alert).to_be_empty()
    fetched(window)
    assert json.loads((place.desk / "toy" / "toy.ipynb").read_text())["cells"]
    window.reload()
    window.show_panel()
    expect(window.button("Open", TOY)).to_be_visible()


def test_a_corrupt_notebook_is_told_and_restored_without_losing_what_was_there(
    place: Place, window: Window
) -> None:
    window.show_panel()
    fetched(window)
    notebook = place.desk / "toy" / "toy.ipynb"
    released = notebook.read_bytes()
    notebook.write_text("{ this was a notebook")
    window.details(TOY)
    page = window.page
    row = page.get_by_role("row").filter(has_text="toy.ipynb")
    expect(row).to_contain_text("damaged")
    window.shot("corrupt-notebook")
    assert window.axe() == []
    row.get_by_role("button", name="Restore").click()
    page.get_by_role("dialog").get_by_role("button", name="Restore").click()
    expect(row.first).to_contain_text("as released")
    assert notebook.read_bytes() == released
    kept = [p for p in notebook.parent.iterdir() if p.name.startswith("toy.mine")]
    assert [path.read_text() for path in kept] == ["{ this was a notebook"]
    window.reload()
    expect(page.get_by_role("row").filter(has_text="toy.ipynb").first).to_contain_text(
        "as released"
    )


def test_a_double_click_hands_in_once(school: School, window: Window) -> None:
    window.show_panel()
    fetched(window)
    window.press("Open", TOY)
    window.page.locator(".jp-Notebook").wait_for()
    window.button("Submit", TOY).dblclick()
    dialog = window.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Receipt")
    dialog.get_by_role("button", name="Close").click()
    expect(window.row(TOY)).to_contain_text("Submitted")
    assert len(inbound(school)) == 1
    window.reload()
    window.show_panel()
    expect(window.row(TOY)).to_contain_text("Submitted")


def test_in_two_tabs_both_see_what_one_of_them_does(
    school: School, place: Place, window: Window
) -> None:
    second = window.another().open()
    for tab in (window, second):
        tab.show_panel()
        expect(tab.button("Fetch", TOY)).to_be_visible()
    # At once, as near as two hands can.
    # The later click may find that its button has become "Open" already.
    for button in [tab.button("Fetch", TOY).element_handle() for tab in (window, second)]:
        button.click(no_wait_after=True)
    for tab in (window, second):
        expect(tab.row(TOY)).to_contain_text("Fetched")
        expect(tab.row(TOY).get_by_role("alert")).to_be_empty()
    # The second tab is told of the first one's files while its own are still being fetched.
    window.lab.finish_all()
    assert json.loads((place.desk / "toy" / "toy.ipynb").read_text())["cells"]
    assert [path.name for path in place.desk.iterdir()] == ["toy"]
    for tab in (window, second):
        tab.reload()
        tab.show_panel()
        expect(tab.row(TOY)).to_contain_text("Fetched")


def test_an_assignment_of_the_second_course_is_not_taken_for_that_of_the_first(
    school: School, place: Place, window: Window
) -> None:
    window.show_panel()
    fetched(window)
    mine = place.desk / "toy" / "toy.ipynb"
    mine.write_text(mine.read_text() + "\n")
    before = mine.read_bytes()
    window.press("Fetch", TOY, "vision")
    alert = window.row(TOY, "vision").get_by_role("alert")
    expect(alert).to_contain_text("path_includes_course")
    # By itself, however far down in the list.
    expect(alert).to_be_in_viewport(ratio=0.95)
    window.shot("second-course")
    assert window.axe() == []
    assert mine.read_bytes() == before
    window.reload()
    window.show_panel()
    expect(window.button("Fetch", TOY, "vision")).to_be_visible()
    expect(window.button("Open", TOY, "nlp")).to_be_visible()


def test_with_a_folder_for_each_course_both_assignments_are_handed_in(
    school: School, place: Place, lab: Lab, open_window: Callable[..., Window]
) -> None:
    with (place.config / "nbgrader_config.py").open("a") as config:
        config.write("c.Exchange.path_includes_course = True\n")
    lab.restart()
    window = open_window().open()
    window.show_panel()
    for course in ("nlp", "vision"):
        fetched(window, TOY, course)
        assert (place.desk / course / "toy" / "toy.ipynb").is_file()
        window.press("Open", TOY, course)
        window.page.locator(".jp-Notebook:visible").wait_for()
        window.press("Submit", TOY, course)
        dialog = window.page.get_by_role("dialog")
        expect(dialog).to_contain_text("Receipt")
        dialog.get_by_role("button", name="Close").click()
        assert [name.split("+")[1] for name in inbound(school, course)] == ["toy"]


def test_a_restart_in_the_middle_of_a_check_is_told_and_nothing_is_lost(
    lab: Lab, place: Place, window: Window
) -> None:
    window.show_panel()
    fetched(window)
    notebook = place.desk / "toy" / "toy.ipynb"
    content = json.loads(notebook.read_text())
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "double":
            cell["source"] = "import time\ntime.sleep(600)"
    notebook.write_text(json.dumps(content))
    work = ["".join(cell["source"]) for cell in content["cells"]]
    window.press("Open", TOY)
    page = window.page
    page.locator(".jp-Notebook").wait_for()
    page.locator(".jp-llm-check").get_by_role("button", name="Check").click()
    expect(page.locator(".jp-llm-check progress")).to_be_visible()
    expect(page.locator(".jp-llm-check-step")).to_contain_text("cells")
    window.shot("check-running")
    assert window.axe() == []
    window.restart_lab()
    window.show_panel()
    expect(window.button("Open", TOY)).to_be_visible()
    # Checking has saved it, in JupyterLab's own layout.
    saved = json.loads(notebook.read_text())["cells"]
    assert ["".join(cell["source"]) for cell in saved] == work
    assert lab.ask("jobs")["jobs"] == []


def test_what_was_fetched_is_still_there_when_the_course_is_gone(
    school: School, place: Place, window: Window
) -> None:
    window.show_panel()
    fetched(window)
    shutil.rmtree(school.exchange / "nlp" / "outbound" / "toy")
    window.reload()
    window.show_panel()
    expect(window.button("Open", TOY)).to_be_visible()
    assert (place.desk / "toy" / "toy.ipynb").is_file()


def test_what_was_handed_in_is_told_while_the_exchange_is_away(
    school: School, window: Window
) -> None:
    panel = window.show_panel()
    fetched(window)
    window.press("Open", TOY)
    window.page.locator(".jp-Notebook").wait_for()
    window.press("Submit", TOY)
    window.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(window.row(TOY)).to_contain_text("Submitted")
    away = school.exchange.rename(school.root / "away")
    window.reload()
    window.show_panel()
    expect(panel.get_by_role("alert").first).to_contain_text(str(school.exchange))
    expect(window.row(TOY)).to_contain_text("Submitted")
    window.details(TOY)
    page = window.page.locator(".jp-llm-assignment-page")
    expect(page.get_by_role("alert").first).to_contain_text("cannot be read")
    expect(page.get_by_role("table", name="Submissions").locator("tbody tr")).to_have_count(1)
    window.shot("exchange-away")
    assert window.axe() == []
    away.rename(school.exchange)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert").first).to_be_empty()


@pytest.mark.parametrize("width", [480, 1280])
def test_the_page_of_an_assignment_is_whole_in_windows_of_any_width(
    width: int, school: School, place: Place, open_window: Callable[..., Window]
) -> None:
    window = open_window(width=width).open()
    window.show_panel()
    fetched(window)
    window.details(TOY)
    window.execute("application:toggle-left-area")
    window.shot(f"assignment-{width}")
    assert window.axe() == []
    page = window.page
    page.locator(".jp-llm-assignment-page").get_by_role("button", name=f"Submit: {TOY}").click()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    (handed_in,) = (school.exchange / "nlp" / "inbound").glob("ada+toy+*")
    sent = (handed_in / "toy.ipynb").read_bytes()
    assert sent == (place.desk / "toy" / "toy.ipynb").read_bytes()
    window.reload()
    history = page.get_by_role("table", name=f"Submissions of {TOY}")
    expect(history.locator("tbody tr")).to_have_count(1)
