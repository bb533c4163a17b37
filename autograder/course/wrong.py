"""Wrong solutions of an assignment: what each must lose, and how it differs from the reference.

A file ``wrong/<name>.py`` begins with a block of comments that is TOML once the ``#`` are gone::

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

from autograder.course.errors import WrongSolutionError

__all__ = ["WrongSolution", "load_wrong_solution"]

SECTION = re.compile(r"^# %%[ \t]+(\S+)[ \t]*$", re.MULTILINE)


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


def load_wrong_solution(file: Path) -> WrongSolution:
    """Read one wrong solution.

    Raises
    ------
    WrongSolutionError
        If the header or a section is missing or malformed.
    """
    text = file.read_text(encoding="utf-8")
    first, *rest = SECTION.split(text)
    header = "\n".join(line[1:].strip() for line in first.splitlines() if line.startswith("#"))
    try:
        values = tomllib.loads(header)
    except tomllib.TOMLDecodeError as error:
        raise WrongSolutionError(file, f"has a header that is no TOML ({error}).") from error
    loses = values.pop("loses", None)
    trivial = values.pop("trivial", False)
    why = values.pop("why", "")
    if not isinstance(loses, list) or not loses or not all(isinstance(q, str) for q in loses):
        raise WrongSolutionError(file, 'needs a line # loses = ["grade id", …] at its top.')
    if not isinstance(trivial, bool) or not isinstance(why, str) or values:
        raise WrongSolutionError(file, "may say loses, trivial (true or false) and why only.")
    cells = {name: body.strip("\n") for name, body in zip(rest[::2], rest[1::2], strict=True)}
    if not cells:
        raise WrongSolutionError(file, "replaces no cell; begin one with # %% GRADE_ID.")
    return WrongSolution(file.stem, tuple(loses), trivial, why, cells)
