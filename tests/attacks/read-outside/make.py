"""A file of the host, by its path."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        print("GOT", open("{package.target.outside}/secret.txt").read())
        """,
    )
