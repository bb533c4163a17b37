"""A process of a group: calls its target, for one job or for several, and reports its faults."""

from __future__ import annotations

import contextlib
import errno
import os
import pickle
import resource
import socket
import sys
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any, BinaryIO

from autograder.execution.warm.wire import receive, send
from autograder.log import Outcome, Status
from autograder.runners.task import Channels, ProcessSpec

__all__ = ["hand_over", "read_specs", "run_on", "run_once"]

FULL = (errno.ENOSPC, errno.EDQUOT)
# How much more memory than at its start a process may have had and still serve another job.
GROWTH = 64 << 20
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


def read_specs(call: BinaryIO) -> tuple[ProcessSpec, ...]:
    """Return the processes of a job, as the coordinator wrote them to a file."""
    call.seek(0)
    specs: tuple[ProcessSpec, ...] = pickle.load(call)
    return specs


def run_once(spec: ProcessSpec, channels: Channels) -> int:
    """Call the target for one job; return the exit status."""
    return _call(spec, channels)[0]


def run_on(spec: ProcessSpec, channels: Channels, orders: socket.socket) -> int:
    """Call the target for one job after the other, as long as it says that it is as good as new.

    Parameters
    ----------
    spec : ProcessSpec
    channels : Channels
        For the first job.
    orders : socket.socket
        To the supervisor, which hears of the end of each job and names the next.

    Returns
    -------
    int
        The exit status.
    """
    outcome = channels.outcome
    before = _peak()
    while True:
        status, fit = _call(spec, channels)
        for connection in channels.peers.values():
            connection.close()
        if status or not fit or _peak() - before > GROWTH:
            return status
        try:
            send(orders, {})
            found = receive(orders)
        except OSError:
            return status
        if found is None:
            return status
        names, (call, *descriptors) = found[0]["peers"], found[1]
        with os.fdopen(call, "rb") as file:
            spec = next(each for each in read_specs(file) if each.name == spec.name)
        peers = dict(zip(names, map(Connection, descriptors), strict=True))
        channels = Channels(outcome, peers)


def hand_over(orders: socket.socket, call: BinaryIO, peers: dict[str, Connection]) -> None:
    """Give a process that runs on its next job.

    Parameters
    ----------
    orders : socket.socket
        To the process.
    call : BinaryIO
        File with the processes of the job.
    peers : dict of str to Connection
        What it is connected to.
    """
    descriptors: Sequence[int] = [call.fileno(), *(each.fileno() for each in peers.values())]
    send(orders, {"peers": list(peers)}, descriptors)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT


def _call(spec: ProcessSpec, channels: Channels) -> tuple[int, Any]:
    """Call the target; an exception that it lets through becomes an ungraded outcome.

    Returns
    -------
    tuple
        An exit status, and what the target returned.
    """
    try:
        return 0, spec.target(channels, *spec.args)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None), None
    except (EOFError, BrokenPipeError, ConnectionResetError):
        if channels.outcome is not None:
            reason = "A process that the grader works with was lost. Grade again."
            channels.report(Outcome(Status.UNGRADED, "worker-lost", reason, retriable=True))
        # A helper whose peer is gone has nothing left to do.
    except BaseException as error:
        if channels.outcome is None:
            print(f"llm-classroom: {_fault(error).reason}", file=sys.stderr)
        else:
            channels.report(_fault(error))
        return os.EX_SOFTWARE, None
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    return 0, None


def _fault(error: BaseException) -> Outcome:
    """Return the outcome of a job whose worker raised: ours, never a score."""
    if isinstance(error, OSError) and error.errno in FULL:
        reason = f"No room on the disk: {error}. Make room and grade again."
        return Outcome(Status.UNGRADED, "disk-full", reason, retriable=True)
    if isinstance(error, MemoryError):
        reason = "The grader ran out of memory. Grade again with fewer jobs at once."
        return Outcome(Status.UNGRADED, "grader-memory", reason, retriable=True)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(frame.filename)}, line {frame.lineno}"
    text = " ".join(f"{type(error).__name__}: {error}".split())
    reason = f"The grader failed ({text[:300]}; {where}). This is no fault of the submission."
    return Outcome(Status.UNGRADED, "worker-error", reason)
