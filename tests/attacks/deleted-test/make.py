"""The test that would fail is gone."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer("p1", "square", "def square(x):\n    return 9")
    notebook = package.notebook("p1")
    notebook["cells"].remove(package.cell("p1", "test_hidden"))
    package.save("p1")
