"""The student's side: what a student fetches, hands in and gets back."""

from __future__ import annotations

from autograder.gradebook.config_files import read_config
from autograder.gradebook.student.checking import prepare_check
from autograder.gradebook.student.courses import list_courses, read_assignment
from autograder.gradebook.student.desk import Desk, open_desk
from autograder.gradebook.student.feedback import (
    Feedback,
    feedback_page,
    read_feedback,
    score_of,
)
from autograder.gradebook.student.fetch import fetch_assignment, fetch_feedback
from autograder.gradebook.student.restore import released_cells, restore_file
from autograder.gradebook.student.results import (
    AssignmentDetail,
    Courses,
    Fetched,
    Receipt,
    ReleasedCell,
    Restored,
)
from autograder.gradebook.student.submit import submit_assignment

__all__ = [
    "AssignmentDetail",
    "Courses",
    "Desk",
    "Feedback",
    "Fetched",
    "Receipt",
    "ReleasedCell",
    "Restored",
    "feedback_page",
    "fetch_assignment",
    "fetch_feedback",
    "list_courses",
    "open_desk",
    "prepare_check",
    "read_assignment",
    "read_config",
    "read_feedback",
    "released_cells",
    "restore_file",
    "score_of",
    "submit_assignment",
]
