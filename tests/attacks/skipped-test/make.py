"""A tag makes executors skip the tests, and silence would be full marks."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer("p1", "square", "def square(x):\n    return 0")
    for name in ("test_square", "test_hidden"):
        package.cell("p1", name)["metadata"]["tags"] = ["skip-execution", "raises-exception"]
    package.save("p1")
