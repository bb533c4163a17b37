"""A cell that prints a hundred megabytes before it answers rightly."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "p1",
        "square",
        """
    for _ in range(100):
        print("x" * 1_000_000)
    def square(x):
        return x * x
    """,
    )
