"""Describe a release: from its notebooks, its gradebook entry and its author's settings."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import is_grade, is_solution, is_task

from autograder.course import Assignment, load_assignment
from autograder.gradebook.course import Course
from autograder.gradebook.description import (
    Description,
    LatePolicy,
    NotebookDescription,
    QuestionDescription,
)

__all__ = ["describe"]


def describe(course: Course, name: str) -> Description:
    """Describe a generated assignment by its release, its gradebook entry and its settings."""
    settings = _settings(course, name)
    folder = course.path("release", ".", name)
    notebooks = tuple(_notebook(path) for path in sorted(folder.glob("*.ipynb")))
    return Description(
        course=course.course_id,
        assignment=name,
        title=settings.title if settings else name,
        points=sum(notebook.points for notebook in notebooks),
        due=_due(course, name),
        late=_late_policy(course),
        notebooks=notebooks,
        summary=settings.summary if settings else "",
        minutes=settings.minutes if settings else None,
        topics=settings.topics if settings else (),
        seed_notebooks=settings.notebooks if settings else (),
        prerequisites=settings.prerequisites if settings else (),
        rules=tuple(dataclasses.asdict(rule) for rule in settings.rules) if settings else (),
    )


def _settings(course: Course, name: str) -> Assignment | None:
    folder = course.root / "grading" / name
    return load_assignment(folder) if folder.is_dir() else None


def _due(course: Course, name: str) -> str | None:
    with course.gradebook() as gradebook:
        try:
            due = gradebook.find_assignment(name).duedate
        except MissingEntry:
            return None
    # nbgrader keeps times in UTC, without a zone.
    return due.isoformat() + "Z" if due else None


def _late_policy(course: Course) -> LatePolicy:
    cls = AssignLatePenalties(parent=course.parent).plugin_class
    method = getattr(cls(parent=course.parent), "penalty_method", None)
    return LatePolicy(f"{cls.__module__}.{cls.__qualname__}", method)


def _notebook(path: Path) -> NotebookDescription:
    notebook = nbformat.read(path, as_version=4)
    questions = tuple(_question(cell) for cell in notebook.cells if is_grade(cell) or is_task(cell))
    points = sum(question.points for question in questions)
    return NotebookDescription(path.stem, points, questions, _parameters(notebook))


def _question(cell: nbformat.NotebookNode) -> QuestionDescription:
    meta = cell.metadata.nbgrader
    kind = "task" if is_task(cell) else "answer" if is_solution(cell) else "tests"
    return QuestionDescription(
        grade_id=meta.grade_id,
        kind=kind,
        points=float(meta.points),
        title=_title(cell.source) if kind == "tests" else "",
        hidden_findings=cell.metadata.get("llm_classroom", {}).get("hidden_findings", 0),
    )


def _title(source: str) -> str:
    """First line of the docstring of the function that ``question`` decorates."""
    for node in _statements(source):
        if isinstance(node, ast.FunctionDef) and any(
            ast.unparse(d).rpartition(".")[2] == "question" for d in node.decorator_list
        ):
            return (ast.get_docstring(node) or "").partition("\n")[0]
    return ""


def _parameters(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Find what the cells tagged ``parameters`` assign."""
    found: dict[str, str] = {}
    for cell in notebook.cells:
        if "parameters" not in cell.metadata.get("tags", ()):
            continue
        for node in _statements(cell.source):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                found[ast.unparse(target)] = ast.unparse(node.value)
    return found


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError):
        # A notebook in another language, or with magics.
        return []
