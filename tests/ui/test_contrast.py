"""Where eyes need more: contrast themes, colors that the system gives, a page at twice its size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from .notebook import paste_answers
from .server import Lab, Place
from .test_notebook import THEMES, WRONG, open_notebook, run_all
from .window import Window

HIGH_CONTRAST = {"theme": "JupyterLab Dark High Contrast"}
MODES: dict[str, dict[str, Any]] = {
    "theme": {},
    "forced-light": {"forced_colors": "active", "color_scheme": "light"},
    "forced-dark": {"forced_colors": "active", "color_scheme": "dark"},
}
# Of each, its color and that of what it stands on, as the browser draws them.
SEEN = """element => {
  const ground = node => {
    const color = getComputedStyle(node).backgroundColor;
    return /, 0\\)$/.test(color) && node.parentElement ? ground(node.parentElement) : color;
  };
  return [getComputedStyle(element).color, ground(element)];
}"""


@pytest.mark.parametrize("mode", MODES)
def test_everything_is_seen_where_contrast_is_asked_for(
    mode: str, lab: Lab, place: Place, open_window: Callable[..., Window]
) -> None:
    if mode == "theme":
        place.set(THEMES, HIGH_CONTRAST)
    lab.finish("fetch")
    topic = lab.ask("roadmap")["parts"][1]["topics"][1]
    for resource in topic["resources"][:2]:
        lab.ask(f"progress/read/{resource['id']}", "PUT", {})
    window = open_window(**MODES[mode]).open()
    page = window.page
    open_notebook(window)
    paste_answers(window, WRONG)
    run_all(window)
    panel = window.show_panel()
    expect(panel.locator("table.jp-llm-questions")).to_contain_text("Not yet right")
    panel.get_by_role("combobox").fill("quant")
    option = panel.get_by_role("option").first
    expect(option).to_be_visible()
    color, ground = option.locator("mark").first.evaluate(SEEN)
    assert color != ground
    window.shot(f"contrast-{mode}-report")
    assert window.axe() == []
    window.execute("llm-classroom:open-map", topic=topic["id"])
    expect(page.locator(".jp-llm-details")).to_contain_text("In progress")
    panel.get_by_role("combobox").fill("")
    window.shot(f"contrast-{mode}-map")
    bar = page.locator(".jp-llm-node.jp-mod-selected .jp-llm-node-bar > span")
    around = page.locator(".jp-llm-node.jp-mod-selected .jp-llm-node-bar")
    fill, ground = (
        node.evaluate("e => getComputedStyle(e).backgroundColor") for node in (bar, around)
    )
    assert fill != ground
    assert window.axe() == []


def test_at_twice_the_size_all_can_be_read_and_reached(
    lab: Lab, open_window: Callable[..., Window]
) -> None:
    lab.finish("fetch")
    # What is left of a window of 1280 by 800 at 200 %.
    window = open_window(width=640, height=400, device_scale_factor=2).open()
    panel = window.show_panel()
    expect(window.row("Doubling")).to_contain_text("Fetched")
    window.shot("zoom-panel")
    window.details("Doubling")
    expect(window.page.locator(".jp-llm-assignment-page h1")).to_have_text("Doubling")
    window.shot("zoom-assignment")
    window.execute("llm-classroom:open-map")
    expect(window.page.locator(".jp-llm-lane")).to_have_count(4)
    window.shot("zoom-map")
    assert window.axe() == []
    for button in panel.get_by_role("button").all():
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport()
