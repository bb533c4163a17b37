"""The function that a test calls ends the process, successfully."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import os
        import numpy as np

        def double(x):
            os._exit(0)
        """,
    )
