"""The submitted folders of an assignment, found as nbgrader finds them."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

__all__ = ["RECEIPT", "SubmittedFolder", "find_submissions"]

RECEIPT = ("timestamp.txt", "submission_secret.txt")
"""What the exchange puts into a submission: when it came, and what finds its feedback."""


@dataclass(frozen=True, slots=True)
class SubmittedFolder:
    """One student's submitted folder.

    Parameters
    ----------
    assignment, student : str
    path : Path
    notebooks : tuple of Path
        Those that match the notebook pattern, sorted.
    """

    assignment: str
    student: str
    path: Path
    notebooks: tuple[Path, ...]


def find_submissions(coursedir: CourseDirectory) -> Iterator[SubmittedFolder]:
    """Find the folders that hold at least one notebook, sorted by path.

    Parameters
    ----------
    coursedir : CourseDirectory
        Its ``assignment_id``, ``student_id`` and ``notebook_id`` may be glob patterns;
        ``student_id_exclude`` is heeded.

    Notes
    -----
    A folder without a notebook is no submission, as in nbgrader. A link in place of a folder or
    a notebook is found too, so that it can be refused by name.
    """
    excluded = set(str(coursedir.student_id_exclude).split(",")) - {""}
    step = coursedir.submitted_directory
    pattern = coursedir.format_path(step, coursedir.student_id, coursedir.assignment_id)
    named = coursedir.format_path(step, "(?P<student>.*)", "(?P<assignment>.*)", escape=True)
    for folder in sorted(glob.glob(pattern)):
        match = re.match(named, folder)
        if match is None or match["student"] in excluded or not os.path.isdir(folder):
            continue
        notebooks = sorted(glob.glob(os.path.join(folder, f"{coursedir.notebook_id}.ipynb")))
        if notebooks:
            yield SubmittedFolder(
                match["assignment"], match["student"], Path(folder), tuple(map(Path, notebooks))
            )
