"""The processes that grade one submission: the executor and, if it has checks, the checker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.execution.checker import serve
from autograder.execution.job import Job
from autograder.execution.worker import execute
from autograder.runners.task import Channels, ProcessSpec

__all__ = ["SubmissionTask"]


class SubmissionTask:
    """A :class:`~autograder.runners.task.Task` for submissions."""

    def processes(self, job: Job, /) -> Sequence[ProcessSpec]:
        """Name the executor, which reports, and the checker."""
        specs = [ProcessSpec("executor", _run_executor, (job,))]
        if any(notebook.checks for notebook in job.notebooks):
            arguments = (job.grader, job.limits.check_memory)
            specs.append(ProcessSpec("checker", _run_checker, arguments, essential=False))
        return specs


def _run_executor(channels: Channels, job: Job) -> None:
    channels.report(execute(job, channels.peers.get("checker")))


def _run_checker(channels: Channels, grader: Path | None, memory: int) -> None:
    serve(grader, memory, channels.peers["executor"])
