"""Names that come in an address or a request: none may lead anywhere else."""

from __future__ import annotations

from collections.abc import Collection

from llm_classroom.errors import UnknownNameError

__all__ = ["ASSIGNMENT", "PATTERN", "confined", "confined_path"]

LONGEST = 255
"""Bytes that a file system allows a name."""
PATTERN = frozenset("*?[]")
"""What would make nbgrader look for more than one name."""
ASSIGNMENT = PATTERN | {"+"}
"""nbgrader joins the parts of a submission's name by a plus sign."""


def confined(what: str, name: str, barred: Collection[str] = ()) -> str:
    """Return `name`, which is the name of one thing in a folder.

    Parameters
    ----------
    what : str
        What it names, for the message.
    name : str
    barred : collection of str
        Characters that it may not hold either.

    Raises
    ------
    UnknownNameError
        If it could be no such name.
    """
    if (
        name in ("", ".", "..")
        or any(c in "/\\" or c < " " or c == "\x7f" for c in name)
        or not _fits(name)
        or any(c in barred for c in name)
    ):
        raise UnknownNameError(what, name)
    return name


def confined_path(path: str) -> str:
    """Return `path`, relative to a folder and with ``/``, which stays below that folder.

    Raises
    ------
    UnknownNameError
        If it does not.
    """
    try:
        for part in path.split("/"):
            confined("file", part)
    except UnknownNameError:
        raise UnknownNameError("file", path) from None
    return path


def _fits(name: str) -> bool:
    try:
        return len(name.encode("utf-8")) <= LONGEST
    except UnicodeEncodeError:
        return False
