"""The kernel never says that it is idle again."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        kernel = get_ipython().kernel
        kernel._publish_status = kernel._publish_status_and_flush = lambda *args, **kwargs: None
        """,
    )
