from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from autograder.errors import UsageError
from autograder.execution.job import Job, Resources
from autograder.log import Outcome, Status
from autograder.runners import Event, Finished, LocalRunner, Retried, Started

Make = Callable[..., Job]


def tries(job: Job) -> int:
    return len((job.bundle / "tries").read_text().split())


def one(runner: LocalRunner, job: Job) -> Outcome:
    ((_, outcome),) = runner.run([job])
    return outcome


def test_thirty_jobs_on_two_slots_each_come_back_once(toys: ModuleType, job: Make) -> None:
    jobs = [job(f"s{n}", seconds=0.02) for n in range(30)]
    done = list(LocalRunner(toys.grade, jobs=2).run(jobs))
    assert sorted(j.student for j, _ in done) == sorted(j.student for j in jobs)
    assert all(outcome.notes == (j.student,) and outcome.seed == 7 for j, outcome in done)
    assert all(len((j.bundle / "interval").read_text().splitlines()) == 1 for j in jobs)


def most_at_once(jobs: list[Job]) -> int:
    """How many intervals that the workers wrote overlap at most."""
    edges = []
    for job in jobs:
        start, end = map(float, (job.bundle / "interval").read_text().split())
        edges += [(start, 1), (end, -1)]
    count = most = 0
    for _, step in sorted(edges):
        count += step
        most = max(most, count)
    return most


def test_two_jobs_overlap_in_time_and_never_three(toys: ModuleType, job: Make) -> None:
    jobs = [job(f"s{n}", seconds=0.5) for n in range(5)]
    assert len(list(LocalRunner(toys.grade, jobs=2).run(jobs))) == 5
    assert most_at_once(jobs) == 2


def test_jobs_wait_for_memory(toys: ModuleType, job: Make) -> None:
    jobs = [job(f"s{n}", Resources(memory=600), seconds=0.1) for n in range(4)]
    assert len(list(LocalRunner(toys.grade, jobs=3, memory=1000).run(jobs))) == 4
    assert most_at_once(jobs) == 1


def test_jobs_wait_for_processors(toys: ModuleType, job: Make) -> None:
    cpus = os.cpu_count() or 1
    jobs = [job(f"s{n}", Resources(cpus=cpus), seconds=0.1) for n in range(3)]
    assert len(list(LocalRunner(toys.grade, jobs=2).run(jobs))) == 3
    assert most_at_once(jobs) == (2 if cpus == 1 else 1)


def test_jobs_are_read_only_as_fast_as_they_start(toys: ModuleType, job: Make) -> None:
    made = []

    def jobs() -> Iterator[Job]:
        for number in range(6):
            made.append(number)
            yield job(f"s{number}")

    run = LocalRunner(toys.grade).run(jobs())
    next(run)
    assert len(made) <= 2
    assert len(list(run)) == 5


@pytest.mark.parametrize("whom", ["worker", "supervisor", "server"])
def test_a_killed_worker_is_replaced(toys: ModuleType, job: Make, whom: str) -> None:
    events: list[Event] = []
    runner = LocalRunner(toys.die_so_often, on_event=events.append)
    work = job(whom=whom, times=2)
    assert one(runner, work).status is Status.GRADED
    assert tries(work) == 3
    kinds = [type(event) for event in events]
    assert kinds == [Started, Retried, Started, Retried, Started, Finished]


def test_a_worker_that_is_always_killed_ends_ungraded(toys: ModuleType, job: Make) -> None:
    runner = LocalRunner(toys.die_so_often, retries=2)
    work, other = job(whom="worker", times=99), job("bob", whom="worker", times=0)
    outcomes = {j.student: outcome for j, outcome in runner.run([work, other])}
    assert tries(work) == 3
    assert outcomes["ada"].status is Status.UNGRADED
    assert outcomes["ada"].code == "worker-lost"
    assert outcomes["ada"].seed == 7
    assert "killed by SIGKILL" in outcomes["ada"].reason
    assert "3 attempts" in outcomes["ada"].reason
    assert outcomes["bob"].status is Status.GRADED


@pytest.mark.parametrize(
    ("name", "code", "attempts", "words"),
    [
        ("exit_for_now", "worker-lost", 3, "exit status 75"),
        ("fill_the_disk", "disk-full", 3, "No space left"),
        ("be_wrong", "worker-error", 1, "ZeroDivisionError: a bug; runner_toys.py, line"),
        ("lose_a_peer", "worker-lost", 3, "works with was lost"),
        ("give_up", "check-raised", 1, "the check raised"),
    ],
)
def test_a_fault_of_ours_is_retried_where_that_can_help_and_is_no_score(
    toys: ModuleType, job: Make, name: str, code: str, attempts: int, words: str
) -> None:
    work = job()
    outcome = one(LocalRunner(getattr(toys, name), retries=2), work)
    assert (outcome.status, outcome.code) == (Status.UNGRADED, code)
    assert words in outcome.reason
    assert "\n" not in outcome.reason
    assert tries(work) == attempts


