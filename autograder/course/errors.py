"""What can be wrong with the files of a course.

::

    ClassroomError
    ├── CourseFileError          a file of the course does not say what it must  (ValueError)
    │   ├── RoadmapFileError     roadmap.yaml
    │   ├── AssignmentFileError  assignment.toml
    │   └── SolutionFileError    a file of wrong/ or right/
    └── NoCheckoutError          there is no checkout of the course here         (FileNotFoundError)
"""

from __future__ import annotations

from pathlib import Path

from autograder.errors import ClassroomError

__all__ = [
    "AssignmentFileError",
    "CourseFileError",
    "NoCheckoutError",
    "RoadmapFileError",
    "SolutionFileError",
]


class CourseFileError(ClassroomError, ValueError):
    """A file of the course does not say what it must; the text names the file and the key.

    Parameters
    ----------
    file : Path
        The file to mend.
    what : str
        What is wrong, with the key's full name, and what is wanted.
    """

    def __init__(self, file: Path, what: str) -> None:
        super().__init__(f"{file}: {what}")
        self.file = file
        self.what = what


class RoadmapFileError(CourseFileError):
    """The roadmap is unreadable or incomplete."""


class AssignmentFileError(CourseFileError):
    """An assignment's ``assignment.toml`` is unreadable, incomplete or says too much."""


class SolutionFileError(CourseFileError):
    """A solution's header or sections are missing or malformed."""


class NoCheckoutError(ClassroomError, FileNotFoundError):
    """Neither the folder nor one above it is a checkout of the course."""

    def __init__(self, start: Path) -> None:
        super().__init__(
            f"{start} is not inside a checkout of the course (a folder that holds "
            "assignments/roadmap.yaml). Change into the checkout, or name it with --from."
        )
        self.start = start
