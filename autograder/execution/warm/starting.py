"""How a warm process begins: it is told what to become, imports, and says that it is ready."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from autograder.execution.warm.preloading import ThreadsStarted, preload

__all__ = ["answer", "load", "refuse", "requested", "take_listener"]

UNAVAILABLE = 3


def requested() -> dict[str, Any]:
    """Return the request on standard input's first line; end if there is none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the coordinator
    line = b""
    while not line.endswith(b"\n"):  # unbuffered: the pipe is watched afterwards
        chunk = os.read(0, 1)
        if not chunk:
            sys.exit()
        line += chunk
    request: dict[str, Any] = json.loads(line)
    return request


def load(modules: Iterable[str], *, first: Iterable[str] = ()) -> Mapping[str, str]:
    """Import as :func:`~autograder.execution.warm.preloading.preload` does; refuse threads."""
    try:
        return preload(modules, first=first)
    except ThreadsStarted as error:
        refuse(threads=error.module)


def take_listener(request: Mapping[str, Any]) -> socket.socket:
    """Return the listening socket that was inherited."""
    listener = socket.socket(fileno=request["listener"])
    listener.setblocking(False)
    return listener


def answer(**said: Any) -> None:
    """Say something on standard output, where one line is awaited."""
    print(json.dumps(said), flush=True)


def refuse(**said: Any) -> NoReturn:
    """Say why not, and end."""
    answer(**said)
    sys.exit(UNAVAILABLE)
