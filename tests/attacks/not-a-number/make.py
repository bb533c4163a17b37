"""No comparison with NaN is true, a failed test neither."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "step",
        """
        def step(g):
            return g * float("nan")
        """,
    )
