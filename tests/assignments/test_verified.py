"""The author's gate over every assignment of the checkout, with two wrong solutions each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import assignment_folder, assignment_ids, load_wrong_solution

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("name", assignment_ids(ROOT))
def test_an_assignment_passes_its_authors_gate(name: str, tmp_path: Path) -> None:
    wrong = [load_wrong_solution(p) for p in assignment_folder(ROOT, name).wrong_solutions()]
    plausible = [solution.name for solution in wrong if not solution.trivial]
    chosen = [f"--only={solution}" for solution in (plausible[0], plausible[-1])]
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "verify", name, "--seeds=1", *chosen]
        + [f"--from={ROOT}", f"--numbers={tmp_path}"],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 assignments verified" in done.stdout
