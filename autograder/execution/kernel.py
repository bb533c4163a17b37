"""Kernel and client over UNIX sockets, with bounds on what the client will receive.

Ports of kernels started at the same time collide now and then over TCP; a socket file in a
private folder cannot.
"""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.utils import ensure_async
from traitlets import Type, default

from autograder.execution.lenient import LenientChannel
from autograder.execution.warm.kernels import PROVISIONER, Ended
from autograder.execution.warm.work import WarmWork

__all__ = ["BoundedClient", "IPCKernelManager"]

# libzmq drops the connection of a peer that sends a larger message, before it is in memory.
IOPUB_MESSAGE = 16 << 20
SHELL_MESSAGE = 96 << 20
# Nothing is asked over the other channels that has a long answer, and a flood may come over each.
SHORT_MESSAGE = 1 << 20
# Messages that libzmq may queue for us; the rest waits on the kernel's side.
IOPUB_QUEUE = 4
REPLY_QUEUE = 2


class BoundedClient(AsyncKernelClient):
    """A client that a kernel can neither fill nor confuse."""

    shell_channel_class = Type(LenientChannel)
    iopub_channel_class = Type(LenientChannel)
    stdin_channel_class = Type(LenientChannel)
    kernel_information: Mapping[str, Any] = {}

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its outputs arrive.

        The library's own ends by waiting 0.2 s for outputs that will not come; the last output
        of a request is known.

        Raises
        ------
        RuntimeError
            If the kernel dies, or does not answer within `timeout` seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while not await self._is_ready(self.kernel_info()):
            if not await self._async_is_alive():
                raise RuntimeError("It died before it answered.")
            if end is not None and time.monotonic() > end:
                raise RuntimeError(f"It did not answer within {timeout:g} s.")

    wait_for_ready = _async_wait_for_ready

    async def _is_ready(self, request: str) -> bool:
        """Whether the reply to `request` comes, and after it the note that the kernel is idle."""
        try:
            reply = await self.shell_channel.get_msg(timeout=1)
            if reply["msg_type"] != "kernel_info_reply":
                return False
            # Without a subscription yet there is none: ask again.
            while True:
                note = await self.iopub_channel.get_msg(timeout=0.2)
                ours = note["parent_header"].get("msg_id") == request
                if ours and note["content"].get("execution_state") == "idle":
                    self._handle_kernel_info_reply(reply)
                    self.kernel_information = reply["content"]
                    return True
        except Empty:
            return False

    def connect_iopub(self, identity: bytes | None = None) -> zmq.Socket[Any]:
        """Connect the output channel: small messages, a short queue."""
        self._bound(IOPUB_MESSAGE, IOPUB_QUEUE)
        socket = super().connect_iopub(identity=identity)
        self._monitor = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        return socket

    async def asked_for_input(self, request: str, timeout: float) -> str:
        """Wait until `request` is answered or asks for a line of input; return its prompt.

        Empty where there is a reply to be read, or nothing came within half a second.
        """
        poller = zmq.asyncio.Poller()
        for channel in (self.shell_channel, self.stdin_channel):
            poller.register(channel.socket, zmq.POLLIN)
        ready = dict(await poller.poll(1000 * min(timeout, 0.5)))
        if self.stdin_channel.socket not in ready:
            return ""
        try:
            asked = await self.stdin_channel.get_msg(timeout=0.5)
        except Empty:
            return ""
        prompt = asked["content"].get("prompt")
        ours = asked["parent_header"].get("msg_id") == request
        return prompt if ours and isinstance(prompt, str) else ""

    async def dropped_output(self) -> bool:
        """Whether libzmq cut the output channel, as it does when a message is too large."""
        return bool(await ensure_async(self._monitor.poll(0)))

    def connect_shell(self, identity: bytes | None = None) -> zmq.Socket[Any]:
        """Connect the request channel, over which values of checks come back."""
        self._bound(SHELL_MESSAGE, REPLY_QUEUE)
        return super().connect_shell(identity=identity)

    def connect_control(self, identity: bytes | None = None) -> zmq.Socket[Any]:
        """Connect the channel of requests that pass others by; none of ours has a long answer."""
        self._bound(SHORT_MESSAGE, REPLY_QUEUE)
        return super().connect_control(identity=identity)

    def connect_stdin(self, identity: bytes | None = None) -> zmq.Socket[Any]:
        """Connect the channel over which a kernel asks for input, which nobody reads."""
        self._bound(SHORT_MESSAGE, REPLY_QUEUE)
        return super().connect_stdin(identity=identity)

    def connect_hb(self, identity: bytes | None = None) -> zmq.Socket[Any]:
        """Connect the heartbeat."""
        self._bound(SHORT_MESSAGE, REPLY_QUEUE)
        return super().connect_hb(identity=identity)

    def _bound(self, largest: int, queued: int) -> None:
        """Bound what the sockets that are made from here on take in before anybody reads it."""
        self.context.setsockopt(zmq.MAXMSGSIZE, largest)
        self.context.setsockopt(zmq.RCVHWM, queued)


