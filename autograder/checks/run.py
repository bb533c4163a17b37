"""The one protocol through which a check reaches a student's work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Run"]


class Run(Protocol):
    """A student's work, as a check sees it: names to call and values to fetch, never code.

    Only plain data crosses in either direction: None, bool, int, float, complex, str, bytes,
    list, tuple, dict, set, numpy arrays and scalars, torch tensors (on the CPU, dtype kept).

    All methods raise a subclass of :class:`autograder.checks.errors.StudentError` when the
    student's side cannot answer.
    """

    @property
    def rng(self) -> np.random.Generator:
        """Seeded per course, assignment, student, submission, question and ``--seed``."""
        ...

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Any:
        """Call the student's `function` with plain data and return plain data."""
        ...

    def value(self, name: str, /) -> Any:
        """The value of the student's variable `name`, as plain data."""
        ...

    def artifact(self, name: str, /) -> Path:
        """A private, bounded copy of a file or folder that the run wrote, links refused."""
        ...

    def outputs(self, grade_id: str, /) -> list[dict[str, Any]]:
        """The recorded outputs of an earlier cell, as nbformat dictionaries."""
        ...

    def student_source(self, grade_id: str, /) -> str:
        """The submitted source of a cell."""
        ...
