"""The points of a test cell are a thousand times what they were."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.cell("p1", "test_square")["metadata"]["nbgrader"]["points"] = 2000
    package.save("p1")
