"""A process of the same user is slowed and starved of memory."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    victim = package.victim()
    package.tries(
        f"""
        import os, resource
        resource.prlimit({victim}, resource.RLIMIT_AS, (1 << 20, 1 << 20))
        print("GOT")
        """,
    )
