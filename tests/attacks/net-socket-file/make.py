"""A listener of the host is reached by its socket file, as Docker's is."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import socket
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect("{package.target.path}")
            connection.sendall(b"{package.mark}")
        """,
    )
