"""nbgrader's own tests of ``nbgrader autograde``, run against ``llm-classroom grade``.

Every call of theirs whose first argument is ``autograde`` is routed to our command, once with
kernels that are started without isolation and once with forked ones in the strongest sandbox of
this host; all other calls are nbgrader's. Exit statuses compare as zero against non-zero.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from nbgrader.tests.apps import test_nbgrader_autograde as upstream

from autograder.cli import main
from autograder.execution.sandbox import Level, host

pytestmark = pytest.mark.filterwarnings("default")

# Better behavior, each shown by a scenario of ours and explained in docs/nbgrader.md.
BETTER = {
    "test_handle_failure_single_notebook": "tests/nbgrader/test_differences.py",
}


class TestNbGraderAutograde(upstream.TestNbGraderAutograde):
    """The suite, as its package installs it."""


@pytest.fixture(autouse=True, params=sorted({Level.NONE, host().level}))
def routed(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if request.node.originalname in BETTER:
        pytest.skip(f"better behavior: {BETTER[request.node.originalname]}")
    # nbgrader starts `alembic` by name, which a virtual environment has only once activated.
    scripts = os.path.dirname(sys.executable)
    monkeypatch.setenv("PATH", os.pathsep.join([scripts, os.environ["PATH"]]))
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(upstream, "run_nbgrader", _route(upstream.run_nbgrader, request.param))


def _route(original: Callable[..., str], isolation: Level) -> Callable[..., str]:
    def run(args: list[str], retcode: int = 0, env: dict[str, str] | None = None, **kwargs: Any):
        if args[0] != "autograde":
            return original(args, retcode=retcode, env=env, **kwargs)
        seen = io.StringIO()
        with (
            mock.patch.dict(os.environ, env or {}),
            contextlib.redirect_stdout(seen),
            contextlib.redirect_stderr(seen),
        ):
            status = main(["grade", f"--isolation={isolation}", *args[1:]])
        output = seen.getvalue()
        print(output)
        if (status == 0) != (retcode == 0):
            raise AssertionError(f"exit status {status}, wanted {retcode}:\n{output}")
        return output

    return run
