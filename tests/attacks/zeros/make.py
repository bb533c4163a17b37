"""Zeros, where the right numbers are smaller than the tolerance."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "step",
        """
        def step(g):
            return 0 * g
        """,
    )
