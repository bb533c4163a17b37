"""Outputs without end, each of a byte."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "step",
        """
        import time
        from IPython.display import display
        for number in range(10_500):
            display("x")
            if number % 250 == 0:
                time.sleep(0.1)  # or the kernel drops most of them itself
        def step(g):
            return 1e-9 * g
        """,
    )
