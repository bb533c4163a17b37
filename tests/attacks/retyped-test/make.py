"""The test of a wrong answer is text, which nobody runs."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer("p1", "square", "def square(x):\n    return 0")
    for name in ("test_square", "test_hidden"):
        cell = package.cell("p1", name)
        cell["cell_type"] = "markdown"
        del cell["outputs"], cell["execution_count"]
    package.save("p1")
