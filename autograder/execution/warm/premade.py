"""What of a kernel is made before it is forked: all that needs no socket and no thread.

A kernel that makes these for itself needs three times as long to start, most of it for copying
the pages that it writes to.
"""

from __future__ import annotations

import linecache
import os
import sys
import uuid
from typing import Any

import ipykernel.debugger
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.profiledir import ProfileDir
from jupyter_client.session import Session
from traitlets.config import Config

__all__ = ["CONFIG", "Kernel", "make", "renew_session"]

CONFIG = Config(
    {
        "HistoryManager": {"enabled": False},
        "IPKernelApp": {"exec_PYTHONSTARTUP": False},
        "InteractiveShellApp": {"exec_PYTHONSTARTUP": False},
    }
)


class Kernel(IPythonKernel):
    """An IPython kernel that gets its sockets when it is there already."""

    def adopt(self, app: IPKernelApp, **traits: Any) -> None:
        """Take what a forked process has of its own; the rest is as the constructor left it.

        Parameters
        ----------
        app : IPKernelApp
        **traits
            Streams, sockets and threads.
        """
        for name, value in traits.items():
            setattr(self, name, value)
        self.parent, self.session, self.log = app, app.session, app.log
        self.profile_dir = app.profile_dir
        self.ident = str(uuid.uuid4())
        self._stdout, self._stderr = sys.stdout, sys.stderr
        shell: Any = self.shell
        shell.init_environment()  # this process's environment is a new one
        shell.profile_dir, shell.ipython_dir = app.profile_dir, app.ipython_dir
        shell.raw_input_original = input
        shell.displayhook.session = shell.display_pub.session = self.session
        shell.displayhook.pub_socket = shell.display_pub.pub_socket = self.iopub_socket
        shell.displayhook.topic = self._topic("execute_result")  # type: ignore[no-untyped-call]


def make(folder: str, app: type[IPKernelApp]) -> None:
    """Make the instances of `app`, of the kernel and of its shell that a forked process takes over.

    Parameters
    ----------
    folder : str
        Of a profile that stands in until the kernel has its own.
    app : type
    """
    # No debugger: it would keep a list of all modules, and touch each of them in each kernel.
    ipykernel.debugger._is_debugpy_available = False
    profile = ProfileDir.create_profile_dir(folder)  # type: ignore[no-untyped-call]
    kernel: Any = Kernel.instance(config=CONFIG, profile_dir=profile)
    kernel.shell.extension_manager.load_extension("storemagic")
    _show_an_error(kernel.shell)
    kernel.shell._sys_modules_keys = set(sys.modules)  # what %reset --aggressive leaves alone
    assert app.instance(log_level=50).session


def _show_an_error(shell: Any) -> None:
    """Format a traceback once: it imports thirty modules and compiles the lexer of Python."""
    try:
        raise RuntimeError
    except RuntimeError:
        shell.InteractiveTB.structured_traceback(*sys.exc_info())
    linecache.clearcache()  # of this file


def renew_session(session: Session, key: bytes, scheme: str) -> None:
    """Make a session that was made in another process this one's."""
    session.session = str(uuid.uuid4())
    session.pid = os.getpid()
    session.key = key
    session.signature_scheme = scheme
