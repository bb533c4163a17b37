"""What a release says about itself: ``classroom.json``, since a student has no gradebook."""

from __future__ import annotations

import ast
import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import is_grade, is_solution, is_task

from autograder.course import Assignment, load_assignment
from autograder.gradebook.course import Course

__all__ = [
    "Description",
    "FILE_NAME",
    "LatePolicy",
    "NotebookDescription",
    "QuestionDescription",
    "SCHEMA",
    "describe",
]

FILE_NAME = "classroom.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class QuestionDescription:
    """One graded cell.

    Parameters
    ----------
    grade_id : str
    kind : str
        ``tests``, ``answer`` (graded by hand) or ``task``.
    points : float
    title : str
        First line of a check's docstring; empty for other cells.
    hidden_findings : int
        How many findings grading adds to those that the student sees.
    """

    grade_id: str
    kind: str
    points: float
    title: str = ""
    hidden_findings: int = 0


@dataclass(frozen=True, slots=True)
class NotebookDescription:
    """One notebook of an assignment.

    Parameters
    ----------
    name : str
        Without ``.ipynb``.
    points : float
    questions : tuple of QuestionDescription
        In the order of the cells.
    parameters : mapping of str to str
        Names that grading may set, with their values in the release, as Python source.
    """

    name: str
    points: float
    questions: tuple[QuestionDescription, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What happens to a late submission.

    Parameters
    ----------
    plugin : str
        Dotted name of nbgrader's plug-in class.
    method : str or None
        nbgrader's own plug-in: ``none`` or ``zero``; others need not have one.
    """

    plugin: str
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What students are told about an assignment.

    Parameters
    ----------
    course, assignment, title : str
    points : float
    due : str or None
        ISO 8601 in UTC.
    late : LatePolicy
    notebooks : tuple of NotebookDescription
    summary : str
    minutes : int or None
        What a student may expect to need.
    topics, prerequisites : tuple of str
        Ids in the roadmap, and of assignments that come before.
    rules : tuple of mapping
        Per question, names and keywords that an answer must not use.
    schema : int
        Version of this format.
    """

    course: str
    assignment: str
    title: str
    points: float
    due: str | None
    late: LatePolicy
    notebooks: tuple[NotebookDescription, ...]
    summary: str = ""
    minutes: int | None = None
    topics: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    rules: tuple[Mapping[str, Any], ...] = ()
    schema: int = SCHEMA

    def to_json(self) -> str:
        """Serialize to the text of ``classroom.json``."""
        return json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False) + "\n"


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
