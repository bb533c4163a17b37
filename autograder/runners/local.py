"""The default runner: supervised processes on this machine."""

from __future__ import annotations

import dataclasses
import multiprocessing.connection
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from autograder.errors import UsageError
from autograder.execution.errors import WarmProcessLost
from autograder.execution.job import Job
from autograder.log import Outcome, Status
from autograder.runners.capacity import Capacity
from autograder.runners.events import Event, Finished, Retried, Started
from autograder.runners.task import SingleProcess, Task
from autograder.runners.worker import Attempt, Worker, lost

__all__ = ["LocalRunner"]


class LocalRunner:
    """Grades submissions in processes of this machine, at most `jobs` at once.

    A job waits until its processors and its memory are free; one that asks for more than there
    is runs alone. Jobs start in the order given, so put the longest first.

    Parameters
    ----------
    task : Task or callable
        What a worker does for a job; a function from job to outcome is run in one process.
    jobs : int
    memory : int or None
        Bytes that jobs may demand together; ``None`` is what the machine or container has.
    retries : int
        How often a job is tried again after a fault of ours that another try may mend.
    on_event : callable or None
        Told of each :data:`Event`, in the thread that runs the jobs.
    grace : float
        Seconds that a worker has to end after it has reported or was told to end.

    Raises
    ------
    UsageError
        If `jobs` is less than 1 or `retries` less than 0.
    """

    def __init__(
        self,
        task: Task | Callable[[Job], Outcome],
        *,
        jobs: int = 1,
        memory: int | None = None,
        retries: int = 3,
        on_event: Callable[[Event], object] | None = None,
        grace: float = 10.0,
    ) -> None:
        if jobs < 1:
            raise UsageError(f"{jobs} jobs at once cannot grade anything; ask for 1 or more.")
        if retries < 0:
            raise UsageError(f"A job cannot be retried {retries} times; ask for 0 or more.")
        self.task: Task = task if hasattr(task, "processes") else SingleProcess(task)
        self.capacity = Capacity.of_this_machine(jobs, memory)
        self.retries = retries
        self.grace = grace
        self._tell = on_event or (lambda event: None)

    def run(self, jobs: Iterable[Job], /) -> Iterator[tuple[Job, Outcome]]:
        """Run `jobs` and yield each with its outcome as it finishes, in any order.

        `jobs` is read only as fast as jobs can start. However this ends, by its end, an error,
        ``close()`` or Ctrl-C, no process of it is left.
        """
        source = iter(jobs)
        waiting: deque[tuple[Job, int]] = deque()
        workers: list[Worker] = []
        try:
            while True:
                while len(busy := _busy(workers)) < self.capacity.jobs:
                    if not waiting and (job := next(source, None)) is not None:
                        waiting.append((job, 1))
                    if not waiting or not self.capacity.admits(waiting[0][0], busy):
                        break
                    job, number = waiting.popleft()
                    problem = self._start(job, number, workers)
                    if problem and not self._retry(job, number, problem, waiting):
                        yield self._conclude(job, number, problem)
                if not busy:
                    return
                for attempt, outcome in self._wait(workers):
                    if not self._retry(attempt.job, attempt.number, outcome, waiting):
                        yield self._conclude(attempt.job, attempt.number, outcome, attempt.started)
        finally:
            self._end(workers)

    def _start(self, job: Job, number: int, workers: list[Worker]) -> Outcome | None:
        """Have a worker grade `job`, or return what prevents it."""
        if number > 1:
            shutil.rmtree(job.result, ignore_errors=True)  # what the lost worker had begun
        try:
            worker = next((worker for worker in workers if worker.suits(job)), None)
            if worker is not None:
                worker.take(job, number)
            else:
                for other in workers:  # one that waits in vain makes room
                    if other.attempt is None and not other.stopping:
                        other.stop()
                workers.append(Worker(self.task, job, number, self.grace))
        except (OSError, WarmProcessLost) as error:
            return lost(job, f"No worker could be started: {error}")
        self._tell(Started(job, number))
        return None

    def _retry(
        self, job: Job, attempt: int, outcome: Outcome, waiting: deque[tuple[Job, int]]
    ) -> bool:
        """Queue `job` once more, before all others, if that may help."""
        ours = outcome.status is Status.UNGRADED and outcome.retriable
        if not ours or attempt > self.retries:
            return False
        self._tell(Retried(job, attempt, outcome.reason))
        waiting.appendleft((job, attempt + 1))
        return True

    def _conclude(
        self, job: Job, attempt: int, outcome: Outcome, started: float | None = None
    ) -> tuple[Job, Outcome]:
        if outcome.retriable and attempt > 1:
            reason = f"{outcome.reason} ({attempt} attempts came to the same end.)"
            outcome = dataclasses.replace(outcome, reason=reason)
        seconds = 0.0 if started is None else time.monotonic() - started
        self._tell(Finished(job, outcome, seconds))
        return job, outcome

    def _wait(self, workers: list[Worker]) -> list[tuple[Attempt, Outcome]]:
        """Wait until something happens and return the attempts that are over."""
        due = [worker.due for worker in workers if worker.due is not None]
        timeout = max(0.0, min(due) - time.monotonic()) if due else None
        multiprocessing.connection.wait([worker.connection for worker in workers], timeout)
        over = []
        for worker in list(workers):
            worker.pump()
            worker.press()
            if worker.done:
                worker.close()
                workers.remove(worker)
            if (finished := worker.finish()) is not None:
                over.append(finished)
        return over

    def _end(self, workers: list[Worker]) -> None:
        """End all workers, however busy, and reap them."""
        for worker in workers:
            worker.stop()
        while workers:
            self._wait(workers)


def _busy(workers: Iterable[Worker]) -> list[Job]:
    """Return the jobs that are being graded."""
    return [worker.attempt.job for worker in workers if worker.attempt]
