"""The root of every error that a user can meet.

::

    ClassroomError
    ├── UsageError               the command or the configuration is wrong        exit 2
    ├── UnknownAssignmentError   no assignment of that name          (LookupError)
    ├── MissingExtraError        an optional dependency is missing   (ImportError)
    └── OverwriteError           the target exists and --force was not given (FileExistsError)

Every package defines its own errors below :class:`ClassroomError`, each of which also inherits
the builtin it refines. An error knows the HTTP status and the exit status it maps to.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

__all__ = [
    "ClassroomError",
    "MissingExtraError",
    "OverwriteError",
    "UnknownAssignmentError",
    "UsageError",
]


class ClassroomError(Exception):
    """Something that a user did or must mend; its text says what, where and how to mend it."""

    status = 400
    exit_code = 2


class UsageError(ClassroomError, ValueError):
    """The command line or the configuration asks for something that cannot be done."""


class UnknownAssignmentError(ClassroomError, LookupError):
    """No assignment of that name is in the course."""

    status = 404

    def __init__(self, name: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        super().__init__(f"There is no assignment named {name!r}.{hint}")
        self.name = name


class MissingExtraError(ClassroomError, ImportError):
    """An optional dependency is missing; the text names the command that installs it."""

    status = 501

    def __init__(self, module: str, extra: str) -> None:
        super().__init__(
            f"This needs {module!r}, which is not installed. "
            f'Install it with: pip install "llm-classroom[{extra}]"'
        )
        self.module = module
        self.extra = extra


class OverwriteError(ClassroomError, FileExistsError):
    """The target exists already and nothing was overwritten."""

    status = 409
