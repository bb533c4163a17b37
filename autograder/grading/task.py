"""The processes that grade one submission: the executor and, if it has checks, the checker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.execution.checker import serve
from autograder.execution.condition import Condition
from autograder.execution.job import Job
from autograder.execution.sandbox import Level
from autograder.execution.worker import execute
from autograder.log import Status
from autograder.runners.task import Channels, ProcessSpec

__all__ = ["SubmissionTask"]


class SubmissionTask:
    """A :class:`~autograder.runners.task.Task` for submissions."""

    def processes(self, job: Job, /) -> Sequence[ProcessSpec]:
        """Name the executor, which reports, and the checker."""
        # A kernel that is not confined has its executor's rights and could reach into it.
        confined = job.warm is not None and job.warm.level is not Level.NONE
        specs = [ProcessSpec("executor", _run_executor, (job,), lasting=confined)]
        if any(notebook.checks for notebook in job.notebooks):
            arguments = (job.grader, job.limits.check_memory)
            specs.append(ProcessSpec("checker", _run_checker, arguments, essential=False))
        return specs


def _run_executor(channels: Channels, job: Job) -> bool:
    """Report the outcome; return whether this process can execute another submission."""
    before = Condition.now()
    outcome = execute(job, channels.peers.get("checker"))
    channels.report(outcome)
    in_order = outcome.status is not Status.UNGRADED and all(
        notebook.status is Status.GRADED or notebook.code == "exception"
        for notebook in outcome.notebooks
    )
    return in_order and before.is_kept()


def _run_checker(channels: Channels, grader: Path | None, memory: int) -> None:
    serve(grader, memory, channels.peers["executor"])
