"""A process that serves one job after another, and when it may not."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import ModuleType

import psutil
import pytest

from autograder.execution.job import Job, Resources
from autograder.log import Outcome, Status
from autograder.runners import Event, Finished, LocalRunner, Retried, worker

Make = Callable[..., Job]


def processes(outcome: Outcome) -> tuple[int, int, int]:
    """The executor, the checker, and how many files there were."""
    assert outcome.status is Status.GRADED, outcome
    executor, checker, sockets, files = map(int, outcome.notes)
    assert sockets == 1, "a checker is connected to its executor and to nobody else"
    return executor, checker, files


def run(toys: ModuleType, work: list[Job], **options: object) -> list[Outcome]:
    runner = LocalRunner(toys.Lasting(), **options)  # type: ignore[arg-type]
    return [outcome for _, outcome in runner.run(work)]


def test_it_serves_all_jobs_and_its_helper_one(toys: ModuleType, job: Make) -> None:
    found = [processes(outcome) for outcome in run(toys, [job(f"s{n}") for n in range(4)])]
    executors, checkers, files = zip(*found, strict=True)
    assert len(set(executors)) == 1
    assert len(set(checkers)) == 4
    assert set(files) == {0}
    assert not any(map(psutil.pid_exists, checkers))


def test_two_at_once_are_two_processes(toys: ModuleType, job: Make) -> None:
    found = [processes(outcome) for outcome in run(toys, [job(f"s{n}") for n in range(8)], jobs=2)]
    assert len({executor for executor, _, _ in found}) == 2


@pytest.mark.parametrize("does", ["is unfit", "leaves a child", "takes memory"])
def test_after_what_makes_it_unlike_new_another_takes_its_place(
    toys: ModuleType, job: Make, does: str
) -> None:
    outcomes = run(toys, [job("ada", does=does), job("bob"), job("eve")])
    first, second, third = (processes(outcome)[0] for outcome in outcomes)
    assert first != second == third


def test_one_that_goes_on_without_an_outcome_is_ended(toys: ModuleType, job: Make) -> None:
    first, second = run(toys, [job("ada", does="says nothing"), job("bob")], retries=0)
    assert (first.status, first.code) == (Status.UNGRADED, "worker-lost")
    assert second.status is Status.GRADED


def test_one_that_is_killed_over_its_second_job_is_replaced(toys: ModuleType, job: Make) -> None:
    events: list[Event] = []
    outcomes = run(toys, [job("ada"), job("bob", does="dies")], on_event=events.append)
    first, second = (processes(outcome)[0] for outcome in outcomes)
    assert first != second
    (retried,) = (event for event in events if isinstance(event, Retried))
    assert "The executor was killed by SIGKILL" in retried.reason


def test_one_that_is_killed_while_it_waits_costs_the_next_job_nothing(
    toys: ModuleType, job: Make
) -> None:
    killed = []

    def kill(event: Event) -> None:
        if isinstance(event, Finished) and not killed:
            killed.append(psutil.Process(processes(event.outcome)[0]).ppid())
            os.kill(killed[0], signal.SIGKILL)

    first, second = run(toys, [job("ada"), job("bob")], on_event=kill)
    assert processes(first)[0] != processes(second)[0]


def test_a_job_of_another_kind_gets_another(toys: ModuleType, job: Make) -> None:
    jobs = [job("ada"), job("bob", Resources(cpus=2, timeout=60)), job("eve")]
    executors = [processes(outcome)[0] for outcome in run(toys, jobs)]
    assert len(set(executors)) == 3


def test_it_is_replaced_after_so_many_jobs(
    toys: ModuleType, job: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SERVINGS", 2)
    outcomes = run(toys, [job(f"s{n}") for n in range(5)])
    executors = [processes(outcome)[0] for outcome in outcomes]
    assert [executors.count(each) for each in dict.fromkeys(executors)] == [2, 2, 1]
