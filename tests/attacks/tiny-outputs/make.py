"""Outputs without end, each of a byte."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "p1",
        "square",
        """
        from IPython.display import display
        for _ in range(20_000):
            display("x")
        def square(x):
            return x * x
        """,
    )
