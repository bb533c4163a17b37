"""Run one of nbgrader's converters and say in one line what went wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.converters import BaseConverter, NbGraderException
from traitlets import Any as AnyTrait
from traitlets import List

from autograder.gradebook.errors import ConversionError

__all__ = ["RemembersFailures", "convert"]

ROUTINE = ("Traceback", "Removing existing", "Updating existing")
"""How messages begin that nbgrader logs as warnings and errors and that tell nothing new."""


class RemembersFailures(BaseConverter):  # type: ignore[misc]
    """A converter that keeps what nbgrader only logs: which notebooks failed, and why."""

    failures: Any = List(AnyTrait(), help="Pairs of a notebook's path and the exception.")

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Convert a notebook."""
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as error:
            self.failures = [*self.failures, (notebook_filename, error)]
            raise


def convert(converter: RemembersFailures) -> None:
    """Run `converter` to its end.

    Raises
    ------
    ConversionError
        If a notebook could not be converted, or none was found.
    """
    try:
        with _without_noise(converter.log):
            converter.start()
    except (NbGraderException, OSError) as error:
        if not converter.failures:
            raise ConversionError(str(error)) from error
        path, cause = converter.failures[0]
        more = f" ({len(converter.failures) - 1} more failed)" if converter.failures[1:] else ""
        what = f"{Path(path).name}: {type(cause).__name__}: {cause}{more}"
        raise ConversionError(what) from cause


@contextmanager
def _without_noise(log: logging.Logger) -> Iterator[None]:
    # nbgrader logs each traceback as an error; the exception that is raised in the end has it,
    # and --debug prints that.
    def keep(record: logging.LogRecord) -> bool:
        text = str(record.msg)
        return record.levelno < logging.ERROR and not text.startswith(ROUTINE)

    target: Any = getattr(log, "logger", log)
    target.addFilter(keep)
    try:
        yield
    finally:
        target.removeFilter(keep)
