"""Children that spin while the cell waits for them."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "p1",
        "square",
        """
        import os
        for _ in range(3):
            if os.fork() == 0:
                while True:
                    pass
        os.wait()
        """,
    )
