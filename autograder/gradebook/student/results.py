"""What the classroom answers a student, each as the schema of that name in ``openapi.yaml``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.gradebook.description import LatePolicy, QuestionDescription

__all__ = [
    "AssignmentDetail",
    "AssignmentStanding",
    "CourseStanding",
    "Courses",
    "Fetched",
    "FolderFile",
    "GradedNotebook",
    "Problem",
    "Receipt",
    "ReleasedCell",
    "Restored",
    "Submission",
    "SubmittedFile",
]


class _Answer:
    """Something that is answered as JSON."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return JSON data, as ``openapi.yaml`` describes it."""
        data: dict[str, Any] = _plain(dataclasses.asdict(self))  # type: ignore[call-overload]
        return data


def _plain(value: Any) -> Any:
    """Make a list of each tuple, and a dictionary of each mapping."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Problem(_Answer):
    """What is wrong, and how to mend it.

    Parameters
    ----------
    message : str
    code : str
        A fixed word for the cause.
    """

    message: str
    code: str


@dataclass(frozen=True, slots=True)
class GradedNotebook(_Answer):
    """A notebook of an assignment (schema ``Notebook``).

    Parameters
    ----------
    name : str
        Without ``.ipynb``.
    points : float or None
        None where the release says nothing of it.
    questions : tuple of QuestionDescription
    """

    name: str
    points: float | None = None
    questions: tuple[QuestionDescription, ...] = ()


@dataclass(frozen=True, slots=True)
class AssignmentStanding(_Answer):
    """Where the student stands with an assignment (schema ``Assignment``).

    Parameters
    ----------
    id, course, title, summary : str
    minutes : int or None
    topics, seed_notebooks, prerequisites : tuple of str
    described : bool
        Whether a ``classroom.json`` could be read.
    points : float or None
    due : str or None
        ISO 8601 in UTC.
    late : LatePolicy or None
    notebooks : tuple of GradedNotebook
    released : bool
        Whether the exchange offers it now.
    folder : str or None
        Where it was fetched to, as the contents API names it.
    release_changed : bool or None
        Since it was fetched; None if that cannot be told.
    missing : tuple of str
        Released files that are gone from the folder.
    submissions : int
    submitted : str or None
        When the newest came.
    feedback : str
        ``none``, ``ready``, ``updated`` or ``fetched``.
    score, max_score : float or None
        Of the newest submission whose feedback was fetched.
    """

    id: str
    course: str
    title: str
    summary: str
    minutes: int | None
    topics: tuple[str, ...]
    seed_notebooks: tuple[str, ...]
    prerequisites: tuple[str, ...]
    described: bool
    points: float | None
    due: str | None
    late: LatePolicy | None
    notebooks: tuple[GradedNotebook, ...]
    released: bool
    folder: str | None
    release_changed: bool | None
    missing: tuple[str, ...]
    submissions: int
    submitted: str | None
    feedback: str
    score: float | None
    max_score: float | None


@dataclass(frozen=True, slots=True)
class CourseStanding(_Answer):
    """A course and its assignments."""

    id: str
    assignments: tuple[AssignmentStanding, ...]


@dataclass(frozen=True, slots=True)
class Courses(_Answer):
    """Every course of a student.

    Parameters
    ----------
    student : str
    courses : tuple of CourseStanding
    problem : Problem or None
        Why the exchange cannot be read.
    """

    student: str
    courses: tuple[CourseStanding, ...]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class FolderFile(_Answer):
    """A file of an assignment's folder.

    Parameters
    ----------
    path : str
        Relative to the folder.
    state : str
        ``unchanged``, ``changed``, ``added``, ``missing`` or ``damaged``.
    """

    path: str
    state: str


@dataclass(frozen=True, slots=True)
class SubmittedFile(_Answer):
    """A file that was handed in; `size` is in bytes."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Submission(_Answer):
    """What was handed in once.

    Parameters
    ----------
    id : str
        Its timestamp, as the exchange writes it.
    submitted : str or None
        ISO 8601 in UTC.
    late_seconds : float or None
        0 if it was in time; None where no due date is known.
    hash : str
        As the run log of the course has it; empty if this exchange does not show what was sent.
    files : tuple of SubmittedFile
    feedback : str
    score, max_score : float or None
    """

    id: str
    submitted: str | None
    late_seconds: float | None
    hash: str
    files: tuple[SubmittedFile, ...]
    feedback: str = "none"
    score: float | None = None
    max_score: float | None = None


@dataclass(frozen=True, slots=True)
class AssignmentDetail(_Answer):
    """An assignment with its files and the student's submissions, the newest first.

    Parameters
    ----------
    assignment : AssignmentStanding
    files : tuple of FolderFile
    history : tuple of Submission
    problem : Problem or None
        Why the exchange cannot be read, so that this is what was known last.
    """

    assignment: AssignmentStanding
    files: tuple[FolderFile, ...]
    history: tuple[Submission, ...]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Receipt(_Answer):
    """That something was handed in, and what will become of it.

    Parameters
    ----------
    course, assignment, student : str
    submission : Submission
    graded : tuple of GradedNotebook
    not_graded : tuple of str
        Notebooks that are not part of the assignment.
    remarks : tuple of str
        What the student should know.
    """

    course: str
    assignment: str
    student: str
    submission: Submission
    graded: tuple[GradedNotebook, ...]
    not_graded: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fetched(_Answer):
    """What became of the student's files; `kept` are those that they had changed, which stayed."""

    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored(_Answer):
    """A file that was put back; `kept` is where the student's copy is now, if there was one."""

    path: str
    kept: str | None


@dataclass(frozen=True, slots=True)
class ReleasedCell(_Answer):
    """A cell that nbgrader marks, as it was released.

    Parameters
    ----------
    grade_id, cell_type, source : str
    metadata : mapping
    graded, locked, solution : bool
    after : str or None
        The grade id that comes before it.
    """

    grade_id: str
    cell_type: str
    source: str
    metadata: Mapping[str, Any]
    graded: bool
    locked: bool
    solution: bool
    after: str | None
