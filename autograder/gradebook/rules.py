"""Rules of an assignment in nbgrader's notebooks: whose they are, and how a student is told."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution, is_task

from autograder.checks.evaluate import is_check
from autograder.checks.rules import (
    Cell,
    Forbidden,
    answer_cells,
    bound_names,
    rule_comments,
    sentence,
)
from autograder.course import Assignment
from autograder.course.assignment import FILE_NAME, check_rules, settings_of
from autograder.execution.cells import code_cells
from autograder.gradebook.course import Course

__all__ = ["TellRules", "refuse_unknown_questions", "rules_of"]


def rules_of(assignment: Assignment | None) -> dict[str, tuple[Forbidden, ...]]:
    """Return what answers must not use, by the grade id of the check."""
    found: dict[str, tuple[Forbidden, ...]] = {}
    for rule in assignment.rules if assignment is not None else ():
        made = Forbidden(rule.names, rule.keywords)
        found[rule.question] = (*found.get(rule.question, ()), made)
    return found


def refuse_unknown_questions(course: Course, name: str) -> None:
    """Look in the sources for the question of each rule.

    Raises
    ------
    AssignmentFileError
        If there is none.
    """
    settings = settings_of(course.root, name)
    if settings is not None and settings.rules:
        file = course.root / "grading" / name / FILE_NAME
        check_rules(file, settings.rules, _questions(course.path("source", ".", name)))


def _questions(folder: Path) -> list[str]:
    return [
        cell.metadata.nbgrader.grade_id
        for path in sorted(folder.glob("*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
        and is_grade(cell)
        and not is_solution(cell)
        and is_check(cell.source)
    ]


class TellRules(NbGraderPreprocessor):  # type: ignore[misc]
    """Tells a student in the released notebook what the answer to a question may not use.

    A sentence ends the text above the answer, and comments in the check carry the rule to where
    the student runs it. It runs after ``SaveCells``: the gradebook keeps what the author wrote.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Tell each rule whose question is in this notebook."""
        told = self._rules(resources)
        here = [grade_id for grade_id, _ in code_cells(nb.cells) if grade_id in told]
        for number, question in enumerate(here):
            _tell(nb, question, told[question], explained=number == 0)
        return nb, resources

    def _rules(self, resources: dict[str, Any]) -> dict[str, tuple[Forbidden, ...]]:
        coursedir = getattr(getattr(self.parent, "parent", None), "coursedir", None)
        if coursedir is None:
            return {}
        return rules_of(settings_of(Path(coursedir.root), resources["nbgrader"]["assignment"]))


def _tell(
    nb: NotebookNode, question: str, rules: tuple[Forbidden, ...], *, explained: bool
) -> None:
    found = code_cells(nb.cells)
    check = next(i for i, (grade_id, _) in enumerate(found) if grade_id == question)
    cells = [cell for _, cell in found]
    answer = answer_cells(cells, check)
    names = [name for i in answer for name in bound_names(cells[i].source)]
    comments = rule_comments(list(dict.fromkeys(names)), rules)
    node = nb.cells[_index(cells[check])]
    if not node.source.startswith(comments):
        node.source = comments + node.source
    text = sentence(rules, explained=explained)
    _say(nb, _index(cells[answer[0] if answer else check]), question, text)


def _index(cell: Cell) -> int:
    return cell.number - 1


def _say(nb: NotebookNode, before: int, question: str, text: str) -> None:
    """Put `text` at the end of the text cell above cell `before`, or in one of its own."""
    above = nb.cells[before - 1] if before else None
    if above is not None and above.cell_type == "markdown" and not _is_answered(above):
        if text not in above.source:
            above.source = f"{above.source.rstrip()}\n\n{text}"
        return
    cell = new_markdown_cell(text, metadata={"deletable": False, "editable": False})
    # The same each time, so that a release can be compared with an earlier one.
    cell["id"] = f"rule-{hashlib.sha256(question.encode()).hexdigest()[:8]}"
    if (nb.nbformat, nb.nbformat_minor) < (4, 5):
        del cell["id"]
    nb.cells.insert(before, cell)


def _is_answered(cell: NotebookNode) -> bool:
    return bool(is_grade(cell) or is_solution(cell) or is_task(cell))
