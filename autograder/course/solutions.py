"""Solutions that an author writes to prove an assignment's checks: other right ones, wrong ones.

A file ``wrong/<name>.py`` or ``right/<name>.py`` says how it differs from the reference. It begins
with a block of comments that is TOML once the ``#`` are gone, ``loses`` and ``trivial`` in a wrong
solution only::

    # loses = ["absmax", "rows"]
    # trivial = true
    # why = "one line for people"

Then sections ``# %% <grade id>``, each of which replaces the whole source of that cell.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.errors import SolutionFileError

__all__ = ["RightSolution", "WrongSolution", "load_right_solution", "load_wrong_solution"]

SECTION = re.compile(r"^# %%[ \t]+(\S+)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RightSolution:
    """Another right solution, which must earn everything, as the reference does.

    Parameters
    ----------
    name : str
        The file's, without its ending.
    why : str
        How it goes about it, in one line.
    cells : mapping of str to str
        Sources by grade id of the cells that differ from the reference.
    """

    name: str
    why: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WrongSolution:
    """A plausible wrong solution.

    Parameters
    ----------
    name : str
        The file's, without its ending.
    loses : tuple of str
        Grade ids of the questions that must not get full points; all others must.
    trivial : bool
        A do-nothing answer, which must earn nothing at all in what it loses.
    why : str
        What is wrong, in one line.
    cells : mapping of str to str
        Sources by grade id of the cells that differ from the reference.
    """

    name: str
    loses: tuple[str, ...]
    trivial: bool
    why: str
    cells: Mapping[str, str]


def load_right_solution(file: Path) -> RightSolution:
    """Read a right solution.

    Raises
    ------
    SolutionFileError
        If the header or a section is missing or malformed.
    """
    values, cells = _read(file)
    why = values.pop("why", "")
    if not isinstance(why, str) or values:
        raise SolutionFileError(file, 'may say # why = "…" only: a right solution loses nothing.')
    return RightSolution(file.stem, why, cells)


def load_wrong_solution(file: Path) -> WrongSolution:
    """Read a wrong solution.

    Raises
    ------
    SolutionFileError
        If the header or a section is missing or malformed.
    """
    values, cells = _read(file)
    loses = values.pop("loses", None)
    trivial = values.pop("trivial", False)
    why = values.pop("why", "")
    if not isinstance(loses, list) or not loses or not all(isinstance(q, str) for q in loses):
        raise SolutionFileError(file, 'needs a line # loses = ["grade id", …] at its top.')
    if not isinstance(trivial, bool) or not isinstance(why, str) or values:
        raise SolutionFileError(file, "may say loses, trivial (true or false) and why only.")
    return WrongSolution(file.stem, tuple(loses), trivial, why, cells)


def _read(file: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the header's values, and the sources of the sections by grade id."""
    first, *rest = SECTION.split(file.read_text(encoding="utf-8"))
    header = "\n".join(line[1:].strip() for line in first.splitlines() if line.startswith("#"))
    try:
        values = tomllib.loads(header)
    except tomllib.TOMLDecodeError as error:
        raise SolutionFileError(file, f"has a header that is no TOML ({error}).") from error
    cells = {name: body.strip("\n") for name, body in zip(rest[::2], rest[1::2], strict=True)}
    if not cells:
        raise SolutionFileError(file, "replaces no cell; begin one with # %% GRADE_ID.")
    return values, cells
