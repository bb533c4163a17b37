"""What the notebook found is sent to a listener in a datagram."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import socket
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        out.sendto(b"{package.mark}", ("127.0.0.1", {package.target.udp}))
        """,
    )
