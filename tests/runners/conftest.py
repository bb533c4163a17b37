from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

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
def _nothing_is_left(left_running: Callable[[], list[Any]]) -> Iterator[None]:
    yield
    assert not left_running()
