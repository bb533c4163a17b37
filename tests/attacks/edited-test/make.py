"""The tests of a wrong answer assert nothing any more."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer("p1", "square", "def square(x):\n    return 0")
    for name in ("test_square", "test_hidden"):
        package.cell("p1", name)["source"] = "pass"
    package.save("p1")
