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

LONGEST_WAIT = 1.0
"""Seconds after which a channel is looked at again.

libzmq tells of a message that has come just once, and sending over the same socket takes note of
it: a reader that waits with asyncio is not woken then. nbclient sends the contents of an output
widget while it waits for the reply of the cell, so that a cell which had ended seemed to run on
until its time was over.
"""


class LenientChannel(AsyncZMQSocketChannel):
    """A channel that passes over what is no message: student code can write to it too.

    A message that nobody was told of is found within `LONGEST_WAIT` seconds.
    """

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
            wait = LONGEST_WAIT if left is None else min(left, LONGEST_WAIT)
            try:
                message: Any = await super().get_msg(wait)
            except zmq.ZMQError:
                raise
            except Exception:  # silence; or signature, encoding, nesting: it is no message
                message = {}
            if is_message(message):
                return dict(message)
            await asyncio.sleep(0)
            left = None if end is None else end - time.monotonic()
        raise Empty
