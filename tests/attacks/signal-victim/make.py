"""A process of the same user is killed."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    victim = package.victim()
    package.tries(
        f"""
        import os
        os.kill({victim}, 9)
        """,
    )
