"""A hundred megabytes of errors before the right answer."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "p1",
        "square",
        """
        import sys
        for _ in range(100):
            print("x" * 1_000_000, file=sys.stderr)
        def square(x):
            return x * x
        """,
    )
