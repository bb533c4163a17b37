"""All descriptors are closed, those of the kernel's sockets too."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        os.closerange(3, 256)
        """,
    )
