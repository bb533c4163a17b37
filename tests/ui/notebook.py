"""Work in an open notebook, as hands do it."""

from __future__ import annotations

from collections.abc import Mapping

from .server import CHECKOUT
from .window import Window

from students import read_answers  # isort: skip  # of the demo, which server.py puts on the path

__all__ = ["answers_of", "paste_answers"]

PLACES = """() => {
  // In front may still be what was there before, which has no cells.
  const cells = window.jupyterapp.shell.currentWidget?.content?.widgets ?? [];
  return [...cells].map(cell => cell.model.getMetadata('nbgrader')?.grade_id ?? '');
}"""
EDIT = """async index => {
  const { content } = window.jupyterapp.shell.currentWidget;
  content.activeCellIndex = index;
  await content.scrollToItem(index);
  content.mode = 'edit';
  await content.activeCell.ready;
  content.activeCell.inputHidden = false;
  if ('rendered' in content.activeCell) {
    content.activeCell.rendered = false;
  }
  content.activeCell.editor.focus();
}"""
SOURCE = """index => window.jupyterapp.shell.currentWidget.content.widgets[index]
  .model.sharedModel.getSource()"""


def answers_of(assignment: str) -> Mapping[str, str]:
    """Read the reference's answers of an assignment of the checkout, by grade id."""
    answers: Mapping[str, str] = read_answers(CHECKOUT / "assignments" / assignment).reference
    return answers


def paste_answers(window: Window, answers: Mapping[str, str]) -> None:
    """Paste each answer over what stands in its cell of the current notebook."""
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    # A notebook draws its cells little by little.
    window.page.wait_for_function(
        f"wanted => wanted.every(name => ({PLACES})().includes(name))", arg=list(answers)
    )
    places = window.page.evaluate(PLACES)
    for grade_id, answer in answers.items():
        index = places.index(grade_id)
        window.page.evaluate("text => navigator.clipboard.writeText(text)", answer)
        window.page.evaluate(EDIT, index)
        window.page.keyboard.press("Control+A")
        window.page.keyboard.press("Control+V")
        window.page.wait_for_function(
            f"([index, wanted]) => ({SOURCE})(index) === wanted", arg=[index, answer]
        )
