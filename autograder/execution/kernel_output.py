"""Holds back a flood of output inside the kernel, where it costs least.

A forked kernel has this module; to others its text is sent, so it imports nothing of ours and works
in any IPython kernel. It is a courtesy, not a defense: the bounds that count are those of
:mod:`autograder.execution.output`.
"""

from __future__ import annotations

import sys
from collections import deque

__all__ = ["MARKER", "install"]

TAIL = 4096
MARKER = "\n[... more output than a cell may send:"


class _Valve:
    """Lets the first `limit` characters of a cell through and keeps the end of the rest."""

    def __init__(self, stream: object, limit: int) -> None:
        self.limit = limit
        self.write_through = stream.write  # type: ignore[attr-defined]
        self.flush = stream.flush  # type: ignore[attr-defined]
        self.reset()

    def reset(self) -> None:
        """Begin a cell."""
        self.left = self.limit
        self.dropped = 0
        self.tail: deque[str] = deque()
        self.tail_size = 0

    def write(self, text: str) -> int:
        """Write as a stream does; too much is counted and its end kept."""
        if not isinstance(text, str):
            return int(self.write_through(text))
        if len(text) <= self.left:
            self.left -= len(text)
            self.write_through(text)
            return len(text)
        self.left = 0
        self.dropped += len(text)
        end = text[-TAIL:]
        self.tail.append(end)
        self.tail_size += len(end)
        while self.tail_size - len(self.tail[0]) >= TAIL:
            self.tail_size -= len(self.tail.popleft())
        return len(text)

    def close_cell(self) -> None:
        """Say what was left out and show its end."""
        if self.dropped:
            tail = "".join(self.tail)[-TAIL:]
            stream_marker = f"{MARKER} {self.dropped:,} characters left out ...]\n"
            self.flush()  # so that the marker begins a message
            self.write_through(stream_marker + tail)
        self.reset()


def install(limit: int) -> None:
    """Put a valve on standard output and standard error.

    Parameters
    ----------
    limit : int
        Characters that a cell may send.
    """
    shell = sys.modules["IPython"].get_ipython()
    valves = []
    for stream in (sys.stdout, sys.stderr):
        valve = _Valve(stream, limit)
        stream.write = valve.write  # type: ignore[method-assign, unused-ignore]
        valves.append(valve)
    for valve in valves:
        shell.events.register("pre_run_cell", lambda info, valve=valve: valve.reset())
        shell.events.register("post_run_cell", lambda result, valve=valve: valve.close_cell())
