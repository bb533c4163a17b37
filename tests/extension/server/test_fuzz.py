"""Schemathesis over the real application, in a real server's process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.extension.server.contract import FILE, operations
from tests.extension.server.serving import Served, serving

pytestmark = pytest.mark.slow

NAMES = """
[parameters]
course = "nlp"
assignment = "toy"
notebook = "toy"
resource = "scientist-1.nanogpt"
submission = "{submission}"
"""


@pytest.fixture(scope="module")
def served(made_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("fuzz")
    config = {
        "Exchange": {"root": str(made_course / "exchange"), "cache": str(folder / "cache")},
        "CourseDirectory": {"student_id": "ada"},
        "ClassroomApp": {"check_timeout": 20},
    }
    with serving(folder / "ada", config) as served:
        served.finish("/courses/nlp/assignments/toy/fetch")
        job = served.finish("/courses/nlp/assignments/toy/submit")
        pages = served.folder / "toy" / "feedback" / job["result"]["submission"]["id"]
        pages.mkdir(parents=True)
        (pages / "toy.html").write_text("<p>Good.</p>")
        yield served


def test_names_that_are_guessed_are_answered_as_described(served: Served, tmp_path: Path):
    fuzz(served, tmp_path, "")


def test_names_that_exist_are_answered_as_described(served: Served, tmp_path: Path):
    history = served.classroom("GET", "/courses/nlp/assignments/toy")["history"]
    accepted = fuzz(served, tmp_path, NAMES.format(submission=history[-1]["id"]))
    # A job that can still be cancelled when it is asked for is a matter of luck.
    assert [
        name for name, count in accepted.items() if not count and "DELETE /jobs" not in name
    ] == []


def fuzz(served: Served, folder: Path, settings: str) -> dict[str, int]:
    """Ask whatever the contract allows and forbids; return how much of it was granted."""
    report = folder / "report.json"
    (folder / "schemathesis.toml").write_text(settings)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(folder / "schemathesis.toml")),
            *("run", str(FILE), "--url", f"{served.url}llm-classroom/api"),
            *("--header", f"Authorization: token {served.token}"),
            *("--phases", "examples,coverage,fuzzing,stateful"),
            # It wants 401 where Jupyter answers 403; who is let in is tested in test_safety.py.
            *("--checks", "all", "--exclude-checks", "missing_required_header"),
            *("--max-examples", "10", "--seed", "1", "--generation-deterministic"),
            *("--no-color", "--warnings", "off", "--continue-on-failure"),
            *("--report-json-path", str(report), "--report", "json"),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "PYTHONWARNINGS": ""},
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    assert "Traceback" not in served.log.read_text(errors="replace")
    assert served.process.poll() is None
    told = json.loads(report.read_text())
    assert told["operations"]["tested"] == len(operations())
    assert told["test_cases"]["generated"] > 400
    return {
        name: sum(phase["accepted"] for phase in phases.values())
        for name, phases in told["valid_rates"].items()
    }
