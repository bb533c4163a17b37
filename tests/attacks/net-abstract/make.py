"""A listener of the host is reached by a name that no file system holds."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import socket
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect("\\0{package.target.abstract}")
            connection.sendall(b"{package.mark}")
        """,
    )
