"""The client's end of a kernel's channels: what it takes in before anybody reads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zmq

from autograder.execution.kernel import BoundedClient

BLOCK = bytes(1 << 19)
MANY = 200


@pytest.fixture
def client(tmp_path: Path) -> Iterator[BoundedClient]:
    client = BoundedClient(transport="ipc", ip=str(tmp_path / "k"))
    for number, channel in enumerate(("shell", "iopub", "stdin", "control", "hb"), 1):
        setattr(client, f"{channel}_port", number)
    yield client
    client.context.destroy(linger=0)


@pytest.mark.parametrize("channel", ["shell", "control", "stdin"])
def test_a_flood_that_nobody_reads_waits_on_the_kernels_side(
    client: BoundedClient, channel: str
) -> None:
    with zmq.Context() as context, context.socket(zmq.ROUTER) as kernel:
        kernel.setsockopt(zmq.SNDHWM, 1)
        kernel.setsockopt(zmq.ROUTER_MANDATORY, 1)
        kernel.setsockopt(zmq.LINGER, 0)
        kernel.bind(client._make_url(channel))
        socket: Any = getattr(client, f"connect_{channel}")(identity=b"client")
        sent = 0
        end = time.monotonic() + 1.0
        while sent < MANY and time.monotonic() < end:
            try:
                kernel.send_multipart([b"client", BLOCK], zmq.NOBLOCK)
                sent += 1
            except zmq.ZMQError:  # not connected yet, or all queues are full
                time.sleep(0.01)
        socket.close(linger=0)
    assert 0 < sent < 20
