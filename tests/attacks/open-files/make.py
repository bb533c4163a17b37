"""Descriptors until the host has none."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        held = []
        try:
            for _ in range(400):
                held.append(os.open("/dev/null", os.O_RDONLY))
            print("GOT")
        finally:
            for descriptor in held:
                os.close(descriptor)
        """,
    )
