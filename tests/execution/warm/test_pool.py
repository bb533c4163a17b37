"""Warm processes are shared, kept for a while, and replaced when they are beyond help."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest

from autograder.execution.sandbox import Level
from autograder.execution.warm import Flavor, WarmProcess
from autograder.execution.warm.pool import IDLE_KEPT, Pool


@pytest.fixture
def pool() -> Iterator[Pool[WarmProcess]]:
    made = Pool(WarmProcess)
    yield made
    made.close()


def flavor(*modules: str) -> Flavor:
    return Flavor(Level.NONE, modules)


def test_one_process_serves_all_who_ask_for_its_flavor(pool: Pool[WarmProcess]) -> None:
    with pool.lease(flavor()) as first, pool.lease(flavor()) as second:
        assert first is second
        with pool.lease(flavor("json")) as other:
            assert other.pid != first.pid
    with pool.lease(flavor()) as again:
        assert again is first


def test_of_those_that_nobody_uses_the_last_used_are_kept(pool: Pool[WarmProcess]) -> None:
    pids = []
    with pool.lease(flavor()) as used:
        for name in ("json", "csv", "ast"):
            with pool.lease(flavor(name)) as process:
                pids.append(process.pid)
        assert not psutil.pid_exists(pids[0])
        assert {p.pid for p in pool.processes} == {used.pid, *pids[1:]}
        assert IDLE_KEPT == 2
    pool.close()
    assert not any(map(psutil.pid_exists, pids))


def test_one_that_died_too_often_is_replaced(pool: Pool[WarmProcess]) -> None:
    with pool.lease(flavor()) as process:
        process.given_up = True
    with pool.lease(flavor()) as another:
        assert another is not process
        assert psutil.pid_exists(another.pid)
