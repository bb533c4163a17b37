"""A child in a session of its own outlives the kernel."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "p1",
        "square",
        f"""
    import subprocess
    subprocess.Popen(["sleep", "{package.orphan}"], start_new_session=True)
    def square(x):
        return x * x
    """,
    )
