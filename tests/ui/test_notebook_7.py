"""In Notebook 7, whose main area holds one document and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from .server import Lab, Place
from .window import Window, until

DELETE = """name => {
  const { content } = window.jupyterapp.shell.currentWidget;
  content.model.sharedModel.deleteCell(content.widgets.findIndex(
    cell => cell.model.getMetadata('nbgrader')?.grade_id === name
  ));
}"""


@pytest.fixture
def lab_for_once(place: Place, lab: Lab) -> Iterator[Lab]:
    """A server that has served nobody before, and will serve nobody after.

    FileFindHandler remembers where a file is by its name alone: fonts that JupyterLab has had are
    refused to Notebook 7 by the same server, and the other way round.
    """
    settings = place.config / "jupyter_notebook_config.json"
    settings.write_text(json.dumps({"JupyterNotebookApp": {"expose_app_in_browser": True}}))
    lab.restart()
    yield lab
    lab.stop()
    settings.unlink()


@pytest.fixture
def notebook_7(lab_for_once: Lab, open_window: Callable[..., Window]) -> Iterator[Window]:
    """A window of Notebook 7 with a fetched notebook, its kernel at rest."""
    lab = lab_for_once
    lab.finish("fetch")
    window = open_window()
    # It meets this mistake of its own without the classroom, too; on a busy machine rather late.
    with window.forgiving(r"reading 'schema'\)[^(]*notebook_core"):
        with window.forgiving("notebook_core"):
            window.page.goto(f"{lab.url}/notebooks/toy/toy.ipynb?token={lab.token}")
            window.page.locator(".jp-llm-cell-mark").first.wait_for()
            window.settle()
        until(
            window.page,
            lambda: [k["execution_state"] for k in lab.request("api/kernels")] == ["idle"],
        )
        yield window


def test_reports_checks_and_warnings_work_in_notebook_7(place: Place, notebook_7: Window) -> None:
    page = notebook_7.page
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    report = page.locator(".jp-OutputArea .jp-llm-report").first
    expect(report).to_have_attribute("data-state", "not attempted")
    page.locator(".jp-llm-check").get_by_role("button", name="Check").click()
    expect(page.locator(".jp-llm-check-outcome")).to_contain_text("of 2 passed", timeout=120_000)
    # The result stands in the panel, which has come by itself.
    expect(notebook_7.panel.locator("table.jp-llm-questions")).to_contain_text("Not attempted")
    notebook_7.shot("notebook-7-checked")
    page.evaluate(DELETE, "doubling")
    banner = page.locator(".jp-llm-damage")
    expect(banner).to_contain_text("gone")
    banner.get_by_role("button", name="Restore").first.click()
    expect(banner).to_be_hidden()
    notebook_7.execute("docmanager:save")
    saved = json.loads((place.desk / "toy" / "toy.ipynb").read_text())["cells"]
    assert "doubling" in [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in saved]


def test_what_needs_room_opens_at_the_right_in_notebook_7(lab: Lab, notebook_7: Window) -> None:
    lab.finish("submit")
    page = notebook_7.page
    page.get_by_role("menuitem", name="View", exact=True).click()
    page.get_by_role("menuitem", name="Show the Classroom").click()
    expect(notebook_7.row("Doubling")).to_contain_text("Submitted")
    right = page.locator("#jp-right-stack")
    notebook_7.panel.get_by_role("button", name="Open the map").click()
    expect(right.locator(".jp-llm-lane")).to_have_count(4)
    notebook_7.shot("notebook-7-map")
    notebook_7.details("Doubling")
    expect(right.get_by_role("heading", name="Doubling")).to_be_visible()
    # What only the page of files can do is not offered here.
    expect(right.get_by_role("button", name="Check all: Doubling")).to_be_visible()
    expect(right.get_by_role("button", name="Show the folder: Doubling")).to_have_count(0)
    notebook_7.shot("notebook-7-assignment")
    # A question is in the notebook that is here already.
    right.get_by_role("button", name="asserts").click()
    page.wait_for_function(
        """() => window.jupyterapp.shell.currentWidget.content.activeCell.model
          .getMetadata('nbgrader')?.grade_id === 'asserts'"""
    )
    assert len(notebook_7.context.pages) == 1
    notebook_7.execute("llm-classroom:open-feedback", course="nlp", assignment="toy")
    expect(right.locator(".jp-llm-feedback")).to_contain_text("no feedback on this submission yet")
    assert notebook_7.axe() == []
