"""The points of a test cell are not a number that a score can be."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.cell("p1", "test_square")["metadata"]["nbgrader"]["points"] = -2
    package.save("p1")
