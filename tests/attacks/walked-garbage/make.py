"""The expected value is found among all objects of the process."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import gc, sys
        import numpy as np

        def double(x):
            # What was there before the kernel was forked is not among the collector's objects.
            for held in [vars(module) for module in list(sys.modules.values())] + gc.get_objects():
                if isinstance(held, dict) and isinstance(held.get("expected"), np.ndarray):
                    return held["expected"]
            return x
        """,
    )
