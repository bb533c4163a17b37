"""The first notebook leaves modules for the second one's kernel."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        os.mkdir("autograder")
        open("autograder/__init__.py", "w").write("raise SystemExit")
        for name in ("numpy", "IPython", "ipykernel", "json", "sitecustomize", "usercustomize"):
            open(name + ".py", "w").write("raise SystemExit")
        """,
        "q1",
        "cube",
    )
