"""Lines of JSON from a group to the coordinator: bounded, and never unpickled."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

__all__ = ["LIMIT", "LineReader", "write_line"]

LIMIT = 64 << 20
"""Bytes that a group may send for one job."""
CHUNK = 1 << 16
CHUNKS = 64


def write_line(descriptor: int, message: Mapping[str, Any]) -> None:
    """Write `message` as a line of its own, even after a line that was broken off.

    Raises
    ------
    OSError
        If nobody reads any more.
    """
    view = memoryview(b"\n" + json.dumps(message).encode() + b"\n")
    while view:
        view = view[os.write(descriptor, view) :]


class LineReader:
    """Reads the lines of a pipe as they come, without ever waiting for one.

    Parameters
    ----------
    descriptor : int
        Read end of a pipe; it is made non-blocking, so that a writer that stopped in the middle
        of a line holds up nobody.
    """

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._parts: list[bytes] = []
        self._seen = 0
        self.ended = False
        self.overflowed = False

    def read(self) -> list[dict[str, Any]]:
        """Return the messages that have come; sets `ended` at the end of the pipe."""
        lines: list[bytes] = []
        for _ in range(CHUNKS):  # a writer without end must not hold up the others either
            try:
                chunk = os.read(self._descriptor, CHUNK)
            except BlockingIOError:
                break
            except ConnectionError:  # it ended before it read what it was sent
                chunk = b""
            self.ended = not chunk
            self._seen += len(chunk)
            self.overflowed = self._seen > LIMIT
            if self.ended or self.overflowed:  # read on, so that the group can end, and forget
                self._parts.clear()
            else:
                lines += self._split(chunk)
            if self.ended:
                break
        return [message for line in lines if (message := _parse(line)) is not None]

    def _split(self, chunk: bytes) -> list[bytes]:
        """Return the lines that `chunk` completes."""
        first, *others = chunk.split(b"\n")
        self._parts.append(first)
        if not others:
            return []
        whole = b"".join(self._parts)
        self._parts = [others.pop()]
        return [line for line in (whole, *others) if line]


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None  # broken off when its writer was killed
    return message if isinstance(message, dict) else None
