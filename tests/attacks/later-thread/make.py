"""A thread waits for a graded cell and patches what it calls."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import threading
        import time
        import numpy as np

        def double(x):
            return x

        def patch():
            names = get_ipython().user_ns
            for _ in range(2000):
                names["double"] = lambda x: names.get("expected", x)
                np.allclose = lambda *args: True
                time.sleep(0.002)

        threading.Thread(target=patch, daemon=True).start()
        time.sleep(0.05)
        """,
    )
