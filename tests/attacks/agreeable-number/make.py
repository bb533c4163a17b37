"""A whole number whose class agrees with whatever it is compared with."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "answer",
        """
        class Agreeable(int):
            def __eq__(self, other):
                return True

            __hash__ = int.__hash__

        answer = Agreeable(7)
        """,
    )
