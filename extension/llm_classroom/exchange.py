"""What is asked at the student's desk, as JSON data.

Each function runs in the desk's thread. It imports nbgrader there, and when it is called first,
since that takes a second in which the server should answer others.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.gradebook.student import Desk, ReleasedCell

__all__ = [
    "assignment",
    "courses",
    "feedback",
    "feedback_page",
    "fetch",
    "fetch_feedback",
    "prepare_check",
    "released",
    "restore",
    "submit",
]

Step = Callable[[str], None]


def courses(desk: Desk) -> dict[str, Any]:
    """List courses with their assignments: schema ``Courses``."""
    from autograder.gradebook.student import list_courses

    return list_courses(desk).to_json()


def assignment(desk: Desk, course: str, assignment: str) -> dict[str, Any]:
    """Tell of one assignment: schema ``AssignmentDetail``."""
    from autograder.gradebook.student import read_assignment

    return read_assignment(desk, course, assignment).to_json()


def feedback(desk: Desk, course: str, assignment: str, submission: str) -> dict[str, Any]:
    """Read the fetched feedback on a submission: schema ``Feedback``."""
    from autograder.gradebook.student import read_feedback

    return read_feedback(desk, course, assignment, submission).to_json()


def feedback_page(desk: Desk, course: str, assignment: str, submission: str, notebook: str) -> str:
    """Read a fetched feedback page: HTML that nobody vouches for."""
    from autograder.gradebook.student import feedback_page

    return feedback_page(desk, course, assignment, submission, notebook)


def released(desk: Desk, course: str, assignment: str, notebook: str) -> dict[str, Any]:
    """Tell the graded and locked cells as fetched: schema ``ReleasedCells``."""
    from autograder.gradebook.student import released_cells

    cells = released_cells(desk, course, assignment, notebook)
    return {"cells": [cell.to_json() for cell in cells]}


def restore(desk: Desk, course: str, assignment: str, path: str) -> dict[str, Any]:
    """Put a file back as it was fetched: schema ``Restored``."""
    from autograder.gradebook.student import restore_file

    return restore_file(desk, course, assignment, path).to_json()


def fetch(desk: Desk, course: str, assignment: str, step: Step) -> dict[str, Any]:
    """Fetch an assignment, or what a new release of it brings: schema ``Fetched``."""
    from autograder.gradebook.student import fetch_assignment

    return fetch_assignment(desk, course, assignment, step).to_json()


def submit(desk: Desk, course: str, assignment: str, step: Step) -> dict[str, Any]:
    """Hand in what lies in the assignment's folder: schema ``Receipt``."""
    from autograder.gradebook.student import submit_assignment

    return submit_assignment(desk, course, assignment, step).to_json()


def fetch_feedback(desk: Desk, course: str, assignment: str, step: Step) -> None:
    """Fetch the feedback that is ready."""
    from autograder.gradebook.student import fetch_feedback

    fetch_feedback(desk, course, assignment, step)


def prepare_check(
    desk: Desk, course: str, assignment: str, notebook: str
) -> tuple[Path, list[ReleasedCell]]:
    """Find the folder to check, and what is known of the notebook's release."""
    from autograder.gradebook.student import prepare_check

    return prepare_check(desk, course, assignment, notebook)