@pytest.mark.parametrize("name", ["send_garbage", "break_off"])
def test_an_outcome_that_cannot_be_read_is_no_score(toys: ModuleType, job: Make, name: str) -> None:
    work = job()
    outcome = one(LocalRunner(toys.Function(getattr(toys, name)), retries=1), work)
    assert (outcome.status, outcome.code) == (Status.UNGRADED, "worker-lost")
    assert tries(work) == {"send_garbage": 1, "break_off": 2}[name]


def test_a_worker_that_sends_without_end_is_stopped(toys: ModuleType, job: Make) -> None:
    outcome = one(LocalRunner(toys.Function(toys.send_much)), job())
    assert "sent more than 64 MiB" in outcome.reason


def test_a_long_outcome_arrives_whole(toys: ModuleType, job: Make) -> None:
    assert one(LocalRunner(toys.say_much), job()).notes == ("n" * 5_000_000,)


def test_a_job_that_outlives_its_timeout_is_given_up(toys: ModuleType, job: Make) -> None:
    work = job(resources=Resources(timeout=0.5))
    outcome = one(LocalRunner(toys.hang), work)
    assert (outcome.status, outcome.code) == (Status.UNGRADED, "worker-lost")
    assert "did not end within 0.5 s" in outcome.reason
    assert tries(work) == 1


def test_a_worker_that_lingers_after_its_outcome_is_ended(toys: ModuleType, job: Make) -> None:
    runner = LocalRunner(toys.Function(toys.report_and_hang), grace=0.2)
    assert one(runner, job()).status is Status.GRADED


def test_two_processes_of_a_task_talk_over_their_pipe(toys: ModuleType, job: Make) -> None:
    assert one(LocalRunner(toys.Pair()), job()).notes == ("checked ada",)


def test_a_helper_that_dies_leaves_its_peer_the_end_of_the_pipe(
    toys: ModuleType, job: Make
) -> None:
    outcome = one(LocalRunner(toys.Pair()), job(checker="dies"))
    assert outcome.notes == ("the checker is gone",)


def test_an_essential_helper_that_dies_ends_the_group(toys: ModuleType, job: Make) -> None:
    work = job(checker="dies", wait=True)
    outcome = one(LocalRunner(toys.Pair(essential=True), retries=1), work)
    assert "The checker was killed by SIGKILL" in outcome.reason
    assert tries(work) <= 2  # it may have died before the executor began


def test_nothing_that_a_job_started_outlives_it(toys: ModuleType, job: Make) -> None:
    work = job()
    assert one(LocalRunner(toys.leave_a_daemon), work).status is Status.GRADED
    pids = [int(pid) for pid in (work.bundle / "pids").read_text().split()]
    assert len(pids) == 3
    limit = time.monotonic() + 5  # the warm process reaps in its own time
    while (left := [pid for pid in pids if psutil.pid_exists(pid)]) and time.monotonic() < limit:
        time.sleep(0.01)
    assert not left
    scratch = Path((work.bundle / "scratch").read_text().strip())
    assert not scratch.exists()
    assert not scratch.parent.exists()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, GeneratorExit, ValueError])
def test_an_interrupted_run_ends_its_workers(
    toys: ModuleType, job: Make, stop: type[BaseException]
) -> None:
    quick, slow = job(), job("bob", seconds=600)
    run = LocalRunner(toys.grade, jobs=2).run([quick, slow])
    assert next(run)[0] is quick
    if stop is GeneratorExit:
        run.close()
    else:
        with pytest.raises(stop):
            run.throw(stop())
    assert not (slow.bundle / "interval").exists()


def test_an_error_of_the_display_ends_the_workers(toys: ModuleType, job: Make) -> None:
    def fail(event: Event) -> None:
        raise ValueError("no terminal")

    with pytest.raises(ValueError, match="no terminal"):
        list(LocalRunner(toys.grade, on_event=fail).run([job(seconds=600)]))


def test_an_error_of_the_source_ends_the_workers(toys: ModuleType, job: Make) -> None:
    def jobs() -> Iterator[Job]:
        yield job(seconds=600)
        raise OSError("the course is gone")

    with pytest.raises(OSError, match="course is gone"):
        list(LocalRunner(toys.grade, jobs=2).run(jobs()))


@pytest.mark.parametrize("cpus", [1, 3])
def test_a_worker_has_as_many_threads_as_its_job_has_processors(
    toys: ModuleType, job: Make, cpus: int
) -> None:
    outcome = one(LocalRunner(toys.tell_threads), job(resources=Resources(cpus=cpus)))
    assert outcome.notes == (str(cpus),) * 3


def test_a_worker_does_not_import_the_command_that_started_it(toys: ModuleType, job: Make) -> None:
    assert "pytest" not in one(LocalRunner(toys.tell_modules), job()).notes


def test_senseless_numbers_are_refused(toys: ModuleType) -> None:
    with pytest.raises(UsageError, match="0 jobs"):
        LocalRunner(toys.grade, jobs=0)
    with pytest.raises(UsageError, match="-1 times"):
        LocalRunner(toys.grade, retries=-1)
