"""A shell's startup file that preloads a library into what it starts."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        with open("{package.target.folder}/home/.profile-{package.mark}", "w") as file:
            file.write("export LD_PRELOAD=x.so")
        """,
    )
