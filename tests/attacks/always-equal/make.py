"""An object that is equal to everything."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "answer",
        """
        class Agreeable:
            def __eq__(self, other):
                return True

        answer = Agreeable()
        """,
    )
