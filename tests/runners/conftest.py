from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from autograder.execution.job import Job, Resources


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Functions for workers, importable by name in processes of ours."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("runner_toys")


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Job]:
    """Makes a job with a private folder that its worker may write to."""

    def make(student: str = "ada", resources: Resources | None = None, **parameters: object) -> Job:
        bundle = tmp_path / f"bundle-{student}"
        bundle.mkdir()
        return Job(
            key=f"key-{student}",
            course="course",
            assignment="int8",
            student=student,
            bundle=bundle,
            result=tmp_path / f"result-{student}",
            notebooks=(),
            parameters=parameters,
            seed=7,
            resources=resources or Resources(timeout=60),
        )

    return make


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    servers = {
        forkserver._forkserver._forkserver_pid,  # type: ignore[attr-defined]
        resource_tracker._resource_tracker._pid,  # type: ignore[attr-defined]
    }
    left = [p for p in psutil.Process().children(recursive=True) if p.pid not in servers]
    assert not left
