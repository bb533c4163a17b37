"""Warm processes of each level that this host gives, started once for a module."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from autograder.execution.sandbox import Level, LevelUnavailable, syscalls
from autograder.execution.warm import Flavor, WarmProcess

PRELOAD = ("numpy", "matplotlib", "matplotlib.pyplot")

if not syscalls.SUPPORTED:
    collect_ignore_glob = ["test_*.py"]


class Warm:
    """The processes started so far, by level."""

    def __init__(self) -> None:
        self.found: dict[Level, WarmProcess] = {}

    def __call__(self, level: Level) -> WarmProcess:
        if level not in self.found:
            try:
                self.found[level] = WarmProcess(Flavor(level, PRELOAD))
            except LevelUnavailable as error:
                pytest.skip(error.reason)
        return self.found[level]

    def strongest(self) -> WarmProcess:
        for level in (Level.FULL, Level.RESTRICTED):
            try:
                return self(level)
            except pytest.skip.Exception:
                continue
        pytest.skip("this host isolates nothing")


@pytest.fixture(scope="module")
def processes() -> Iterator[Warm]:
    warm = Warm()
    yield warm
    for process in warm.found.values():
        process.close()


@pytest.fixture(params=list(Level))
def warm(request: pytest.FixtureRequest, processes: Warm) -> WarmProcess:
    """A warm process of each level, one after the other."""
    return processes(request.param)


@pytest.fixture
def strongest(processes: Warm) -> WarmProcess:
    """A warm process that isolates as well as this host allows."""
    return processes.strongest()


@pytest.fixture
def start() -> Iterator[Callable[[Flavor], WarmProcess]]:
    """Start a warm process of a test's own."""
    started: list[WarmProcess] = []

    def start(flavor: Flavor) -> WarmProcess:
        started.append(WarmProcess(flavor))
        return started[-1]

    yield start
    for process in started:
        process.close()


def _forked(process: WarmProcess) -> list[psutil.Process]:
    """Return what a warm process forked; at full it is itself the child of who was started."""
    inner = psutil.Process(process.pid)
    if process.flavor.level is Level.FULL:
        (inner,) = inner.children()
    return list(inner.children(recursive=True))


def _soon(condition: Callable[[], bool]) -> bool:
    """Whether `condition` holds within a few seconds."""
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


@pytest.fixture
def forked() -> Callable[[WarmProcess], list[psutil.Process]]:
    return _forked


@pytest.fixture
def soon() -> Callable[[Callable[[], bool]], bool]:
    return _soon


@pytest.fixture(autouse=True)
def _no_process_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """No kernel outlives its run; the warm processes themselves stay."""
    yield
    if "processes" in request.fixturenames:
        warm: Warm = request.getfixturevalue("processes")
        assert _soon(lambda: not any(_forked(process) for process in warm.found.values()))
        for process in warm.found.values():
            assert _soon(lambda p=process: not list(p._runs.iterdir()))  # type: ignore[misc]
