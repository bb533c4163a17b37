"""Messages between a warm process and those who use it: JSON and descriptors, one a packet."""

from __future__ import annotations

import array
import dataclasses
import json
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.execution.sandbox import Level, Policy

__all__ = ["decode_policy", "encode_policy", "receive", "send"]

LARGEST = 1 << 18
MOST_DESCRIPTORS = 8


def send(
    connection: socket.socket, message: Mapping[str, Any], descriptors: Sequence[int] = ()
) -> None:
    """Send one message."""
    socket.send_fds(connection, [json.dumps(message).encode()], list(descriptors))


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Receive one message with its descriptors; ``None`` if the other side is gone.

    Raises
    ------
    BlockingIOError
        If the connection does not block and there is none.
    TimeoutError
        If the connection has a timeout and it passed.
    """
    room = socket.CMSG_SPACE(MOST_DESCRIPTORS * array.array("i").itemsize)
    try:
        # Not socket.recv_fds, which ignores its flags in Python 3.11.
        text, ancillary, _, _ = connection.recvmsg(LARGEST, room, socket.MSG_CMSG_CLOEXEC)
    except ConnectionError:
        return None
    found = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            found.frombytes(data[: len(data) - len(data) % found.itemsize])
    return (json.loads(text), list(found)) if text else None


def encode_policy(policy: Policy) -> dict[str, Any]:
    """Return a policy as JSON values."""
    values = {f.name: getattr(policy, f.name) for f in dataclasses.fields(policy)}
    values["level"] = str(policy.level)
    values["read_only"] = [str(path) for path in policy.read_only]
    values["hidden"] = [str(path) for path in policy.hidden]
    values["environment"] = dict(policy.environment)
    values["gpus"] = list(policy.gpus)
    return values


def decode_policy(values: Mapping[str, Any]) -> Policy:
    """Return the policy that :func:`encode_policy` was given."""
    more = {
        "level": Level(values["level"]),
        "read_only": tuple(Path(path) for path in values["read_only"]),
        "hidden": tuple(Path(path) for path in values["hidden"]),
        "gpus": tuple(values["gpus"]),
    }
    return Policy(**{**values, **more})
