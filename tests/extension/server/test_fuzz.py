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
"""
SETTINGS = {"guessed names": "", "names that exist": NAMES}


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
        served.finish("/courses/nlp/assignments/toy/submit")
        yield served


@pytest.mark.parametrize("names", SETTINGS)
def test_whatever_is_asked_the_answer_is_as_described(served: Served, tmp_path: Path, names: str):
    report = tmp_path / "report.json"
    (tmp_path / "schemathesis.toml").write_text(SETTINGS[names])
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(tmp_path / "schemathesis.toml")),
            *("run", str(FILE), "--url", f"{served.url}llm-classroom/api"),
            *("--header", f"Authorization: token {served.token}"),
            *("--phases", "examples,coverage,fuzzing,stateful"),
            *("--checks", "all", "--max-examples", "10", "--seed", "1"),
            *("--generation-deterministic", "--generation-database", "none"),
            *("--no-color", "--warnings", "off", "--continue-on-failure"),
            *("--report-json-path", str(report), "--report", "json"),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "PYTHONWARNINGS": ""},
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    assert "Traceback" not in served.log.read_text(errors="replace")
    assert json.loads(report.read_text()), len(operations())
    assert served.process.poll() is None
