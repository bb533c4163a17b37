"""The address at which a cloud's machine gets its credentials."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import socket
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        out.connect(("169.254.169.254", 80))
        print("GOT a route from", out.getsockname())
        """,
    )
