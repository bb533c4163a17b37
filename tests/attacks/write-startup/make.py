"""A file that every later kernel of the grader's user would run first."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import pathlib
        folder = pathlib.Path("{package.target.folder}/home/.ipython/profile_default/startup")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "{package.mark}.py").write_text("import os")
        """,
    )
