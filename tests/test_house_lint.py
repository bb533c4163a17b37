"""The habits of the house: lint, format and types, as a contributor runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "tool",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)],
    ids=" ".join,
)
def test_the_tool_has_nothing_to_say(tool):
    done = subprocess.run(
        [sys.executable, "-m", *tool],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=600,
    )
    assert done.returncode == 0, f"{' '.join(tool)}\n{done.stdout}{done.stderr}"
