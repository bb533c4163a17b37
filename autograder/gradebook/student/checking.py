"""What a check of a notebook needs: the folder that it runs a copy of, and the released cells."""

from __future__ import annotations

from pathlib import Path

from autograder.gradebook.errors import TransferError
from autograder.gradebook.student.desk import Desk
from autograder.gradebook.student.errors import NotFetchedError, UnknownFileError
from autograder.gradebook.student.releases import refuse_in_the_way
from autograder.gradebook.student.restore import folder_of, released_cells
from autograder.gradebook.student.results import ReleasedCell

__all__ = ["prepare_check"]


def prepare_check(
    desk: Desk, course: str, assignment: str, notebook: str
) -> tuple[Path, list[ReleasedCell]]:
    """Find the folder to check, and the notebook's cells as they were fetched.

    Parameters
    ----------
    desk : Desk
    course, assignment : str
    notebook : str
        Without ``.ipynb``. It need not be there, nor be part of the release.

    Returns
    -------
    tuple of Path and list of ReleasedCell
        No cells where nothing is known of the notebook's release.

    Raises
    ------
    UnknownAssignmentError
        If there is none of that name, or no such course.
    NotFetchedError, InTheWayError
        If its folder is not there, or another course's is.
    """
    with desk.reading():
        try:
            folder = folder_of(desk, course, assignment)
        except TransferError:
            # A check needs no exchange: what the folder says of itself must do.
            folder = refuse_in_the_way(desk, course, assignment, needed=True)
        try:
            return folder, released_cells(desk, course, assignment, notebook)
        except (NotFetchedError, TransferError, UnknownFileError):
            return folder, []
