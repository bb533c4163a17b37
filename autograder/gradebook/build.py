"""Make a gradebook from ``source/`` where there is none, as in a checkout on a CI machine."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from nbgrader.converters import GenerateAssignment, NbGraderException

from autograder.errors import UsageError
from autograder.gradebook.course import Course

__all__ = ["build_gradebook"]


def build_gradebook(course: Course) -> list[str]:
    """Generate every assignment of ``source/`` into a fresh gradebook; return their names.

    Raises
    ------
    UsageError
        If a source notebook cannot be converted.
    """
    names = course.sources()
    course.prepare_gradebook()
    for name in names:
        converter = GenerateAssignment(coursedir=course.directory_for(name), parent=course.parent)
        converter.force = True
        try:
            with _quiet(course.log):
                converter.start()
        except (NbGraderException, SystemExit) as error:
            raise UsageError(
                f"The gradebook could not be built from source/{name}: "
                f"{error or 'see the log'}. Run: llm-classroom release {name} --debug"
            ) from error
    return names


@contextlib.contextmanager
def _quiet(log: logging.Logger) -> Iterator[None]:
    level = log.level
    log.setLevel(max(level, logging.WARNING))
    try:
        yield
    finally:
        log.setLevel(level)
