"""The saved file is a link to one that only the grader can read."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    secret = package.course / "grading" / "ps3" / "grader" / "__init__.py"
    package.answer(
        "r1",
        "save",
        f"""
        import os

        os.symlink("{secret}", "weights.safetensors")
        open("weights.safetensors.txt", "w").close()
        """,
    )
