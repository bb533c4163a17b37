"""Put a file back as it was fetched, and show the cells as they were."""

from __future__ import annotations

from pathlib import Path

from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from autograder.gradebook.errors import TransferError
from autograder.gradebook.package import printable
from autograder.gradebook.reading import UnreadableNotebookError, read_submission_notebook
from autograder.gradebook.student.desk import Desk
from autograder.gradebook.student.errors import NotFetchedError, UnknownFileError
from autograder.gradebook.student.names import is_plain, parts_below
from autograder.gradebook.student.placing import put_back
from autograder.gradebook.student.releases import (
    adopt_release,
    fetched_folder,
    files_in,
    kept_release,
    refuse_in_the_way,
)
from autograder.gradebook.student.results import ReleasedCell, Restored
from autograder.gradebook.student.survey import look_around

__all__ = ["cells_of", "folder_of", "released_cells", "restore_file"]


def restore_file(desk: Desk, course: str, assignment: str, path: str) -> Restored:
    """Put a file back as it was fetched; the student's is kept beside it under a new name.

    Parameters
    ----------
    desk : Desk
    course, assignment : str
    path : str
        Relative to the assignment's folder.

    Raises
    ------
    UnknownAssignmentError
        If there is none of that name, or no such course.
    NotFetchedError
        If it is not here, or nothing is known of its release.
    UnknownFileError
        If the release has no such file.
    TransferError
        If the file cannot be written.
    """
    with desk.changing():
        folder, kept = _fetched(desk, course, assignment)
        if parts_below(path) is None or path not in files_in(desk, kept):
            raise UnknownFileError(
                f"The release of {assignment} has no file {printable(path)!r}, so that there is "
                "nothing to put back."
            )
        if desk.memory.same(kept / path, folder / path):
            return Restored(path, None)
        try:
            aside = put_back(folder, path, kept / path)
        except OSError as error:
            why = error.strerror or "a folder on the way to it is a link or a file; rename that"
            raise TransferError(
                f"{path} was not restored: {why}. What you have was not changed."
            ) from error
        desk.log.info("Restored %s of %s/%s; kept: %s", path, course, assignment, aside)
        return Restored(path, aside)


def released_cells(desk: Desk, course: str, assignment: str, notebook: str) -> list[ReleasedCell]:
    """List the cells that nbgrader marks, in order, as they were fetched.

    Parameters
    ----------
    desk : Desk
    course, assignment : str
    notebook : str
        Without ``.ipynb``.

    Raises
    ------
    UnknownAssignmentError
        If there is none of that name, or no such course.
    NotFetchedError
        If it is not here, or nothing is known of its release.
    UnknownFileError
        If the release has no such notebook.
    """
    with desk.reading():
        _, kept = _fetched(desk, course, assignment)
        path = kept / f"{notebook}.ipynb"
        if not is_plain(path.name) or path.parent != kept or not path.is_file():
            raise UnknownFileError(
                f"The release of {assignment} has no notebook {printable(notebook)!r}."
            )
        try:
            return list(desk.memory.of(path, cells_of))
        except (UnreadableNotebookError, OSError) as error:
            raise NotFetchedError(
                f"The copy of the release in {kept} is damaged. Delete that folder, then fetch "
                f"{assignment} again."
            ) from error


def cells_of(path: Path) -> list[ReleasedCell]:
    """Read the cells of a notebook that nbgrader marks.

    Raises
    ------
    UnreadableNotebookError
        If it is no notebook.
    """
    found: list[ReleasedCell] = []
    for cell in read_submission_notebook(path, outputs=False).cells:
        marks = cell.metadata.get("nbgrader")
        grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
        if not isinstance(grade_id, str):
            continue
        found.append(
            ReleasedCell(
                grade_id=grade_id,
                cell_type=cell.cell_type,
                source=cell.source,
                metadata=cell.metadata,
                graded=bool(is_grade(cell) or is_task(cell)),
                locked=bool(is_locked(cell)),
                solution=bool(is_solution(cell)),
                after=found[-1].grade_id if found else None,
            )
        )
    return found


def folder_of(desk: Desk, course: str, assignment: str) -> Path:
    """Find an assignment's folder; the exchange is asked only where nothing here tells of it.

    Raises
    ------
    UnknownAssignmentError
        If there is none of that name, or no such course.
    NotFetchedError, InTheWayError
        If its folder is not there, or another course's is.
    TransferError
        If the exchange cannot be read.
    """
    if kept_release(desk, course, assignment) is not None:
        folder = fetched_folder(desk, course, assignment)
        if folder is not None:
            return folder
    known = look_around(desk).find(course, assignment)
    return refuse_in_the_way(desk, course, assignment, known.rivals, needed=True)


def _fetched(desk: Desk, course: str, assignment: str) -> tuple[Path, Path]:
    """Find an assignment's folder and the pristine copy of its release."""
    folder = folder_of(desk, course, assignment)
    kept = adopt_release(desk, course, assignment)
    if kept is None:
        raise NotFetchedError(
            f"{assignment} was not fetched here, and the exchange does not give its release now. "
            "Fetch it once it is offered again."
        )
    return folder, kept
