"""ipykernel in a forked and confined process.

It listens on sockets that were bound outside and inherited, reads no connection file, no
configuration of its home and no command line, opens no network port and runs no debugger.
This touches private parts of ipykernel 7, hence its pin; `tests/execution/warm` covers each.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import zmq
from ipykernel.control import ControlThread
from ipykernel.heartbeat import Heartbeat
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from ipykernel.shellchannel import ShellChannelThread
from zmq.eventloop.zmqstream import ZMQStream

from autograder.execution import kernel_output
from autograder.execution.warm.kernels import CHANNELS
from autograder.execution.warm.premade import CONFIG, Kernel, make, renew_session

__all__ = ["KernelApp", "prepare", "serve"]

# Inside there is no such path: the sockets are bound already, and only their names are compared.
PREFIX = "kernel"
LARGEST = 1 << 20
PATIENCE = 3.0
# Outputs that may wait for the client before more are dropped without a word: twice what it keeps
# of a cell, so that it sees when there are too many. They lie in memory of the run's.
OUTPUTS = 20_000


class _Heartbeat(Heartbeat):
    """A heartbeat on an inherited socket."""

    descriptor = -1

    def _try_bind_socket(self) -> Any:
        self.socket.setsockopt(zmq.USE_FD, self.descriptor)
        return super()._try_bind_socket()


class _PipeOut:
    """A forked process's way to the output thread, in the shape that `IOPubThread` expects."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end.dup()
        self.end.settimeout(PATIENCE)

    def send_multipart(self, parts: Sequence[bytes], *args: Any, **kwargs: Any) -> None:
        lengths = json.dumps([len(part) for part in parts]).encode()
        with contextlib.suppress(OSError):  # too large, or nobody reads
            self.end.sendall(b"\n".join((lengths, b"".join(parts))))

    def close(self) -> None:
        self.end.close()

    def term(self) -> None:
        """Nothing to end: there is no context of ZeroMQ behind it."""


class _OutputThread(IOPubThread):
    """Takes output of processes that the notebook forks through a pair of sockets, not TCP."""

    def _setup_pipe_in(self) -> None:
        self._pipe_uuid = os.urandom(16)
        self._inner, self._outer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._inner.setblocking(False)
        self.io_loop.add_handler(self._inner.fileno(), self._take, self.io_loop.READ)

    def _take(self, descriptor: int, events: int) -> None:
        try:
            packet = self._inner.recv(LARGEST)
        except BlockingIOError:
            return
        head, _, body = packet.partition(b"\n")
        parts, at = [], 0
        for length in json.loads(head or b"[]"):
            parts.append(body[at : at + length])
            at += length
        if parts:
            self._handle_pipe_msg(parts)

    def _setup_pipe_out(self) -> tuple[Any, Any]:
        out = _PipeOut(self._outer)
        return out, out


class KernelApp(IPKernelApp):
    """An IPython kernel on inherited sockets."""

    information: Mapping[str, Any] = {}
    descriptors: Mapping[str, int] = {}

    def parse_command_line(self, argv: Any = None) -> None:
        """Take the configuration from here, whatever the command line was."""
        self.extra_args: list[str] = []
        self.update_config(CONFIG)

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """Read none: a submission could carry one."""

    def init_connection_file(self) -> None:
        """Take over the connection's names and key."""
        self.transport, self.ip = "ipc", PREFIX
        for number, name in enumerate(CHANNELS, 1):
            setattr(self, f"{name}_port", number)
        key, scheme = self.information["key"], self.information["signature_scheme"]
        renew_session(self.session, key.encode(), scheme)

    def write_connection_file(self, **kwargs: Any) -> None:
        """Write none."""

    def cleanup_connection_file(self) -> None:
        """There is none."""

    def init_poller(self) -> None:
        """Leave it to the kernel: this process ends with its parent."""

    def init_crash_handler(self) -> None:
        """Write no reports of crashes."""

    def _try_bind_socket(self, s: Any, port: int) -> Any:
        s.setsockopt(zmq.USE_FD, self.descriptors[CHANNELS[port - 1]])
        return super()._try_bind_socket(s, port)

    def init_iopub(self, context: Any) -> None:
        """Start the output thread, with a pair of sockets for forked processes."""
        self.iopub_socket = context.socket(zmq.XPUB)
        self.iopub_socket.linger = 1000
        self.iopub_socket.sndhwm = OUTPUTS
        self.iopub_port = self._bind_socket(self.iopub_socket, self.iopub_port)
        self.configure_tornado_logger()
        self.iopub_thread = _OutputThread(self.iopub_socket, pipe=True, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_kernel(self) -> None:
        """Give the kernel that is there already its sockets, and start their threads."""
        shell_stream = ZMQStream(self.shell_socket, self.shell_channel_thread.io_loop)
        self.shell_channel_thread.shell_stream = shell_stream
        control_stream = ZMQStream(self.control_socket, self.control_thread.io_loop)
        self.control_thread.start()
        self.shell_channel_thread.start()
        self.kernel = kernel = Kernel.instance()
        kernel.adopt(
            self,
            shell_stream=shell_stream,
            shell_channel_thread=self.shell_channel_thread,
            control_stream=control_stream,
            control_thread=self.control_thread,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            stdin_socket=self.stdin_socket,
        )
        kernel.record_ports({f"{name}_port": port for name, port in self._ports.items()})
        self.displayhook.get_execution_count = lambda: kernel.execution_count

    def init_code(self) -> None:
        """Look for no start-up files, of which a new home has none; hide the first names."""
        shell: Any = self.shell
        shell.user_ns_hidden.update(shell.user_ns)

    def init_heartbeat(self) -> None:
        """Start the heartbeat on its inherited socket."""
        self.heartbeat = _Heartbeat(zmq.Context(), (self.transport, self.ip, self.hb_port))
        self.heartbeat.descriptor = self.descriptors["hb"]
        self.heartbeat.start()

    def init_control(self, context: Any) -> None:
        """Start the control channel, and no debugger's."""
        self.control_socket = context.socket(zmq.ROUTER)
        self.control_socket.linger = 1000
        self.control_port = self._bind_socket(self.control_socket, self.control_port)
        self.control_socket.router_handover = 1
        self.control_thread = ControlThread(daemon=True)
        self.shell_channel_thread = ShellChannelThread(context, daemon=True)


def prepare() -> None:
    """Make all of a kernel that can be made before it is forked."""
    with tempfile.TemporaryDirectory(prefix="profile-") as folder:
        make(folder, KernelApp)


def serve(information: Mapping[str, Any], channels: Sequence[int], output: int) -> None:
    """Run a kernel until it is told to shut down.

    Parameters
    ----------
    information : mapping
        Key and signature scheme, as in a connection file.
    channels : sequence of int
        Listening sockets in the order of :data:`~autograder.execution.warm.kernels.CHANNELS`.
    output : int
        Characters that a cell may send.
    """
    KernelApp.information = information
    KernelApp.descriptors = dict(zip(CHANNELS, channels, strict=True))
    app = KernelApp.instance()
    app.initialize([])
    kernel_output.install(output)
    if "matplotlib.pyplot" in sys.modules:
        # It was imported before there was a shell whose events would show its figures.
        from matplotlib_inline.backend_inline import _enable_matplotlib_integration

        _enable_matplotlib_integration()
    app.start()
