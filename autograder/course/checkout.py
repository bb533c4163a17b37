"""A checkout of the course: where it is, which assignments it has, what an assignment holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.course.assignment import FILE_NAME
from autograder.course.errors import NoCheckoutError
from autograder.errors import UnknownAssignmentError

__all__ = ["AssignmentFolder", "TEMPLATE", "assignment_folder", "assignment_ids", "find_checkout"]

TEMPLATE = "template"
"""The folder of ``assignments/`` that a new assignment is copied from; not one of the course's."""


@dataclass(frozen=True, slots=True)
class AssignmentFolder:
    """The folder of one assignment and the places in it; a place need not exist.

    Parameters
    ----------
    root : Path
        ``assignments/<id>``.
    """

    root: Path

    @property
    def id(self) -> str:
        """The assignment's id, which is the folder's name."""
        return self.root.name

    @property
    def notebook(self) -> Path:
        """The source notebook, with solutions and checks."""
        return self.root / f"{self.id}.ipynb"

    @property
    def settings(self) -> Path:
        """The ``assignment.toml``."""
        return self.root / FILE_NAME

    @property
    def files(self) -> Path:
        """What is released beside the notebook."""
        return self.root / "files"

    @property
    def grader(self) -> Path:
        """Oracles and data for hidden regions only."""
        return self.root / "grader"

    @property
    def right(self) -> Path:
        """Right solutions other than the reference."""
        return self.root / "right"

    @property
    def wrong(self) -> Path:
        """Plausible wrong solutions."""
        return self.root / "wrong"

    def right_solutions(self) -> tuple[Path, ...]:
        """Return the files of the other right solutions, sorted by name."""
        return tuple(sorted(self.right.glob("*.py")))

    def wrong_solutions(self) -> tuple[Path, ...]:
        """Return the files of the wrong solutions, sorted by name."""
        return tuple(sorted(self.wrong.glob("*.py")))


def find_checkout(start: Path) -> Path:
    """Return the checkout of the course that a folder is or lies in.

    Raises
    ------
    NoCheckoutError
        Neither the folder nor one above it holds ``assignments/roadmap.yaml``.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "assignments" / "roadmap.yaml").is_file():
            return folder
    raise NoCheckoutError(start)


def assignment_ids(root: Path) -> tuple[str, ...]:
    """Return the ids of a checkout's assignments, sorted.

    An assignment is a folder of ``assignments/`` with an ``assignment.toml``, the template apart.
    """
    names = {file.parent.name for file in (root / "assignments").glob(f"*/{FILE_NAME}")}
    return tuple(sorted(names - {TEMPLATE}))


def assignment_folder(root: Path, name: str) -> AssignmentFolder:
    """Return the folder of an assignment in a checkout.

    Raises
    ------
    UnknownAssignmentError
        The checkout has no assignment of that name.
    """
    known = assignment_ids(root)
    if name not in known:
        raise UnknownAssignmentError(name, known)
    return AssignmentFolder(root / "assignments" / name)
