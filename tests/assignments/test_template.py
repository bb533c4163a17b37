"""What ``llm-classroom new`` makes passes its author's gate at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COURSE = Path(__file__).resolve().parents[2] / "assignments"


@pytest.mark.slow
def test_a_new_assignment_passes_its_authors_gate(tmp_path: Path) -> None:
    (tmp_path / "assignments").mkdir()
    shutil.copy(COURSE / "roadmap.yaml", tmp_path / "assignments")
    shutil.copytree(COURSE / "template", tmp_path / "assignments" / "template")

    def command(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    told = command("new", "rank-fusion")
    assert "llm-classroom verify rank-fusion" in told
    assert "1 of 1 assignments verified" in command("verify", "rank-fusion", "--seeds=2")
