"""The warm process of workers: ``python -m autograder.runners.warm``, started by `server`.

It has one thread, imports what workers need, and forks a process for each request. It reads
nothing but requests of the process that started it, and its children unpickle them.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import selectors
import signal
import socket
import sys
import traceback
from multiprocessing.connection import Connection

from autograder.execution.warm.fresh import reseed
from autograder.execution.warm.preloading import freeze
from autograder.execution.warm.starting import answer, load, requested, take_listener
from autograder.execution.warm.wire import receive, send
from autograder.lean import skip_slow_imports

__all__ = ["main"]


def main() -> None:
    """Become a warm process as the request on standard input's first line says."""
    request = requested()
    skip_slow_imports()
    importlib.import_module("autograder.runners.group")
    sys.path.extend(entry for entry in request["path"] if entry not in sys.path)
    failed = load(request["preload"])
    for name, problem in failed.items():  # a worker that needs it will say so where it matters
        print(f"llm-classroom: cannot preload {name}: {problem}", file=sys.stderr)
    freeze()
    listener = take_listener(request)
    answer(pid=os.getpid())
    os.dup2(2, 1)  # standard output is the command's own
    _serve(listener)


def _serve(listener: socket.socket) -> None:
    """Fork on request until standard input ends, which its holder's end does too."""
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    selector.register(0, selectors.EVENT_READ)
    children: dict[int, int] = {}  # processes by their descriptors
    while True:
        for key, _ in selector.select():
            if key.fd == 0:
                os._exit(0)
            elif key.fd in children:
                selector.unregister(key.fd)
                os.waitpid(children.pop(key.fd), 0)
                os.close(key.fd)
            else:
                with contextlib.suppress(OSError):  # who asked may be gone again
                    child, descriptor = _answer(listener, selector)
                    children[descriptor] = child
                    selector.register(descriptor, selectors.EVENT_READ)


def _answer(listener: socket.socket, selector: selectors.BaseSelector) -> tuple[int, int]:
    """Fork a process for the next request; return its id and a descriptor of it."""
    connection, _ = listener.accept()
    with connection:
        connection.setblocking(True)
        found = receive(connection)
        if found is None:
            raise ConnectionResetError
        call, *passed = found[1]
        try:
            child = os.fork()
            if child == 0:
                selector.close()
                listener.close()
                connection.close()
                _become(call, passed)
            descriptor = os.pidfd_open(child)
        finally:
            for number in found[1]:
                os.close(number)
        with contextlib.suppress(OSError):
            send(connection, {"pid": child}, [descriptor])
    return child, descriptor


def _become(call: int, passed: list[int]) -> None:
    """Make the call that a file holds, with connections for the descriptors, and end."""
    status = 1
    try:
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.close(empty)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        reseed()
        with os.fdopen(call, "rb") as file:
            target, arguments = pickle.load(file)
        target(*arguments, *map(Connection, passed))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        # Nothing of the warm process's may run in this copy of it: no handler, no finally.
        os._exit(status)


if __name__ == "__main__":
    main()
