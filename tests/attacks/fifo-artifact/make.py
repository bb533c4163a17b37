"""The saved file is a FIFO, at which a reader waits for ever."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "save",
        """
        import os

        os.mkfifo("weights.safetensors")
        """,
    )
