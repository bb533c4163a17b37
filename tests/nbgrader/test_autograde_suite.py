"""nbgrader's own tests of ``nbgrader autograde``, run against ``llm-classroom grade``.

Every call of theirs whose first argument is ``autograde`` is routed to our command in a process
of its own; all other calls are nbgrader's. Exit statuses compare as zero against non-zero.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from nbgrader.tests.apps import test_nbgrader_autograde as upstream

pytestmark = pytest.mark.filterwarnings("default")

# Better behaviour, each shown by a scenario of ours and explained in docs/nbgrader.md.
BETTER = {
    "test_handle_failure_single_notebook": "tests/nbgrader/test_differences.py",
}


class TestNbGraderAutograde(upstream.TestNbGraderAutograde):
    """The suite, as its package installs it."""


@pytest.fixture(autouse=True)
def routed(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if request.node.originalname in BETTER:
        pytest.skip(f"better behaviour: {BETTER[request.node.originalname]}")
    # nbgrader starts `alembic` by name, which a virtual environment has only once activated.
    scripts = os.path.dirname(sys.executable)
    monkeypatch.setenv("PATH", os.pathsep.join([scripts, os.environ["PATH"]]))
    monkeypatch.setattr(upstream, "run_nbgrader", _route(upstream.run_nbgrader))


def _route(original: Callable[..., str]) -> Callable[..., str]:
    def run(args: list[str], retcode: int = 0, env: dict[str, str] | None = None, **kwargs: Any):
        if args[0] != "autograde":
            return original(args, retcode=retcode, env=env, **kwargs)
        done = subprocess.run(
            [sys.executable, "-m", "autograder", "grade", *args[1:]],
            env=env or os.environ,
            capture_output=True,
            text=True,
            timeout=300,
        )
        output = done.stdout + done.stderr
        print(output)
        if (done.returncode == 0) != (retcode == 0):
            raise AssertionError(f"exit status {done.returncode}, wanted {retcode}:\n{output}")
        return output

    return run
