"""Links of every kind among the files that the run leaves."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        os.symlink("/etc/passwd", "passwd")
        os.symlink("/", "root")
        os.symlink(".", "loop")
        os.mkfifo("pipe")
        import socket
        socket.socket(socket.AF_UNIX).bind("socket")
        """,
    )
