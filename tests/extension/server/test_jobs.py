from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from autograder.errors import UsageError
from llm_classroom.control import Control
from llm_classroom.errors import NotCancellableError, TooManyJobsError, UnknownJobError
from llm_classroom.jobs import KEPT, MOST, Job, Jobs
from tests.extension.server.contract import validate

LOG = logging.getLogger("tests.extension.jobs")


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[Job]:
    return []


@pytest.fixture
def jobs(told: list[Job], clock: Clock) -> Jobs:
    return Jobs(told.append, LOG, clock)


@pytest.fixture
def thread():
    with ThreadPoolExecutor(1) as thread:
        yield thread


async def ended(jobs: Jobs, job: Job) -> Job:
    while jobs.get(job.id).finished is None:
        await asyncio.sleep(0.001)
    return jobs.get(job.id)


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.001)


async def nothing(control: Control) -> None:
    control.step("asking")


async def forever(control: Control) -> None:
    control.step("waiting for ever")
    with control.interruptible():
        await asyncio.Event().wait()


async def test_a_job_tells_each_move_and_its_result(jobs, told, clock):
    async def work(control: Control) -> dict[str, int]:
        control.step("counting")
        control.count(1, 2)
        clock.time += timedelta(seconds=3)
        control.step("writing", final=True)
        control.count(2, 2)
        return {"answer": 42}

    job = await ended(jobs, jobs.start("check", "nlp", "toy", "toy", work))
    assert [(j.state, j.step, j.done, j.total, j.cancellable) for j in told] == [
        ("queued", "waiting", 0, 0, True),
        ("running", "counting", 0, 0, True),
        ("running", "counting", 1, 2, True),
        ("running", "writing", 1, 2, False),
        ("running", "writing", 2, 2, False),
        ("done", "writing", 2, 2, False),
    ]
    assert job == told[-1]
    assert job.result == {"answer": 42}
    assert job.to_json()["started"] == "2026-01-01T00:00:00.000+00:00"
    assert job.to_json()["finished"] == "2026-01-01T00:00:03.000+00:00"


async def test_the_same_thing_is_done_once_at_a_time(jobs):
    first = jobs.start("fetch", "nlp", "toy", None, forever)
    assert jobs.start("fetch", "nlp", "toy", None, forever).id == first.id
    others = [
        jobs.start("submit", "nlp", "toy", None, forever),
        jobs.start("fetch", "mlp", "toy", None, forever),
        jobs.start("fetch", "nlp", "top", None, forever),
        jobs.start("check", "nlp", "toy", "one", forever),
        jobs.start("check", "nlp", "toy", "two", forever),
    ]
    assert len({first.id, *(other.id for other in others)}) == 6
    jobs.cancel(first.id)
    assert jobs.start("fetch", "nlp", "toy", None, nothing).id != first.id
    await jobs.close()


async def test_a_cancelled_job_ends_and_cancelling_again_does_no_harm(jobs, told):
    job = jobs.start("check", "nlp", "toy", "toy", forever)
    await until(lambda: jobs.get(job.id).state == "running")
    cancelling = jobs.cancel(job.id)
    assert (cancelling.state, cancelling.step) == ("running", "cancelling")
    assert jobs.cancel(job.id).state == "running"
    assert (await ended(jobs, job)).state == "cancelled"
    assert jobs.cancel(job.id).state == "cancelled"
    assert [j.state for j in told] == ["queued", "running", "running", "cancelled"]


async def test_a_job_that_waits_for_the_thread_never_begins_when_it_is_cancelled(jobs, thread):
    free = threading.Event()
    thread.submit(free.wait)
    begun = []

    async def work(control: Control) -> None:
        await control.wait(thread.submit(begun.append, 1))

    job = jobs.start("fetch", "nlp", "toy", None, work)
    await asyncio.sleep(0.01)
    assert jobs.get(job.id).state == "queued"
    jobs.cancel(job.id)
    assert (await ended(jobs, job)).state == "cancelled"
    free.set()
    thread.submit(int).result()
    assert begun == []


async def test_work_in_the_thread_stops_at_its_next_step(jobs, thread):
    free, reached, cleaned = threading.Event(), threading.Event(), []

    def slow(step: Callable[[str], None]) -> None:
        step("copying")
        try:
            reached.set()
            free.wait()
            try:
                step("sending")
            except Exception:
                cleaned.append("swallowed")
            cleaned.append("went on")
        finally:
            cleaned.append("cleaned")

    async def work(control: Control) -> None:
        await control.wait(thread.submit(slow, control.stepper({"sending"})))

    job = jobs.start("submit", "nlp", "toy", None, work)
    await until(reached.is_set)
    jobs.cancel(job.id)
    await asyncio.sleep(0.01)
    assert jobs.get(job.id).finished is None
    free.set()
    assert (await ended(jobs, job)).state == "cancelled"
    assert cleaned == ["cleaned"]


