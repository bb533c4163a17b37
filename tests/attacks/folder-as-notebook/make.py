"""The run leaves a folder that is called like the notebook."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        os.makedirs("p1.ipynb")
        open("p1.ipynb/file", "w").write("x")
        os.makedirs("timestamp.txt")
        open("timestamp.txt/file", "w").write("x")
        """,
    )