class IPCKernelManager(AsyncKernelManager):
    """Starts a kernel that listens on socket files in a private folder."""

    client_factory = Type(default_value=BoundedClient, klass=AsyncKernelClient)
    is_forked = False

    @default("transport")
    def _transport_default(self) -> str:
        return "ipc"

    async def _async_shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """Kill at once when asked to: all outputs are here and nothing else is wanted.

        A kernel with torch loaded takes more than a CPU second to shut down gracefully.
        """
        if not now:
            await super()._async_shutdown_kernel(now=now, restart=restart)
            return
        self.shutting_down = True
        self.stop_restarter()
        await self._async_kill_kernel()
        await self._async_cleanup_resources(restart=restart)

    shutdown_kernel = _async_shutdown_kernel

    async def _async_wait(self, pollinterval: float = 0.02) -> None:
        await super()._async_wait(pollinterval=0.02)

    def use_folder(self, folder: Path) -> None:
        """Put connection file and sockets into `folder`, whose path must be short."""
        self.connection_file = str(folder / "kernel.json")
        self.ip = str(folder / "k")

    def fork_in(self, work: WarmWork, threads: int, output: int) -> None:
        """Have the kernel forked by a warm process.

        Parameters
        ----------
        work : WarmWork
            Of that process.
        threads : int
            Of numeric libraries.
        output : int
            Characters that a cell may send.
        """
        self._provision(work, {"threads": threads, "output": output})
        self.is_forked = True

    def start_in(self, work: WarmWork, patience: float, private: Iterable[Path]) -> None:
        """Have the kernelspec's program started in the sandbox of `work`.

        Parameters
        ----------
        work : WarmWork
        patience : float
            Seconds that it may take.
        private : iterable of Path
            What the sandbox must not show, should the program lie beside it.
        """
        places = [str(path) for path in private]
        cold = {"cold": True, "place": work.descriptor, "patience": patience, "private": places}
        self._provision(work, cold)

    def settle(self) -> None:
        """Clear away what a kernel needed to start; call it when the kernel answers."""
        settle = getattr(self.provisioner, "settle", None)
        if settle is not None:
            settle()

    def _provision(self, work: WarmWork, more: Mapping[str, Any]) -> None:
        """Put the warm process into the kernelspec: in memory, not into the one installed."""
        spec = copy.copy(self.kernel_spec)
        if spec is None:
            return
        config = {"address": str(work.address.socket), "work": work.name, **more}
        stanza = {"provisioner_name": PROVISIONER, "config": config}
        # Sockets in a private folder need no encryption, which the forked kernel does not know.
        spec.metadata = {"kernel_provisioner": stanza}
        self._kernel_spec = spec

    @property
    def ending(self) -> Ended | None:
        """How a forked kernel ended; ``None`` while it runs, and of one that was started."""
        return getattr(self.provisioner, "ending", None)

    @property
    def exit_status(self) -> int | None:
        """The kernel's exit status, negative for a signal; ``None`` while it runs."""
        if self.ending is not None:
            return self.ending.status
        process = getattr(self.provisioner, "process", None)
        if process is None:
            return None
        with contextlib.suppress(ProcessLookupError):
            status = process.poll()
            return int(status) if status is not None else None
        return None
