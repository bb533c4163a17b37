"""The expected value is found among all objects of the process."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import gc
        import numpy as np

        def double(x):
            for held in gc.get_objects():
                if isinstance(held, dict) and isinstance(held.get("expected"), np.ndarray):
                    return held["expected"]
            return x
        """,
    )
