"""A cell that never ends and ignores interrupts."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "q1",
        "cube",
        """
    while True:
        try:
            while True:
                pass
        except KeyboardInterrupt:
            pass
    """,
    )
