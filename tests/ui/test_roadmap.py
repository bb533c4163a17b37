"""The roadmap in the side panel: its texts, what is marked as read, and where that is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from .keyboard import tab_to
from .server import Lab, Place
from .window import Window

THEMES = "@jupyterlab/apputils-extension:themes"


@pytest.fixture
def topic(lab: Lab) -> dict[str, Any]:
    """A topic, with the title of its part."""
    part = lab.ask("roadmap")["parts"][1]
    return {**part["topics"][1], "part": part["title"]}


def unfold(panel: Locator, topic: dict[str, Any]) -> Locator:
    """Open a topic in the side panel's roadmap."""
    # Once the courses are known, the part of the next step opens by itself: a click that comes
    # just then would close it.
    panel.locator(".jp-llm-part[open]").first.wait_for()
    for title, kind in ((topic["part"], ".jp-llm-part"), (topic["title"], ".jp-llm-topic")):
        details = panel.locator(kind).filter(has=panel.page.get_by_text(title, exact=True)).first
        if details.get_attribute("open") is None:
            details.locator("summary").first.click()
    return details


def marks(place: Place) -> list[str]:
    """Read what is marked as read from the student's file."""
    path = place.remembered / "progress.json"
    return list(json.loads(path.read_text())["read"]) if path.exists() else []


def kept(window: Window) -> AbstractContextManager[object]:
    """Wait until the server has kept the mark that is made or taken away inside.

    The box does not wait for that.
    """
    return window.page.expect_response(re.compile("/api/progress/read/"))


def box(panel: Locator, resource: dict[str, Any]) -> Locator:
    return panel.get_by_role("checkbox", name=f"“{resource['title']}” is read")


def test_every_part_and_topic_of_the_roadmap_is_in_the_panel(lab: Lab, window: Window) -> None:
    panel = window.show_panel()
    roadmap = lab.ask("roadmap")
    expect(panel.locator(".jp-llm-part")).to_have_count(3)
    for part in roadmap["parts"]:
        for topic in part["topics"]:
            details = unfold(panel, {**topic, "part": part["title"]})
            expect(details).to_contain_text(topic["resources"][0]["title"])
            links = details.locator("a[href^=http]")
            assert {link.get_attribute("target") for link in links.all()} == {"_blank"}


def test_what_is_marked_as_read_is_on_disk_and_there_after_reload_and_restart(
    place: Place, window: Window, topic: dict[str, Any]
) -> None:
    resource = topic["resources"][0]
    details = unfold(window.show_panel(), topic)
    expect(box(details, resource)).not_to_be_checked()
    with kept(window):
        box(details, resource).check()
    expect(box(details, resource)).to_be_checked()
    assert marks(place) == [resource["id"]]
    window.reload()
    expect(box(unfold(window.show_panel(), topic), resource)).to_be_checked()
    window.restart_lab()
    details = unfold(window.show_panel(), topic)
    expect(box(details, resource)).to_be_checked()
    with kept(window):
        box(details, resource).uncheck()
    expect(box(details, resource)).not_to_be_checked()
    assert marks(place) == []


def test_a_mark_made_in_one_tab_is_there_in_the_other_one_after_a_reload(
    place: Place, window: Window, topic: dict[str, Any]
) -> None:
    first, second = topic["resources"][:2]
    other = window.another().open()
    with kept(window):
        box(unfold(window.show_panel(), topic), first).check()
    # What one tab knows must not undo what the other one did.
    with kept(other):
        box(unfold(other.show_panel(), topic), second).check()
    expect(box(unfold(other.panel, topic), second)).to_be_checked()
    assert set(marks(place)) == {first["id"], second["id"]}
    window.reload()
    expect(box(unfold(window.show_panel(), topic), second)).to_be_checked()


def test_a_resource_is_found_and_marked_with_the_keyboard_alone(
    place: Place, window: Window, topic: dict[str, Any]
) -> None:
    resource = topic["resources"][0]
    window.palette("Show the Classroom")
    tab_to(window, window.panel.get_by_role("combobox", name="Search roadmap"))
    window.page.keyboard.type(resource["title"])
    expect(window.panel.get_by_role("option").first).to_be_visible()
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Escape")
    expect(window.panel.get_by_role("option")).to_have_count(0)
    for title in (topic["part"], topic["title"]):
        tab_to(window, window.panel.locator("summary").filter(has_text=title))
        if not window.page.evaluate("() => document.activeElement.parentElement.open"):
            window.page.keyboard.press("Enter")
    tab_to(window, box(window.panel, resource))
    with kept(window):
        window.page.keyboard.press("Space")
    expect(box(window.panel, resource)).to_be_checked()
    assert marks(place) == [resource["id"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_an_unfolded_roadmap(
    theme: str,
    place: Place,
    open_window: Callable[..., Window],
    topic: dict[str, Any],
) -> None:
    if theme == "dark":
        place.set(THEMES, {"theme": "JupyterLab Dark"})
    window = open_window().open()
    unfold(window.show_panel(), topic)
    window.shot(f"roadmap-{theme}")
    assert window.axe() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_shows_where_one_is_and_leads_to_the_details(
    theme: str,
    lab: Lab,
    place: Place,
    open_window: Callable[..., Window],
    topic: dict[str, Any],
) -> None:
    if theme == "dark":
        place.set(THEMES, {"theme": "JupyterLab Dark"})
    for resource in topic["resources"][:2]:
        lab.ask(f"progress/read/{resource['id']}", "PUT", {})
    window = open_window(width=1600, height=1000).open()
    window.show_panel().get_by_role("button", name="Open the map").click()
    page = window.page
    node = page.locator(".jp-llm-node").filter(has_text=topic["title"]).first
    expect(node).to_contain_text("In progress")
    expect(page.locator(".jp-llm-node.jp-mod-next")).to_have_count(1)
    window.shot(f"map-{theme}")
    assert window.axe() == []
    node.click()
    details = page.locator(".jp-llm-details")
    expect(details).to_contain_text(topic["subtopics"][0]["name"])
    window.shot(f"map-details-{theme}")
    assert window.axe() == []
    with kept(window):
        box(details, topic["resources"][2]).check()
    assert set(marks(place)) == {resource["id"] for resource in topic["resources"][:3]}
    window.reload()
    expect(box(details, topic["resources"][2])).to_be_checked()


def test_in_a_narrow_window_nothing_is_cut_off(
    open_window: Callable[..., Window], topic: dict[str, Any]
) -> None:
    window = open_window(width=480, height=720).open()
    details = unfold(window.show_panel(), topic)
    window.shot("roadmap-narrow")
    expect(details).to_be_visible()
    cut = window.panel.evaluate(
        """panel => [...panel.querySelectorAll('button, a, summary, input, p, li')]
          .filter(e => e.checkVisibility())
          .filter(e => {
            const inner = e.getBoundingClientRect();
            const outer = panel.getBoundingClientRect();
            return inner.right > outer.right + 1 || inner.left < outer.left - 1;
          })
          .map(e => e.outerHTML.slice(0, 200))"""
    )
    assert cut == []
    assert window.axe() == []


def test_a_damaged_progress_file_is_told_and_kept(
    place: Place, open_window: Callable[..., Window], lab: Lab
) -> None:
    path: Path = place.remembered / "progress.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{ no JSON")
    window = open_window()
    # The browser says in the console that the server refused.
    with window.forgiving("llm-classroom/api/progress"):
        window.open()
        panel = window.show_panel()
        expect(panel).to_contain_text("progress.json")
    assert path.read_text() == "{ no JSON"
