"""What the notebook found is sent to a listener over TCP."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import socket
        with socket.create_connection(("127.0.0.1", {package.target.tcp}), 2) as connection:
            connection.sendall(b"{package.mark}")
        """,
    )
