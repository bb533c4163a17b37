"""JSON messages over a pipe between executor and checker: nothing is ever pickled."""

from __future__ import annotations

import json
from multiprocessing.connection import Connection
from typing import Any

from autograder.execution.errors import CheckerLost

__all__ = ["receive", "send"]

# A value of 32 MB in base64, quoted twice, and room to spare.
MESSAGE = 128 << 20


def send(connection: Connection, message: dict[str, Any]) -> None:
    """Send one message.

    Raises
    ------
    CheckerLost
        If the other side is gone.
    """
    try:
        connection.send_bytes(json.dumps(message).encode("utf-8"))
    except (OSError, ValueError) as error:
        raise CheckerLost(f"The checker's pipe is closed ({error}).") from error


def receive(connection: Connection, timeout: float | None = None) -> dict[str, Any]:
    """Receive one message.

    Parameters
    ----------
    connection : multiprocessing.connection.Connection
    timeout : float or None
        Seconds to wait; ``None`` waits for ever.

    Raises
    ------
    CheckerLost
        If the other side is gone, silent for too long, or sends no JSON object.
    """
    try:
        if timeout is not None and not connection.poll(timeout):
            raise CheckerLost(f"The checker did not answer within {timeout:.0f} s.")
        message = json.loads(connection.recv_bytes(MESSAGE))
    except (EOFError, OSError) as error:
        raise CheckerLost("The checker ended before its verdict.") from error
    except ValueError as error:
        raise CheckerLost(f"The checker's message is no JSON ({error}).") from error
    if not isinstance(message, dict):
        raise CheckerLost("The checker's message is no JSON object.")
    return message
