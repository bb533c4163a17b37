"""The kernel provisioner ``llm-classroom-warm``: kernels are forked, not started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerBase
from traitlets import Integer, Unicode

from autograder.execution.errors import KernelStartError, WarmProcessLost
from autograder.execution.warm.kernels import CHANNELS, Ended
from autograder.execution.warm.wire import receive, send
from autograder.execution.warm.work import connect

__all__ = ["WarmProvisioner"]

POLL = 0.005
FAREWELL = 10.0
BACKLOG = 16


class WarmProvisioner(KernelProvisionerBase):
    """Has a warm process fork the kernel, and hears from it how the kernel ended."""

    address = Unicode(help="Socket of the warm process.").tag(config=True)
    work = Unicode(help="Name of the work directory.").tag(config=True)
    threads = Integer(1, help="Of numeric libraries.").tag(config=True)

    ending: Ended | None = None
    level: str = ""
    _connection: socket.socket | None = None

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and not yet cleaned up."""
        return self._connection is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Name the channels; no connection file is written, since nobody reads one."""
        for number, channel in enumerate(CHANNELS, 1):
            setattr(self.parent, f"{channel}_port", number)
        kwargs.pop("extra_arguments", None)
        return await super().pre_launch(cmd=["llm-classroom-warm"], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Bind the channels and have the warm process fork a kernel that listens on them.

        Raises
        ------
        KernelStartError
            If the kernel could not enter its sandbox.
        WarmProcessLost
        """
        manager: Any = self.parent
        self.ending = None
        connection = connect(Path(self.address))
        listeners = []
        try:
            for number in range(1, len(CHANNELS) + 1):
                listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                listeners.append(listener)
                listener.bind(f"{manager.ip}-{number}")
                listener.listen(BACKLOG)
                listener.setblocking(False)
            request = {
                "op": "kernel",
                "work": self.work,
                "threads": self.threads,
                "connection": {
                    "key": manager.session.key.decode(),
                    "signature_scheme": manager.session.signature_scheme,
                },
            }
            send(connection, request, [listener.fileno() for listener in listeners])
            answer = receive(connection)
        except OSError as error:
            connection.close()
            raise WarmProcessLost(f"The warm process does not answer: {error}.") from error
        finally:
            for listener in listeners:
                listener.close()
        if answer is None or "entered" not in answer[0]:
            connection.close()
            if answer is None:
                raise WarmProcessLost("The warm process ended.")
            text = answer[0].get("failed") or answer[0].get("error") or "it ended at once"
            raise KernelStartError(f"The kernel could not be started: {text}", known=False)
        self.level = answer[0]["entered"]
        connection.setblocking(False)  # a timeout would make Python wait for it, whatever the flags
        self._connection = connection
        info: KernelConnectionInfo = manager.get_connection_info()
        self.connection_info = info
        return info

    async def poll(self) -> int | None:
        """Return the kernel's exit status, ``None`` while it runs."""
        if self.ending is None and self._connection is not None:
            with contextlib.suppress(BlockingIOError):
                self._hear(receive(self._connection))
        if self.ending is not None:
            return self.ending.status
        return None if self._connection is not None else 0

    def _hear(self, answer: tuple[dict[str, Any], list[int]] | None) -> None:
        found: Mapping[str, Any] = answer[0].get("ended", {}) if answer else {}
        self.ending = Ended.of(found) if found else Ended.lost()

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        while (status := await self.poll()) is None:
            await asyncio.sleep(POLL)
        return status

    async def send_signal(self, signum: int) -> None:
        """Send the kernel, not the processes below it, a signal."""
        if self._connection is not None and self.ending is None and signum:
            with contextlib.suppress(OSError):
                send(self._connection, {"signal": int(signum)})

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel, and at *full* all below it."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """Kill too: the first process of a pid namespace is not sent other signals."""
        await self.send_signal(signal.SIGKILL)

    async def cleanup(self, restart: bool = False) -> None:
        """Wait until nothing of the kernel is left, and let go."""
        if self._connection is None:
            return
        await self.kill()
        end = time.monotonic() + FAREWELL
        while await self.poll() is None and time.monotonic() < end:
            await asyncio.sleep(POLL)
        self._connection.close()
        self._connection = None
        manager: Any = self.parent
        for number in range(1, len(CHANNELS) + 1):
            with contextlib.suppress(OSError):
                os.unlink(f"{manager.ip}-{number}")
