"""The warm process: ``python -m autograder.execution.warm.server``, started by `process`.

It has one thread, reads nothing that a student wrote and runs none of it. Each connection is
either a work directory or a kernel; a connection that is closed takes what it stands for with it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.execution.sandbox import (
    INTERVAL,
    Base,
    Enter,
    IsolationError,
    Level,
    Policy,
    Watch,
    Work,
    fork_child,
    make_work,
    prepare,
)
from autograder.execution.warm.kernels import CHANNELS
from autograder.execution.warm.preloading import freeze, kernel_modules
from autograder.execution.warm.starting import answer, load, refuse, requested, take_listener
from autograder.execution.warm.wire import decode_policy, receive, send

__all__ = ["Server", "main"]


@dataclasses.dataclass(eq=False)
class _Place:
    """A work directory with the kernels that run in it now."""

    work: Work
    policy: Policy
    kernels: int = 0
    wanted: bool = True


@dataclasses.dataclass(eq=False)
class _Kernel:
    """A running kernel and who is to hear of its end."""

    watch: Watch
    place: _Place
    connection: socket.socket | None


class Server:
    """Forks kernels on request.

    Parameters
    ----------
    base : Base
    listener : socket.socket
    """

    def __init__(self, base: Base, listener: socket.socket) -> None:
        self.base = base
        self.listener = listener
        self.places: dict[str, _Place] = {}
        self.kernels: list[_Kernel] = []
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ, self._accept)
        # The other end of this pipe closes when the last of those who want this process is gone.
        self.selector.register(0, selectors.EVENT_READ, lambda: os._exit(0))

    def serve(self) -> None:
        """Serve until standard input ends."""
        while True:
            for key, _ in self.selector.select(INTERVAL if self.kernels else None):
                key.data()
            for kernel in self.kernels:
                kernel.watch.look()

    def _accept(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except OSError:  # gone again
            return
        connection.setblocking(True)
        self._on(connection, lambda: self._first(connection))

    def _on(self, connection: socket.socket, action: Callable[[], None]) -> None:
        self.selector.register(connection, selectors.EVENT_READ, action)

    def _forget(self, connection: socket.socket) -> None:
        self.selector.unregister(connection)
        connection.close()

    def _first(self, connection: socket.socket) -> None:
        """Take the request that says what the connection stands for."""
        found = receive(connection)
        if found is None:
            self._forget(connection)
            return
        request, descriptors = found
        try:
            if request["op"] == "work":
                self._open(connection, request)
            else:
                self._fork(connection, request, descriptors)
        except (OSError, KeyError, ValueError) as error:
            with contextlib.suppress(OSError):
                send(connection, {"error": f"{type(error).__name__}: {error}"})
            self._forget(connection)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _open(self, connection: socket.socket, request: dict[str, Any]) -> None:
        policy = decode_policy(request["policy"])
        if policy.level is not self.base.level:
            raise IsolationError("the work directory", f"this process is for {self.base.level}")
        name = os.urandom(16).hex()
        place = _Place(make_work(self.base, policy), policy)
        self.places[name] = place
        send(connection, {"work": name}, [place.work.descriptor])

        def closed() -> None:
            if receive(connection) is None:
                self._forget(connection)
                del self.places[name]
                place.wanted = False
                for kernel in self.kernels:
                    if kernel.place is place:
                        kernel.watch.kill()
                self._release(place)

        self.selector.modify(connection, selectors.EVENT_READ, closed)

    def _fork(
        self, connection: socket.socket, request: dict[str, Any], descriptors: list[int]
    ) -> None:
        from autograder.execution.warm.forked import Program, Request, run_kernel, run_program

        place = self.places[request["work"]]
        policy = place.policy
        target: Callable[[Enter], None]
        if "command" in request:
            (log,) = descriptors
            program = Program(connection, log, request["command"], request["environment"])
            target = functools.partial(run_program, program=program)
            shown = (*policy.read_only, *map(Path, request["read_only"]))
            policy = dataclasses.replace(policy, read_only=shown)
        else:
            if len(descriptors) != len(CHANNELS):
                raise ValueError(f"a kernel needs {len(CHANNELS)} sockets")
            wanted = Request(
                connection,
                descriptors,
                request["connection"],
                request["threads"],
                request["output"],
            )
            target = functools.partial(run_kernel, request=wanted)
        child = fork_child(self.base, place.work, policy, target)
        watch = Watch(self.base, place.work, policy, child)
        kernel = _Kernel(watch, place, connection)
        place.kernels += 1
        self.kernels.append(kernel)
        self.selector.modify(connection, selectors.EVENT_READ, lambda: self._order(kernel))
        self.selector.register(child.pidfd, selectors.EVENT_READ, lambda: self._ended(kernel))

    def _order(self, kernel: _Kernel) -> None:
        """Send a signal to a kernel, or end it because its connection was closed."""
        connection = kernel.connection
        if connection is None:
            return
        found = receive(connection)
        if found is None:
            kernel.connection = None
            self._forget(connection)
            kernel.watch.kill()
        elif found[0]["signal"] == signal.SIGKILL:
            kernel.watch.kill()
        else:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(kernel.watch.child.pidfd, found[0]["signal"])

    def _ended(self, kernel: _Kernel) -> None:
        self.selector.unregister(kernel.watch.child.pidfd)
        ending = kernel.watch.finish()
        self.kernels.remove(kernel)
        kernel.place.kernels -= 1
        if kernel.connection is not None:
            with contextlib.suppress(OSError):
                send(kernel.connection, {"ended": dataclasses.asdict(ending)})
            self._forget(kernel.connection)
            kernel.connection = None
        self._release(kernel.place)

    @staticmethod
    def _release(place: _Place) -> None:
        if not place.wanted and not place.kernels:
            place.work.close()


def main() -> None:
    """Become a warm process as the request on standard input's first line says."""
    if sys.path[0] == os.getcwd():
        del sys.path[0]  # put there by -m
    request = requested()
    try:
        base = prepare(Level(request["level"]), Path(request["folder"]))
    except IsolationError as error:
        refuse(unavailable=getattr(error, "reason", str(error)))
    failed = load(request["preload"], first=kernel_modules(request["preload"]))
    from autograder.execution.warm import kernel_app

    kernel_app.prepare()
    freeze()
    server = Server(base, take_listener(request))
    means = {"means": base.means, "users": base.users, "no_cgroups": base.no_cgroups}
    answer(**means, failed=failed, pid=os.getpid())
    server.serve()


if __name__ == "__main__":
    main()
