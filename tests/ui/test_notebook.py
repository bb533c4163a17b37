"""In an open notebook: reports that outlive their kernel, marks, and cells that come back."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from .conftest import REAL, School
from .notebook import answers_of, paste_answers
from .server import Lab, Place
from .window import Window

RIGHT = {"double": "def double(x):\n    return 2 * x"}
WRONG = {"double": "def double(x):\n    return x"}
THEMES = "@jupyterlab/apputils-extension:themes"
FIRST_FOUR = "absmax", "dequantize", "zeropoint", "zeropoint-dequantize"


@pytest.fixture
def work(lab: Lab, open_window: Callable[..., Window]) -> Window:
    """A window with the fetched notebook open."""
    lab.finish("fetch")
    window = open_window().open()
    open_notebook(window)
    return window


def open_notebook(window: Window, assignment: str = "toy") -> None:
    # As a click in the file browser does; the assignment's own ways are tried elsewhere.
    window.execute("docmanager:open", path=f"{assignment}/{assignment}.ipynb")
    window.page.locator(".jp-Notebook-cell").first.wait_for()
    # A kernel that starts meanwhile would ask for the document again.
    window.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.ready.then(() => undefined)"
    )


def run_all(window: Window) -> Locator:
    window.execute("notebook:run-all-cells")
    report = window.page.locator(".jp-OutputArea .jp-llm-report").first
    report.wait_for()
    return report


def test_a_report_outlives_its_kernel_and_the_notebooks_being_opened_again(
    place: Place, work: Window
) -> None:
    paste_answers(work, WRONG)
    report = run_all(work)
    expect(report).to_have_attribute("data-state", "failed")
    expect(report).to_contain_text("twice two")
    expect(report).to_contain_text(re.compile(r"2 .*hidden"))
    work.shot("report-failed")
    work.execute("notebook:shutdown-kernel")
    expect(report).to_be_visible()
    work.execute("docmanager:save")
    saved = json.loads((place.desk / "toy" / "toy.ipynb").read_text())
    assert "application/vnd.llm-classroom.report+json" in json.dumps(saved)
    work.reload()
    again = work.page.locator(".jp-OutputArea .jp-llm-report").first
    expect(again).to_have_attribute("data-state", "failed")
    assert work.axe() == []


def test_a_right_answer_passes_what_is_visible(place: Place, work: Window) -> None:
    paste_answers(work, RIGHT)
    report = run_all(work)
    expect(report).to_have_attribute("data-state", "passed")
    work.shot("report-passed")
    work.show_panel()
    table = work.panel.locator("table.jp-llm-questions")
    expect(table).to_be_visible()
    work.shot("questions")
    assert work.axe() == []


@pytest.mark.slow
def test_a_step_that_is_cut_off_instead_of_rounded_is_measured_and_a_hint_is_there(
    school: School, lab: Lab, place: Place, open_window: Callable[..., Window]
) -> None:
    answers = answers_of(REAL)
    chosen = {f"{name}-solution": answers[f"{name}-solution"] for name in FIRST_FOUR}
    rounded = chosen["zeropoint-solution"]
    chosen["zeropoint-solution"] = rounded.replace("torch.round", "torch.trunc")
    assert chosen["zeropoint-solution"] != rounded
    for toy in school.exchange.glob("*/outbound/toy"):
        shutil.rmtree(toy)
    lab.finish("fetch", REAL)
    window = open_window(width=1360, height=860).open()
    window.show_panel()
    open_notebook(window, REAL)
    paste_answers(window, chosen)
    window.execute("notebook:run-all-cells")
    reports = window.page.locator(".jp-OutputArea .jp-llm-report")
    expect(reports).to_have_count(3, timeout=300_000)
    for number, state in enumerate(["passed", "passed", "partial"]):
        expect(reports.nth(number)).to_have_attribute("data-state", state)
    finding = reports.nth(2).get_by_role("row").filter(has_text="largest error")
    hint = finding.get_by_text("Half a step at most")
    expect(hint).to_be_hidden()
    finding.get_by_text("Hint", exact=True).click()
    expect(hint).to_be_visible()
    reports.nth(2).evaluate("report => report.scrollIntoView({ block: 'center' })")
    window.shot("lab")
    assert window.axe() == []
    window.execute("docmanager:save")
    saved = (place.desk / REAL / f"{REAL}.ipynb").read_text()
    assert saved.count('"application/vnd.llm-classroom.report+json"') == 3
    window.reload()
    expect(reports.nth(2)).to_have_attribute("data-state", "partial")


def test_reports_and_marks_are_legible_in_the_dark(
    lab: Lab, place: Place, open_window: Callable[..., Window]
) -> None:
    place.set(THEMES, {"theme": "JupyterLab Dark"})
    lab.finish("fetch")
    window = open_window().open()
    open_notebook(window)
    paste_answers(window, WRONG)
    run_all(window)
    window.show_panel()
    window.shot("report-dark")
    assert window.axe() == []
    window.execute("docmanager:save")
    assert "llm-classroom.report" in (place.desk / "toy" / "toy.ipynb").read_text()
    window.reload()
    expect(window.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    report = window.page.locator(".jp-OutputArea .jp-llm-report").first
    expect(report).to_have_attribute("data-state", "failed")


def test_a_deleted_check_is_told_and_comes_back(place: Place, work: Window) -> None:
    page = work.page
    cells = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length")
    index = page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets.findIndex(
          cell => cell.model.getMetadata('nbgrader')?.grade_id === 'doubling')"""
    )
    # nbgrader marks it as not to be deleted; an editor of files does not ask.
    page.evaluate(
        """index => window.jupyterapp.shell.currentWidget.content.model.sharedModel
          .deleteCell(index)""",
        index,
    )
    banner = page.locator(".jp-llm-damage")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("gone")
    work.shot("deleted-check")
    assert work.axe() == []
    banner.get_by_role("button", name="Restore", exact=False).first.click()
    expect(banner).to_be_hidden()
    work.execute("docmanager:save")
    saved = json.loads((place.desk / "toy" / "toy.ipynb").read_text())["cells"]
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in saved]
    assert len(saved) == cells
    assert names.index("doubling") == index
    work.reload()
    expect(page.locator(".jp-Notebook-cell").first).to_be_visible()
    expect(banner).to_be_hidden()


def test_a_check_leaves_the_open_kernel_and_document_alone(place: Place, work: Window) -> None:
    paste_answers(work, {"double": RIGHT["double"] + "\nmine = 'kept'"})
    page = work.page
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        """() => window.jupyterapp.shell.currentWidget.content.activeCell.model
          .executionCount === 1"""
    )
    page.locator(".jp-llm-check").get_by_role("button", name="Check").click()
    expect(page.locator(".jp-llm-check-outcome")).to_have_text("2 of 2 passed", timeout=120_000)
    kept = page.evaluate(
        """async () => {
          const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
          const future = kernel.requestExecute({ code: 'print(mine)' });
          let text = '';
          future.onIOPub = message => { text += message.content.text ?? ''; };
          await future.done;
          return text;
        }"""
    )
    assert kept == "kept\n"
    content = json.loads((place.desk / "toy" / "toy.ipynb").read_text())["cells"]
    counts = [cell.get("execution_count") for cell in content if cell["cell_type"] == "code"]
    assert counts.count(1) == 1 and counts.count(None) == len(counts) - 1
