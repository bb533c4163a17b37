"""What a worker does for one job: the processes of a task and how they are connected.

A task names the processes that grade one job. The first reports the outcome, the others help it::

    class Submission:
        def processes(self, job: Job) -> Sequence[ProcessSpec]:
            return (
                ProcessSpec("executor", run_executor, (job,)),
                ProcessSpec("checker", run_checker, (job,), essential=False),
            )

    def run_executor(channels: Channels, job: Job) -> None:
        channels.report(execute(job, channels.peers["checker"]))

    def run_checker(channels: Channels, job: Job) -> None:
        serve(channels.peers["executor"])

All processes of one attempt form a group below one supervisor::

    coordinator ── warm process ─┬─ supervisor ─┬─ executor
                                 │              └─ checker
                                 └─ supervisor …

- The supervisor is forked from a warm process, and forks the others from itself, so that none
  pays for an import. It runs no numeric code, hence its children inherit no OpenMP threads.
- Every two processes of a group share a duplex pipe: ``channels.peers[name]``. Use
  ``send_bytes`` and ``recv_bytes``, and never unpickle what came from student work.
- The outcome crosses to the coordinator as one line of JSON.
- When an essential process ends, whatever the reason, the whole group ends. A process that is not
  essential may end alone: its peers see the end of its pipe.
- The supervisor adopts every orphan below it and ends with the coordinator or the warm process,
  whichever dies first: no descendant outlives the group, not even one in a session of its own.
- ``TMPDIR`` is a folder of the group, removed with it.
- A process that is ``lasting`` may be given further jobs, one after the other, as long as it says
  that it is as good as new. It spares each a fork and the pages that it would copy by writing to
  them. All other processes of a job end with it and are forked anew for the next.

Targets and arguments are pickled on their way to the warm process, so a target is a function that
can be imported by name, from a module other than ``__main__``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Protocol

from autograder.execution.job import Job
from autograder.log import Outcome
from autograder.runners.wire import write_line

__all__ = ["Channels", "ProcessSpec", "SingleProcess", "Task"]


@dataclass(frozen=True, slots=True)
class Channels:
    """What a process of a group is connected to.

    Parameters
    ----------
    outcome : Connection or None
        To the coordinator; only the first process of a group has it.
    peers : mapping of str to Connection
        To each other process of the group, by name.
    """

    outcome: Connection | None = None
    peers: Mapping[str, Connection] = field(default_factory=dict)

    def report(self, outcome: Outcome) -> None:
        """Send the outcome of the job; once, and as the last thing but for tidying up.

        Raises
        ------
        ValueError
            If this process is not the first of its group.
        """
        if self.outcome is None:
            raise ValueError("Only the first process of a task reports an outcome.")
        write_line(self.outcome.fileno(), {"outcome": outcome.to_json()})


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A process of a task.

    Parameters
    ----------
    name : str
        Unique within the task.
    target : callable
        Called as ``target(channels, *args)``; importable by name.
    args : tuple
    essential : bool
        Whether the group ends when this process does.
    lasting : bool
        Whether the process may serve further jobs: `target` then returns whether it is fit to,
        and must leave no child of its own. Only for the first of a task, and an essential one.
    """

    name: str
    target: Callable[..., object]
    args: tuple[Any, ...] = ()
    essential: bool = True
    lasting: bool = False


class Task(Protocol):
    """Turns a job into the processes that grade it."""

    def processes(self, job: Job, /) -> Sequence[ProcessSpec]:
        """Name the processes for `job`; the first reports the outcome."""
        ...


@dataclass(frozen=True, slots=True)
class SingleProcess:
    """The task that needs no helper: `work` maps a job to its outcome."""

    work: Callable[[Job], Outcome]

    def processes(self, job: Job, /) -> Sequence[ProcessSpec]:
        """Name the one process."""
        return (ProcessSpec("worker", _report, (self.work, job)),)


def _report(channels: Channels, work: Callable[[Job], Outcome], job: Job) -> None:
    channels.report(work(job))
