"""Channels: JSON between executor and checker, and messages of a kernel."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
import zmq
import zmq.asyncio
from jupyter_client.session import Session

from autograder.execution.channel import receive, send
from autograder.execution.errors import CheckerLost
from autograder.execution.lenient import LenientChannel


@pytest.fixture
def ends() -> Iterator[tuple[Connection, Connection]]:
    one, other = multiprocessing.Pipe()
    yield one, other
    one.close()
    other.close()


def test_a_message_arrives_as_it_was_sent(ends: Any) -> None:
    message = {"op": "ask", "values": [1, 2.5, None, "ü", float("inf")]}
    send(ends[0], message)
    assert receive(ends[1]) == message


def test_nothing_is_unpickled(ends: Any) -> None:
    ends[0].send({"op": "verdict"})  # pickled
    with pytest.raises(CheckerLost, match="no JSON"):
        receive(ends[1])


@pytest.mark.parametrize("data", [b"", b"[1]", b"null", b"{", b"\xff\xfe"])
def test_what_is_no_json_object_is_refused(ends: Any, data: bytes) -> None:
    ends[0].send_bytes(data)
    with pytest.raises(CheckerLost, match="no JSON"):
        receive(ends[1])


def test_the_end_of_the_other_side_is_noticed(ends: Any) -> None:
    ends[0].close()
    with pytest.raises(CheckerLost, match="ended before its verdict"):
        receive(ends[1])
    with pytest.raises(CheckerLost, match="closed"):
        send(ends[1], {"op": "check"})


def test_silence_ends_with_the_time(ends: Any) -> None:
    with pytest.raises(CheckerLost, match="did not answer"):
        receive(ends[1], timeout=0.01)


def test_a_message_without_bounds_is_not_read(ends: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.execution.channel.MESSAGE", 1000)
    writer = threading.Thread(target=ends[0].send_bytes, args=(b'"' + b"x" * 2000 + b'"',))
    writer.start()
    with pytest.raises(CheckerLost):
        receive(ends[1])
    writer.join()


Sender = Callable[[Any, Session], Callable[[], object] | None]


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Sender, float], dict[str, Any]]:
    """Reads a message from a channel whose other end may send what it likes."""

    async def get(send_all: Sender, timeout: float) -> dict[str, Any]:
        with zmq.Context() as theirs, zmq.asyncio.Context() as ours:
            kernel, client = theirs.socket(zmq.PAIR), ours.socket(zmq.PAIR)
            kernel.bind(f"ipc://{tmp_path}/socket")
            client.connect(f"ipc://{tmp_path}/socket")
            stop = send_all(kernel, Session(key=b"shared"))
            try:
                return await LenientChannel(client, Session(key=b"shared")).get_msg(timeout)
            finally:
                if stop is not None:
                    stop()
                client.close(linger=0)
                kernel.close(linger=0)

    return lambda send_all, timeout: asyncio.run(get(send_all, timeout))


def test_messages_without_form_or_signature_are_passed_over(read: Any) -> None:
    def send_all(kernel: Any, session: Session) -> None:
        kernel.send(b"no message at all")
        kernel.send_multipart([b"<IDS|MSG>", b"wrong", b"{}", b"{}", b"{}", b"{}"])
        Session(key=b"another").send(kernel, "stream", content={"text": "forged"})
        session.send(kernel, "execute_reply", content={"status": 5})
        session.send(kernel, "stream", content={"text": "fine"})

    assert read(send_all, 20.0)["content"] == {"text": "fine"}


def test_a_message_is_found_that_came_while_the_same_socket_sent(tmp_path: Path) -> None:
    async def get() -> dict[str, Any]:
        session = Session(key=b"shared")
        with zmq.Context() as theirs, zmq.asyncio.Context() as ours:
            kernel, client = theirs.socket(zmq.DEALER), ours.socket(zmq.DEALER)
            kernel.bind(f"ipc://{tmp_path}/socket")
            client.connect(f"ipc://{tmp_path}/socket")
            waiting = asyncio.create_task(LenientChannel(client, session).get_msg())
            try:
                await asyncio.sleep(0.1)
                session.send(kernel, "execute_reply", content={"status": "ok"})
                # It arrives while the loop is busy, and what sends next takes note of it.
                time.sleep(0.5)
                zmq.Socket.shadow(client).send(b"contents of an output widget")
                return await asyncio.wait_for(waiting, 60)
            finally:
                client.close(linger=0)
                kernel.close(linger=0)

    assert asyncio.run(get())["content"] == {"status": "ok"}


def test_an_empty_channel_says_so_in_time(read: Any) -> None:
    with pytest.raises(Empty):
        read(lambda kernel, session: None, 0.01)


def test_after_a_deadline_no_message_is_read_however_many_wait(read: Any) -> None:
    def send_all(kernel: Any, session: Session) -> None:
        session.send(kernel, "execute_reply", content={"status": "ok"})
        time.sleep(0.1)

    with pytest.raises(Empty):
        read(send_all, 0.0)


def test_a_flood_of_nonsense_does_not_hold_a_reader_beyond_its_time(read: Any) -> None:
    over = threading.Event()

    def flood(kernel: Any) -> None:
        while not over.is_set():
            try:
                kernel.send(b"nonsense", flags=zmq.NOBLOCK)
            except zmq.Again:
                time.sleep(0.001)

    def send_all(kernel: Any, session: Session) -> Callable[[], None]:
        thread = threading.Thread(target=flood, args=(kernel,))
        thread.start()

        def stop() -> None:
            over.set()
            thread.join()

        return stop

    with pytest.raises(Empty):
        read(send_all, 0.2)
