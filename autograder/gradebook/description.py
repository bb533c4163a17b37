"""What a release says about itself: ``classroom.json``, since a student has no gradebook."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

__all__ = [
    "Description",
    "FILE_NAME",
    "LatePolicy",
    "NotebookDescription",
    "QuestionDescription",
    "SCHEMA",
    "read_description",
]

FILE_NAME = "classroom.json"
SCHEMA = 1

# What a file in a student's folder may make of us: far above what a release says.
MOST_BYTES = 1 << 20
MOST_TEXT, MOST_ITEMS, MOST_NUMBER = 20_000, 1000, 1e9
OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

T = TypeVar("T")


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
    topics, seed_notebooks, prerequisites : tuple of str
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
    seed_notebooks: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    rules: tuple[Mapping[str, Any], ...] = ()
    schema: int = SCHEMA

    def to_json(self) -> str:
        """Serialize to the text of ``classroom.json``."""
        return json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False) + "\n"


def read_description(path: Path) -> Description | None:
    """Read a ``classroom.json`` that may hold anything; None if it is none.

    A link is not followed. Size, types, lengths and counts are bounded; keys that are not known
    are passed over.
    """
    try:
        raw = json.loads(_read(path), parse_constant=_no_number)
        return _description(raw)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _read(path: Path) -> str:
    descriptor = os.open(path, OPEN_FILE)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("no regular file")
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(MOST_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(data) > MOST_BYTES:
        raise ValueError("too large")
    return data.decode("utf-8")


def _no_number(name: str) -> float:
    raise ValueError(name)


def _description(found: Any) -> Description:
    raw = _table(found)
    if _whole(raw["schema"]) != SCHEMA:
        raise ValueError("another version")
    late = _table(raw["late"])
    return Description(
        course=_text(raw["course"]),
        assignment=_text(raw["assignment"]),
        title=_text(raw["title"]),
        points=_number(raw["points"]),
        due=_time(raw["due"]),
        late=LatePolicy(_text(late["plugin"]), _maybe(late.get("method"), _text)),
        notebooks=_items(raw["notebooks"], _notebook),
        summary=_text(raw.get("summary", "")),
        minutes=_maybe(raw.get("minutes"), _whole),
        topics=_items(raw.get("topics", []), _text),
        seed_notebooks=_items(raw.get("seed_notebooks", []), _text),
        prerequisites=_items(raw.get("prerequisites", []), _text),
        rules=_items(raw.get("rules", []), _rule),
    )


def _notebook(found: Any) -> NotebookDescription:
    raw = _table(found)
    parameters = _table(raw.get("parameters", {}))
    names = _items(list(parameters), _text)
    return NotebookDescription(
        name=_text(raw["name"]),
        points=_number(raw["points"]),
        questions=_items(raw["questions"], _question),
        parameters={name: _text(parameters[name]) for name in names},
    )


def _question(found: Any) -> QuestionDescription:
    raw = _table(found)
    if raw["kind"] not in ("tests", "answer", "task"):
        raise ValueError("kind")
    return QuestionDescription(
        grade_id=_text(raw["grade_id"]),
        kind=raw["kind"],
        points=_number(raw["points"]),
        title=_text(raw.get("title", "")),
        hidden_findings=_whole(raw.get("hidden_findings", 0)),
    )


def _rule(found: Any) -> dict[str, Any]:
    raw = _table(found)
    return {
        "question": _text(raw["question"]),
        "names": list(_items(raw.get("names", []), _text)),
        "keywords": list(_items(raw.get("keywords", []), _text)),
    }


def _table(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise ValueError("no object")
    return raw


def _items(raw: Any, read: Callable[[Any], T]) -> tuple[T, ...]:
    if not isinstance(raw, list) or len(raw) > MOST_ITEMS:
        raise ValueError("no list, or too long a one")
    return tuple(read(item) for item in raw)


def _maybe(raw: Any, read: Callable[[Any], T]) -> T | None:
    return None if raw is None else read(raw)


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) > MOST_TEXT:
        raise ValueError("no text, or too long a one")
    raw.encode("utf-8")  # half a surrogate is no text
    return raw


def _number(raw: Any) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError("no number")
    if not abs(raw) <= MOST_NUMBER:  # nor is NaN
        raise ValueError("no number of points")
    return float(raw)


def _whole(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MOST_NUMBER:
        raise ValueError("no count")
    return raw


def _time(raw: Any) -> str | None:
    if raw is None:
        return None
    if datetime.fromisoformat(_text(raw)).tzinfo is None:
        raise ValueError("a time without its zone")
    return str(raw)
