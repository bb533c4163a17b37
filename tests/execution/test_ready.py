"""A forked executor finds everything imported: what it imported itself, each would again."""

from __future__ import annotations

import json
import multiprocessing
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from autograder.execution.job import Job
from autograder.execution.preload import ALWAYS
from autograder.execution.worker import execute
from autograder.runners.server import fork


def execute_and_tell(job: Job, connection: Connection) -> None:
    before = set(sys.modules)
    outcome = execute(job)
    told = {"status": outcome.status, "new": sorted(set(sys.modules) - before)}
    connection.send_bytes(json.dumps(told).encode())


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Any:
    """This module under a name by which another process can import it."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return __import__("test_ready")


@pytest.mark.parametrize("minor", [2, 5])
def test_an_executor_imports_nothing_itself(room: Any, here: Any, minor: int) -> None:
    job = room.job([room.code("1 + 1"), room.test("fine", "assert True")], minor=minor)
    ours, theirs = multiprocessing.Pipe()
    process = fork(here.execute_and_tell, (job,), [theirs], (*ALWAYS, "test_ready"))
    theirs.close()
    told = json.loads(ours.recv_bytes())
    ours.close()
    assert process.join(10)
    process.close()
    assert told["status"] == "graded"
    assert told["new"] == []
