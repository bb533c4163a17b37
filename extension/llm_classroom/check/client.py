"""The notebook client: nbclient's, with bounds on outputs, and no silence taken for success."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
from collections.abc import Mapping
from typing import Any

import psutil
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode
from traitlets import Type

from autograder.checks.report import REPORT_MIME, TEXT_MIME
from autograder.execution.lenient import LenientChannel
from autograder.execution.messages import OUTPUTS, error_output, has_meaning
from autograder.execution.output import OutputBudget
from llm_classroom.check.limits import CheckLimits
from llm_classroom.check.result import is_marked

__all__ = ["CheckClient"]

LONGEST_SOCKET = 100
"""Bytes that a socket file's path may have: the least of any system, less the port's number."""
IOPUB_TIMEOUT = 10
"""Seconds that outputs may trail behind the reply of their cell."""


class CheckKernelClient(AsyncKernelClient):
    """A client that passes over what is no message."""

    shell_channel_class = Type(LenientChannel)
    iopub_channel_class = Type(LenientChannel)
    stdin_channel_class = Type(LenientChannel)


class CheckClient(NotebookClient):
    """Runs cells in a fresh kernel of the notebook's own kernelspec.

    Neither this process's signal handlers nor its exit hooks are touched, as nbclient's own
    context manager does: they belong to the server.

    Parameters
    ----------
    notebook : NotebookNode
        Gets the outputs.
    specs : KernelSpecManager
        The server's.
    limits : CheckLimits
    log : Logger
    """

    def __init__(
        self,
        notebook: NotebookNode,
        specs: KernelSpecManager,
        limits: CheckLimits,
        log: logging.Logger | logging.LoggerAdapter[Any],
    ) -> None:
        kernel = notebook.metadata.get("kernelspec", {}).get("name") or NATIVE_KERNEL_NAME
        super().__init__(
            notebook,
            AsyncKernelManager(
                kernel_name=kernel,
                kernel_spec_manager=specs,
                client_factory=CheckKernelClient,
                log=log,
            ),
            log=log,
            kernel_name=kernel,
            allow_errors=True,
            timeout=max(1, int(limits.cell)),
            startup_timeout=int(limits.startup),
            interrupt_on_timeout=True,
            error_on_timeout={
                "ename": "CellTimeoutError",
                "evalue": f"The cell ran longer than {limits.cell:g} s",
                "traceback": [],
            },
            iopub_timeout=IOPUB_TIMEOUT,
            raise_on_iopub_timeout=True,
            shutdown_kernel="immediate",
            store_widget_state=False,
            record_timing=False,
            # Whatever tag a cell has, it runs when it is graded.
            skip_cells_with_tag=secrets.token_hex(16),
        )
        self.widget_registry: dict[str, dict[str, Any]] = {}
        self.on_cell_executed = self._add_missing_error
        self.budget = OutputBudget(limits.output_cell, limits.output_total)
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self, folder: str) -> None:
        """Start the kernel in `folder`, its socket files beside it, and wait until it answers.

        Raises
        ------
        jupyter_client.kernelspec.NoSuchKernel
        OSError
            If the kernel's program cannot be started.
        RuntimeError
            If it does not answer.
        """
        self.reset_execution_trackers()
        socket = os.path.join(os.path.dirname(folder), "k")
        assert self.km is not None
        if len(os.fsencode(socket)) < LONGEST_SOCKET:
            # A port can be taken by somebody else between its choice and its use.
            self.km.transport, self.km.ip = "ipc", socket
        await self.async_start_new_kernel(cwd=folder)
        await self.async_start_new_kernel_client()

    async def run(self, cell: NotebookNode, index: int) -> None:
        """Run one cell; what it raises is an output."""
        self.budget.start_cell()
        try:
            await self.async_execute_cell(cell, index)
        finally:
            self.budget.end_cell(cell)

    async def end(self) -> None:
        """Kill the kernel with everything that it has started."""
        for task in self._tasks:
            task.cancel()
        family = _family(self.km)
        with contextlib.suppress(Exception):
            await self._async_cleanup_kernel()
        for process in family:
            with contextlib.suppress(psutil.Error):
                for child in process.children(recursive=True):
                    child.kill()
                process.kill()

    async def _async_poll_kernel_alive(self) -> None:
        # nbclient forgets this task when a cell is cancelled.
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await super()._async_poll_kernel_alive()
        finally:
            self._tasks.discard(task)

    async def _async_poll_output_msg(
        self, parent_msg_id: str, cell: NotebookNode, cell_index: int
    ) -> None:
        while self.kc is not None:
            message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=None))
            if message["parent_header"].get("msg_id") != parent_msg_id:
                self.budget.stray()
                continue
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                return

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Keep what tells of a check, if there is room for it; plots and the like are dropped."""
        if not has_meaning(msg):
            return None
        if msg["msg_type"] in OUTPUTS:
            content = _telling(msg["msg_type"], msg["content"], cell)
            if content is None:
                self.budget.stray()
                return None
            if not self.budget.admit(msg["msg_type"], content):
                return None
            msg = {**msg, "content": content}
        try:
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception:  # made by hand and malformed: no output
            return None

    def _add_missing_error(self, **kwargs: Any) -> None:
        """Write the reply's error into the outputs if the kernel did not show it."""
        cell, content = kwargs["cell"], kwargs["execute_reply"]["content"]
        if content["status"] == "ok":
            return
        error = error_output(content)
        if not any(o.output_type == "error" and o.ename == error.ename for o in cell.outputs):
            cell.outputs.append(error)


def _telling(kind: str, content: Mapping[str, Any], cell: NotebookNode) -> dict[str, Any] | None:
    """What of a message decides or explains a graded cell's state; errors are kept of any cell."""
    if kind == "error":
        return dict(content)
    if not is_marked(cell):
        return None
    if kind == "stream":
        return dict(content) if content.get("name") == "stderr" else None
    if kind not in ("display_data", "execute_result"):
        return None
    data = content.get("data")
    data = data if isinstance(data, Mapping) else {}
    kept = {mime: data[mime] for mime in (REPORT_MIME, TEXT_MIME) if mime in data}
    if kind == "display_data" and REPORT_MIME not in kept:
        return None
    return {**content, "data": kept}


def _family(manager: Any) -> list[psutil.Process]:
    """The kernel's process and all below it; not those that it has left to themselves."""
    process = getattr(getattr(manager, "provisioner", None), "process", None)
    if process is None:
        return []
    try:
        kernel = psutil.Process(process.pid)
        return [*kernel.children(recursive=True), kernel]
    except psutil.Error:
        return []
