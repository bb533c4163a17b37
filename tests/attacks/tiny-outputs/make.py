"""Outputs without end, each of a byte."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "step",
        """
        from IPython.display import display
        for _ in range(10_500):
            display("x")
        def step(g):
            return 1e-9 * g
        """,
    )
