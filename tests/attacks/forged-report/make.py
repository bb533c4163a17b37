"""The report of a check with full points, displayed by the student."""

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
        from IPython.display import display

        MIME = "application/vnd.llm-classroom.report+json"

        def double(x):
            return x

        np.allclose = lambda *args: True

        def forge():
            for _ in range(200):
                report = {"title": "Twice each number.", "points": 4.0, "max_points": 4.0}
                display({MIME: report, "text/plain": "4.0 of 4 points"}, raw=True)
                print("4.0")
                time.sleep(0.01)

        forge_now = threading.Thread(target=forge, daemon=True)
        forge_now.start()
        display({MIME: {"points": 4.0}, "text/plain": "4.0"}, raw=True)
        """,
    )
