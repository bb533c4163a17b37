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
from collections.abc import Mapping, Sequence
from typing import Any

import zmq
from ipykernel.compiler import XCachingCompiler
from ipykernel.control import ControlThread
from ipykernel.heartbeat import Heartbeat
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from ipykernel.shellchannel import ShellChannelThread
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.profiledir import ProfileDir
from traitlets.config import Config

from autograder.execution.warm.kernels import CHANNELS

__all__ = ["KernelApp", "make_shell", "serve"]

# Inside there is no such path: the sockets are bound already, and only their names are compared.
PREFIX = "kernel"
LARGEST = 1 << 20
PATIENCE = 3.0
# Outputs that may wait for the client before more are dropped without a word: twice what it keeps
# of a cell, so that it sees when there are too many. They lie in memory of the run's.
OUTPUTS = 20_000
NO_HISTORY = {"HistoryManager": {"enabled": False}}


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
        self.update_config(
            Config(
                {
                    **NO_HISTORY,
                    "IPKernelApp": {"exec_PYTHONSTARTUP": False},
                    "InteractiveShellApp": {"exec_PYTHONSTARTUP": False},
                }
            )
        )

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """Read none: a submission could carry one."""

    def init_connection_file(self) -> None:
        """Take over the connection's names and key."""
        self.transport, self.ip = "ipc", PREFIX
        for number, name in enumerate(CHANNELS, 1):
            setattr(self, f"{name}_port", number)
        self.session.key = self.information["key"].encode()
        self.session.signature_scheme = self.information["signature_scheme"]

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
        """Create the kernel, and give it the shell that is there already."""
        shell = ZMQInteractiveShell.instance()
        shell.init_environment()  # this process's environment is a new one
        super().init_kernel()
        shell.parent = shell.kernel = self.kernel
        shell.profile_dir, shell.ipython_dir = self.profile_dir, self.ipython_dir
        shell.raw_input_original = input

    def init_heartbeat(self) -> None:
        """Start the heartbeat on its inherited socket."""
        self.heartbeat = _Heartbeat(zmq.Context(), (self.transport, self.ip, self.hb_port))
        self.heartbeat.descriptor = self.descriptors["hb"]
        self.heartbeat.start()

    def init_control(self, context: Any) -> None:
        """Start the control channel; the debugger's sockets lead nowhere."""
        self.control_socket = context.socket(zmq.ROUTER)
        self.control_socket.linger = 1000
        self.control_port = self._bind_socket(self.control_socket, self.control_port)
        self.control_socket.router_handover = 1
        self.debugpy_socket = context.socket(zmq.STREAM)
        self.debugpy_socket.linger = 0
        self.debug_shell_socket = context.socket(zmq.DEALER)
        self.debug_shell_socket.linger = 0
        self.control_thread = ControlThread(daemon=True)
        self.shell_channel_thread = ShellChannelThread(context, daemon=True)


def make_shell(folder: str) -> None:
    """Make IPython's shell before any kernel is forked: it is a third of a kernel's start.

    Parameters
    ----------
    folder : str
        Of a profile that stands in until the kernel has its own.
    """
    ZMQInteractiveShell.instance(
        config=Config({**NO_HISTORY, "IPKernelApp": {"exec_PYTHONSTARTUP": False}}),
        profile_dir=ProfileDir.create_profile_dir(folder),
        ipython_dir=folder,
        compiler_class=XCachingCompiler,
    )


def serve(information: Mapping[str, Any], channels: Sequence[int]) -> None:
    """Run a kernel until it is told to shut down.

    Parameters
    ----------
    information : mapping
        Key and signature scheme, as in a connection file.
    channels : sequence of int
        Listening sockets in the order of :data:`~autograder.execution.warm.kernels.CHANNELS`.
    """
    KernelApp.information = information
    KernelApp.descriptors = dict(zip(CHANNELS, channels, strict=True))
    app = KernelApp.instance(log_level=50)
    app.initialize([])
    if "matplotlib.pyplot" in sys.modules:
        # It was imported before there was a shell whose events would show its figures.
        from matplotlib_inline.backend_inline import _enable_matplotlib_integration

        _enable_matplotlib_integration()
    app.start()
