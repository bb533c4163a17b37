"""A channel to a kernel whose code may send anything over it."""

from __future__ import annotations

import asyncio
import time
from queue import Empty
from typing import Any

import zmq
from jupyter_client.channels import AsyncZMQSocketChannel

from autograder.execution.messages import is_message

__all__ = ["LenientChannel"]


class LenientChannel(AsyncZMQSocketChannel):
    """A channel that passes over what is no message: student code can write to it too."""

    async def get_msg(  # type: ignore[override]
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        """Return the next message.

        Raises
        ------
        queue.Empty
            If none came within `timeout` seconds; at once if that is not positive, so that no
            flood of messages carries its reader past a deadline.
        """
        end = None if timeout is None else time.monotonic() + timeout
        left = timeout
        while left is None or left > 0:
            try:
                message: Any = await super().get_msg(left)
            except (Empty, zmq.ZMQError):
                raise
            except Exception:  # signature, encoding, nesting: whatever is wrong, it is no message
                message = {}
            if is_message(message):
                return dict(message)
            await asyncio.sleep(0)
            left = None if end is None else end - time.monotonic()
        raise Empty
