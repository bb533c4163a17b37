"""A work directory in a warm process, as the one who grades sees it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.execution.errors import KernelStartError, WarmProcessLost
from autograder.execution.job import WarmAddress
from autograder.execution.sandbox import Policy
from autograder.execution.warm.wire import encode_policy, receive, send

__all__ = ["WarmWork", "connect", "open_work"]

# Seconds to wait for an answer; a process that died is started again meanwhile.
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class WarmWork:
    """The work directory of one submission, whose kernels run in it one after the other.

    Parameters
    ----------
    address : WarmAddress
    name : str
        By which a kernel is asked for.
    descriptor : int
        Of the directory; stays good until :func:`open_work` ends, whatever a run does to it.
    """

    address: WarmAddress
    name: str
    descriptor: int

    @property
    def path(self) -> Path:
        """A path by which this process, and no other, writes into the directory."""
        return Path(f"/proc/self/fd/{self.descriptor}")


def connect(path: Path) -> socket.socket:
    """Return a connection to a warm process.

    Raises
    ------
    WarmProcessLost
        If nothing listens there.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.settimeout(PATIENCE)
    try:
        connection.connect(str(path))
    except OSError as error:
        connection.close()
        raise WarmProcessLost(f"The warm process of kernels is not there: {error}.") from error
    return connection


@contextmanager
def open_work(address: WarmAddress, policy: Policy) -> Iterator[WarmWork]:
    """Make a work directory for the time of the ``with`` block; collect its files inside.

    Raises
    ------
    KernelStartError
        If the sandbox cannot be built.
    WarmProcessLost
    """
    with connect(address.socket) as connection:
        try:
            send(connection, {"op": "work", "policy": encode_policy(policy)})
            answer = receive(connection)
        except OSError as error:
            raise WarmProcessLost(
                f"The warm process of kernels does not answer: {error}."
            ) from error
        if answer is None:
            raise WarmProcessLost("The warm process of kernels ended.")
        message, descriptors = answer
        if "error" in message:
            raise KernelStartError(f"No work directory: {message['error']}", known=False)
        (descriptor,) = descriptors
        try:
            yield WarmWork(address, message["work"], descriptor)
        finally:
            os.close(descriptor)
