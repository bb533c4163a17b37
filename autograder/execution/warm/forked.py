"""The forked child: into its sandbox, then a kernel or a kernelspec's program."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

from autograder.execution.sandbox import Enter
from autograder.execution.warm import kernel_app
from autograder.execution.warm.fresh import reseed, set_threads
from autograder.execution.warm.wire import send

__all__ = ["Program", "Request", "run_kernel", "run_program"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a kernel is started with.

    Parameters
    ----------
    connection : socket.socket
        To the client; closed before a kernel starts.
    channels : list of int
        Listening sockets: shell, iopub, stdin, control, heartbeat.
    information : mapping
        As in a connection file.
    threads : int
        For numeric libraries.
    output : int
        Characters that a cell may send.
    """

    connection: socket.socket
    channels: list[int]
    information: Mapping[str, Any]
    threads: int
    output: int


@dataclass(frozen=True, slots=True)
class Program:
    """What a kernel that is no fork of this process is started with.

    Parameters
    ----------
    connection : socket.socket
        To the client; closed before the program starts.
    log : int
        Takes what it writes to its terminal; a file of the run's own file system.
    command : sequence of str
    environment : mapping of str to str
        Of the kernelspec; may refer to variables of the sandbox as ``${NAME}``.
    """

    connection: socket.socket
    log: int
    command: Sequence[str]
    environment: Mapping[str, str]


def run_kernel(enter: Enter, request: Request) -> None:
    """Enter the sandbox and serve as a kernel until told to stop."""
    try:
        reseed()
        entered = enter(keep={request.connection.fileno(), *request.channels})
        # The parent's pools of threads do not exist here; a thread of our own before the way in
        # would bar it, since a process that has one cannot enter a user namespace.
        set_threads(request.threads)
        _fresh_streams()
        sys.argv = ["ipykernel_launcher"]
    except BaseException as error:
        with contextlib.suppress(OSError):
            send(request.connection, {"failed": f"{type(error).__name__}: {error}"})
        raise
    send(request.connection, {"entered": entered.level})
    # Nothing of a student's ran so far, and nothing from here on can reach the warm process.
    request.connection.close()
    kernel_app.serve(request.information, request.channels, request.output)


def run_program(enter: Enter, program: Program) -> None:
    """Enter the sandbox and become a kernelspec's program."""
    try:
        entered = enter(keep={program.connection.fileno(), program.log})
        for descriptor in (1, 2):
            os.dup2(program.log, descriptor)
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # which Python ignores, and others inherit
            signal.signal(number, signal.SIG_DFL)
        given = {k: Template(v).safe_substitute(os.environ) for k, v in program.environment.items()}
    except BaseException as error:
        with contextlib.suppress(OSError):
            send(program.connection, {"failed": f"{type(error).__name__}: {error}"})
        raise
    send(program.connection, {"entered": entered.level})
    program.connection.close()
    os.execve(program.command[0], [*program.command], {**os.environ, **given})


def _fresh_streams() -> None:
    """Streams on the descriptors that the sandbox put there, without the parent's buffers."""
    sys.stdin = sys.__stdin__ = os.fdopen(0, closefd=False)  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = os.fdopen(1, "w", 1, closefd=False)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = os.fdopen(2, "w", 1, closefd=False)  # type: ignore[misc]
