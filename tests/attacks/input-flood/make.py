"""The kernel asks for input over and over, megabytes long, which nobody reads."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import time
        import zmq

        kernel = get_ipython().kernel
        block, sent, end = b"x" * (8 << 20), 0, time.monotonic() + 2
        while time.monotonic() < end and sent < 20:
            address = kernel._parent_ident["shell"]
            parts = [*address, b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", block]
            kernel.stdin_socket.send_multipart(parts, zmq.NOBLOCK)
            sent += 1
            time.sleep(0.05)
        """,
    )
