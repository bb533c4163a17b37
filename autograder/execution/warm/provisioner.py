"""The kernel provisioner ``llm-classroom-warm``: a warm process forks kernels."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerBase
from traitlets import Bool, Float, Integer, List, Unicode

from autograder.checks.text import clean
from autograder.execution.errors import KernelStartError, WarmProcessLost
from autograder.execution.warm.cold import Meeting, places
from autograder.execution.warm.kernels import CHANNELS, KERNEL_LOG, Ended
from autograder.execution.warm.wire import receive, send
from autograder.execution.warm.work import connect

__all__ = ["WarmProvisioner"]

POLL = 0.005
STARTING_POLL = 0.02
FAREWELL = 10.0
BACKLOG = 16


class WarmProvisioner(KernelProvisionerBase):
    """Has a warm process fork the kernel, and hears from it how the kernel ended."""

    address = Unicode(help="Socket of the warm process.").tag(config=True)
    work = Unicode(help="Name of the work directory.").tag(config=True)
    threads = Integer(1, help="Of numeric libraries.").tag(config=True)
    output = Integer(1 << 20, help="Characters that a cell may send.").tag(config=True)
    cold = Bool(False, help="Whether the child becomes the kernelspec's program.").tag(config=True)
    place = Integer(-1, help="Descriptor of the work directory.").tag(config=True)
    patience = Float(60.0, help="Seconds a program may take to listen.").tag(config=True)
    private = List(Unicode(), help="What no sandbox may show.").tag(config=True)

    ending: Ended | None = None
    level: str = ""
    _connection: socket.socket | None = None
    _meeting: Meeting | None = None

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and not yet cleaned up."""
        return self._connection is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Name the channels; the manager writes no connection file, since nobody reads one."""
        manager: Any = self.parent
        for number, channel in enumerate(CHANNELS, 1):
            setattr(manager, f"{channel}_port", number)
        arguments = kwargs.pop("extra_arguments", None)
        command = manager.format_kernel_cmd(arguments) if self.cold else ["llm-classroom-warm"]
        return await super().pre_launch(cmd=command, **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Have the warm process fork a child that becomes the kernel.

        Raises
        ------
        KernelStartError
            If the kernel could not enter its sandbox, or its program does not come to listen.
        FileNotFoundError
            If its program is not there.
        WarmProcessLost
        """
        manager: Any = self.parent
        self.ending = None
        secrets = {
            "key": manager.session.key.decode(),
            "signature_scheme": manager.session.signature_scheme,
        }
        if self.cold:
            await self._start(cmd, secrets)
        else:
            self._fork(secrets)
        info: KernelConnectionInfo = manager.get_connection_info()
        self.connection_info = info
        return info

    def _fork(self, secrets: Mapping[str, str]) -> None:
        """Bind the channels for a child that listens on them."""
        manager: Any = self.parent
        listeners = []
        try:
            for number in range(1, len(CHANNELS) + 1):
                listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                listeners.append(listener)
                listener.bind(f"{manager.ip}-{number}")
                listener.listen(BACKLOG)
                listener.setblocking(False)
            request = {"connection": secrets, "threads": self.threads, "output": self.output}
            self._ask(request, [listener.fileno() for listener in listeners])
        finally:
            for listener in listeners:
                listener.close()

    async def _start(self, cmd: Sequence[str], secrets: Mapping[str, str]) -> None:
        """Have a child start the kernelspec's program, and wait until it listens."""
        manager: Any = self.parent
        spec: Any = self.kernel_spec
        program = shutil.which(cmd[0]) if cmd else None
        if program is None:
            name = cmd[0] if cmd else "no program"
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        program = os.path.abspath(program)
        shown = places(program, spec.resource_dir, map(Path, self.private))
        self._meeting = meeting = Meeting(self.place)
        try:
            meeting.write(secrets)
            outside = os.path.realpath(manager.connection_file)
            arguments = [part.replace(outside, meeting.connection_file) for part in cmd[1:]]
            request = {
                "command": [program, *arguments],
                "environment": dict(spec.env),
                "read_only": [str(path) for path in shown],
            }
            self._ask(request, [meeting.log])
            end = time.monotonic() + self.patience
            while not meeting.find():
                if await self.poll() is not None:
                    raise self._failed("It ended before it listened.")
                if time.monotonic() > end:
                    raise self._failed(f"It did not listen within {self.patience:g} s.")
                await asyncio.sleep(STARTING_POLL)
            meeting.link(manager.ip)
        except BaseException:
            await self.cleanup()
            raise

    def _failed(self, how: str) -> KernelStartError:
        words = (
            clean(self._meeting.last_words().decode("utf-8", "replace")) if self._meeting else ""
        )
        return KernelStartError(f"The kernel did not start: {how} {words}".strip(), known=False)

    def _ask(self, request: Mapping[str, Any], descriptors: Sequence[int]) -> None:
        """Have the child forked, and wait until it is in its sandbox."""
        connection = connect(Path(self.address))
        try:
            send(connection, {"op": "kernel", "work": self.work, **request}, descriptors)
            answer = receive(connection)
        except OSError as error:
            connection.close()
            raise WarmProcessLost(f"The warm process does not answer: {error}.") from error
        if answer is None or "entered" not in answer[0]:
            connection.close()
            if answer is None:
                raise WarmProcessLost("The warm process ended.")
            text = answer[0].get("failed") or answer[0].get("error") or "it ended at once"
            raise KernelStartError(f"The kernel could not be started: {text}", known=False)
        self.level = answer[0]["entered"]
        connection.setblocking(False)  # a timeout would make Python wait for it, whatever the flags
        self._connection = connection

    def settle(self) -> None:
        """Clear away what a kernel needed in its work directory to start; now it answers."""
        if self._meeting is not None:
            self._meeting.remove_folder()

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
        manager: Any = self.parent
        if self._connection is not None:
            await self.kill()
            end = time.monotonic() + FAREWELL
            while await self.poll() is None and time.monotonic() < end:
                await asyncio.sleep(POLL)
            self._connection.close()
            self._connection = None
            for number in range(1, len(CHANNELS) + 1):
                with contextlib.suppress(OSError):
                    os.unlink(f"{manager.ip}-{number}")
        if self._meeting is not None:
            Path(manager.ip).with_name(KERNEL_LOG).write_bytes(self._meeting.last_words())
            self._meeting.close()
            self._meeting = None
