"""The side panel: the ways to it, and that it is where it was left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .server import Place
from .window import Window

DARK = {"theme": "JupyterLab Dark"}
THEMES = "@jupyterlab/apputils-extension:themes"


def test_the_panel_opens_from_the_launcher_and_is_there_after_a_reload(window: Window) -> None:
    card = window.page.locator(".jp-LauncherCard", has_text="Show the Classroom")
    card.click()
    expect(window.panel).to_be_visible()
    window.reload()
    expect(window.panel).to_be_visible()


def test_the_panel_opens_from_side_bar_and_view_menu(window: Window) -> None:
    tab = window.page.locator('.jp-SideBar li[data-id="llm-classroom-panel"]')
    tab.click()
    expect(window.panel).to_be_visible()
    tab.click()
    expect(window.panel).to_be_hidden()
    window.page.get_by_role("menuitem", name="View", exact=True).click()
    window.page.get_by_role("menuitem", name="Show the Classroom").click()
    expect(window.panel).to_be_visible()


def test_the_panel_opens_with_the_keyboard_alone(window: Window) -> None:
    window.palette("Show the Classroom")
    expect(window.panel).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_panel(
    theme: str, place: Place, open_window: Callable[..., Window]
) -> None:
    if theme == "dark":
        place.set(THEMES, DARK)
    window = open_window().open()
    expect(window.page.locator("body")).to_have_attribute(
        "data-jp-theme-light", "false" if theme == "dark" else "true"
    )
    window.show_panel()
    assert window.axe() == []
    window.shot(f"panel-{theme}")


def test_nothing_is_asked_of_the_classroom_while_the_panel_is_hidden(window: Window) -> None:
    def asked() -> list[str]:
        return [request for request in window.requests if "/llm-classroom/api/" in request]

    assert asked() == []
    window.show_panel()
    window.page.wait_for_function("() => true")
    window.execute("application:toggle-left-area")
    expect(window.panel).to_be_hidden()
    window.page.wait_for_timeout(1000)
    before = len(asked())
    window.page.wait_for_timeout(4000)
    assert len(asked()) == before


def test_a_lab_that_was_started_again_is_found_again(window: Window) -> None:
    window.show_panel()
    window.restart_lab()
    expect(window.show_panel()).to_be_visible()


def test_two_tabs_show_the_same_panel(window: Window) -> None:
    window.show_panel()
    second = window.another().open()
    expect(second.show_panel()).to_be_visible()
    expect(window.panel).to_be_visible()
