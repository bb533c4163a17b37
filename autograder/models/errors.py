"""What can go wrong between a model's name and the model.

::

    ModelsError
    ├── UnknownModelError    no model of that name                        (LookupError)
    ├── ChangedFilesError    files of a shipped model are not the pinned  (ValueError)
    └── MissingLibraryError  torch or transformers is not installed       (ImportError)
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from autograder.errors import ClassroomError, MissingExtraError

__all__ = ["ChangedFilesError", "MissingLibraryError", "ModelsError", "UnknownModelError"]


class ModelsError(ClassroomError):
    """The root of this package's errors."""


class UnknownModelError(ModelsError, LookupError):
    """The name is neither a shipped model nor a folder nor the id of a model on a hub.

    Parameters
    ----------
    name
        What was asked for.
    known
        The names of the shipped models.
    """

    status = 404

    def __init__(self, name: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(name.casefold(), known, n=1)
        if near:
            hint = f"Did you mean {near[0]!r}?"
        else:
            hint = f"There is {', '.join(map(repr, known)) or 'none at all'}."
        super().__init__(f"There is no model named {name!r}. {hint}")
        self.name = name
        self.known = tuple(known)


class ChangedFilesError(ModelsError, ValueError):
    """Files of a shipped model are missing or differ from the pinned ones.

    Parameters
    ----------
    name
        The model.
    files
        Names of the files at fault, in its folder.
    """

    status = 500

    def __init__(self, name: str, files: Sequence[str]) -> None:
        super().__init__(
            f"Files of the model {name!r} are missing or changed: {', '.join(files)}. "
            "Install llm-classroom again, or restore them from the repository."
        )
        self.name = name
        self.files = tuple(files)


class MissingLibraryError(ModelsError, MissingExtraError):
    """A library that models need is not installed; the text names the command that does it."""

    def __init__(self, library: str) -> None:
        MissingExtraError.__init__(self, library, "llm")
