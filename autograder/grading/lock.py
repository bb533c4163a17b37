"""One grading run at a time in a course."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import UsageError

__all__ = ["course_lock"]


@contextlib.contextmanager
def course_lock(root: Path) -> Iterator[None]:
    """Hold the course's lock; it ends with the process, however that ends.

    Raises
    ------
    UsageError
        If another process grades in this course.
    """
    folder = root / ".llm-classroom"
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(descriptor, 20).decode("ascii", "replace")
            raise UsageError(
                f"Another process (pid {holder or 'unknown'}) is grading in {root}. "
                "Wait until it ends."
            ) from None
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)
