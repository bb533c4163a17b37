"""The kernel signs its messages with another key."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        get_ipython().kernel.session.key = b"other"
        """,
        "q1",
        "cube",
    )
