"""The benchmarks' meter, on commands whose cost is known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SCRIPTS = sorted(path.name for path in BENCHMARKS.glob("*.py") if "__main__" in path.read_text())


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python as a benchmark does; it adopts orphans, so never in the tests' own process."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=BENCHMARKS, capture_output=True, text=True, timeout=120
    )


def test_the_time_of_an_orphan_in_a_session_of_its_own_is_counted() -> None:
    done = run("-c", "import meter; meter.check(); print(meter.method())")
    assert done.returncode == 0, done.stderr


def test_the_time_of_an_orphan_is_counted_where_there_is_no_control_group() -> None:
    code = "import meter; meter._has_groups = lambda: False; meter.check()"
    done = run("-c", code)
    assert done.returncode == 0, done.stderr


def test_a_command_that_fails_is_shown_with_its_output() -> None:
    code = (
        "import meter, pathlib, tempfile\n"
        "with tempfile.TemporaryDirectory() as d:\n"
        "    meter.measure(['-c', 'raise SystemExit(\"no such luck\")'], pathlib.Path(d))"
    )
    done = run("-c", code)
    assert done.returncode == 1 and "no such luck" in done.stderr


def test_the_benchmarks_were_found() -> None:
    assert {"class_vs_nbgrader.py", "growth.py", "overhead.py", "sandbox.py"} <= set(SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_benchmark_says_what_it_measures(script: str) -> None:
    done = run(script, "--help")
    assert done.returncode == 0, done.stderr
    assert "--out" in done.stdout
