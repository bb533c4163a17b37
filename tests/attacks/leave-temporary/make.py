"""A file below /tmp waits for the neighbor."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        open("/tmp/{package.mark}", "w").write("x")
        """,
    )
