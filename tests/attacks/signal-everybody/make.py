"""Every process that may be killed is killed."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        os.kill(-1, 9)
        """,
    )
