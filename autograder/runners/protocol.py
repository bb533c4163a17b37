"""The protocol of a runner: jobs in, outcomes out as they finish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from autograder.execution.job import Job
from autograder.log import Outcome

__all__ = ["Runner"]


class Runner(Protocol):
    """Grades many submissions.

    A runner never touches a database: a job is self-contained data and an outcome is data only.
    Every job gets exactly one outcome; a job whose worker was lost gets an *ungraded* one.
    """

    def run(self, jobs: Iterable[Job], /) -> Iterator[tuple[Job, Outcome]]:
        """Run `jobs` and yield each with its outcome as it finishes, in any order."""
        ...
