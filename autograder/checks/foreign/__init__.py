"""Assert cells that are no checks of ours, run in the checker instead of the student's kernel.

``Instructor`` knows the released notebook, ``Cells`` runs its test cells, ``Link`` reaches the
kernel, where :mod:`autograder.checks.object_agent` keeps the objects that do not cross.
"""

from __future__ import annotations

from autograder.checks.foreign.cell import Cells, ForeignVerdict, Written
from autograder.checks.foreign.errors import NotServed
from autograder.checks.foreign.link import Link
from autograder.checks.foreign.names import Instructor, InstructorCell, Part

__all__ = [
    "Cells",
    "ForeignVerdict",
    "Instructor",
    "InstructorCell",
    "Link",
    "NotServed",
    "Part",
    "Written",
]