async def test_what_must_not_stop_half_way_runs_to_its_end(jobs, thread):
    free, reached = threading.Event(), threading.Event()

    def slow(step: Callable[[str], None]) -> None:
        step("copying")
        step("sending")
        reached.set()
        free.wait()

    async def work(control: Control) -> None:
        await control.wait(thread.submit(slow, control.stepper({"sending"})))

    job = jobs.start("submit", "nlp", "toy", None, work)
    await until(lambda: reached.is_set() and jobs.get(job.id).step == "sending")
    assert not jobs.get(job.id).cancellable
    with pytest.raises(NotCancellableError, match="too late"):
        jobs.cancel(job.id)
    closing = asyncio.ensure_future(jobs.close())
    await asyncio.sleep(0.01)
    assert not closing.done()
    free.set()
    await closing
    assert jobs.get(job.id).state == "done"
    with pytest.raises(NotCancellableError, match="has ended"):
        jobs.cancel(job.id)


async def test_what_a_student_can_mend_is_told_and_a_fault_is_logged(jobs, caplog):
    async def wrong(control: Control) -> None:
        raise UsageError("There is no exchange.")

    async def fault(control: Control) -> None:
        raise KeyError("/home/instructor/secret")

    job = await ended(jobs, jobs.start("fetch", "nlp", "toy", None, wrong))
    assert job.state == "failed"
    assert job.error == {"message": "There is no exchange.", "code": "Usage"}
    assert caplog.records == []

    job = await ended(jobs, jobs.start("fetch", "nlp", "toy", None, fault))
    assert job.state == "failed"
    assert job.error is not None
    assert job.error["code"] == "Fault"
    assert "fault of the classroom" in job.error["message"]
    assert job.id in job.error["message"]
    assert "secret" not in str(job.to_json())
    (record,) = caplog.records
    assert record.exc_info is not None and "secret" in str(record.exc_info[1])


async def test_jobs_are_kept_for_an_hour_after_their_end(jobs, clock):
    old = await ended(jobs, jobs.start("fetch", "nlp", "old", None, nothing))
    live = jobs.start("fetch", "nlp", "live", None, forever)
    clock.time += KEPT - timedelta(seconds=1)
    new = await ended(jobs, jobs.start("fetch", "nlp", "new", None, nothing))
    assert [job.id for job in jobs.all()] == [old.id, live.id, new.id]
    clock.time += timedelta(seconds=2)
    assert [job.id for job in jobs.all()] == [live.id, new.id]
    with pytest.raises(UnknownJobError):
        jobs.get(old.id)
    await jobs.close()


async def test_the_number_of_jobs_is_bounded(jobs):
    live = jobs.start("fetch", "nlp", "live", None, forever)
    for number in range(MOST + 20):
        last = await ended(jobs, jobs.start("fetch", "nlp", str(number), None, nothing))
    assert len(jobs.all()) == MOST
    assert {live.id, last.id} <= {job.id for job in jobs.all()}
    with pytest.raises(TooManyJobsError):
        for number in range(MOST):
            jobs.start("check", "nlp", "toy", str(number), forever)
    await jobs.close()
    assert {job.state for job in jobs.all()} == {"done", "cancelled"}


async def test_nothing_begins_while_the_server_ends(jobs):
    await jobs.close()
    with pytest.raises(TooManyJobsError):
        jobs.start("fetch", "nlp", "toy", None, nothing)


async def test_the_server_ends_even_if_a_job_does_not(jobs, caplog):
    free = asyncio.Event()

    async def stubborn(control: Control) -> None:
        control.step("waiting")
        while not free.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await free.wait()

    job = jobs.start("check", "nlp", "toy", "toy", stubborn)
    await until(lambda: jobs.get(job.id).state == "running")
    await jobs.close(patience=0.01)
    (record,) = caplog.records
    assert record.getMessage() == f"Job {job.id} (check: waiting) does not end."
    free.set()
    await ended(jobs, job)


async def test_a_job_is_as_the_contract_says(jobs):
    job = await ended(jobs, jobs.start("feedback", "nlp", "toy", None, nothing))
    validate("GET", f"/jobs/{job.id}", 200, "application/json", job.to_json())
