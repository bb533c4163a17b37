"""How often a check was run is kept with the notebook, and looks like no change to nbgrader."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
from nbgrader.utils import compute_checksum
from playwright.sync_api import expect

from .server import Lab, Place
from .window import Window

RUN = """async gradeId => {
  const { content } = window.jupyterapp.shell.currentWidget;
  content.activeCellIndex = content.widgets.findIndex(
    cell => cell.model.getMetadata('nbgrader')?.grade_id === gradeId
  );
  await window.jupyterapp.commands.execute('notebook:run-cell');
}"""
READY = """() => window.jupyterapp.shell.currentWidget.sessionContext.ready
  .then(() => undefined)"""


def test_attempts_are_counted_and_kept_with_the_notebook(
    lab: Lab, place: Place, open_window: Callable[..., Window]
) -> None:
    lab.finish("fetch")
    window = open_window().open()
    page = window.page
    window.execute("docmanager:open", path="toy/toy.ipynb")
    page.locator(".jp-llm-cell-mark").first.wait_for()
    page.evaluate(READY)
    report = page.locator(".jp-OutputArea .jp-llm-report")
    for words in ("1 attempt", "2 attempts"):
        page.evaluate(RUN, "doubling")
        expect(report).to_contain_text(words)
    window.execute("docmanager:save")

    notebook = nbformat.read(place.desk / "toy" / "toy.ipynb", as_version=4)
    (check,) = (
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "doubling"
    )
    assert check.metadata["llm_classroom"] == {"attempts": 2, "hidden_findings": 2}
    assert compute_checksum(check) == check.metadata.nbgrader.checksum
    window.reload()
    expect(report).to_contain_text("2 attempts")
