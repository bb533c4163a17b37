"""The notebook client: nbclient's, driven cell by cell, with limits and check cells."""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Mapping
from queue import Empty
from typing import Any

from jupyter_client.utils import ensure_async, run_sync
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient

from autograder.checks.text import clean
from autograder.execution.cells import grade_id_of, is_graded_code, verdict_outputs
from autograder.execution.errors import (
    KernelStartError,
    OutputLost,
    RunStopped,
    WarmProcessLost,
)
from autograder.execution.job import CheckCell
from autograder.execution.kernel import IPCKernelManager
from autograder.execution.kernel_setup import (
    AGENT,
    OBJECT_AGENT,
    is_marker,
    valve_expression,
)
from autograder.execution.messages import OUTPUTS, error_output, has_meaning
from autograder.execution.replay import replay
from autograder.execution.sandbox import Level
from autograder.execution.session import Respond, Session
from autograder.execution.warm.kernels import KERNEL_LOG, Ended, is_plain
from autograder.log import QuestionOutcome

__all__ = ["ClassroomClient"]

# Seconds a kernel gets to give in to an interrupt before it is killed.
GRACE = 3.0
# Seconds that outputs may trail behind the reply of their cell.
IOPUB_TIMEOUT = 10
# How much to quote of what the kernel's process wrote to its terminal.
LAST_WORDS = 300
# Of a forked kernel: the limits that its watchdog or the system kills it for.
LIMITS = {
    "out-of-memory": "The notebook used more memory than it may",
    "cpu-limit": "The notebook used more processor time than it may",
    "total-timeout": "The notebook ran longer than it may",
    "disk-limit": "The notebook wrote more files than it may",
}
TIMEOUT_REPLY = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["CellTimeoutError: the cell ran longer than it may"],
}


class ClassroomClient(PapermillNotebookClient):
    """Runs a notebook and never takes silence for success.

    A graded cell that did not run gets an error as its output, since nbgrader gives full points
    to a test cell without outputs.
    """

    def __init__(self, nb_man: Any, *, session: Session, **kwargs: Any) -> None:
        kwargs.setdefault("kernel_manager_class", IPCKernelManager)
        kwargs.setdefault("shutdown_kernel", "immediate")
        kwargs.setdefault("allow_errors", True)
        kwargs.setdefault("store_widget_state", False)
        kwargs.setdefault("interrupt_on_timeout", True)
        kwargs.setdefault("error_on_timeout", TIMEOUT_REPLY)
        # A busy machine may take its time; only a flood loses messages.
        kwargs["iopub_timeout"] = max(IOPUB_TIMEOUT, kwargs.get("iopub_timeout") or 0)
        # Any cell runs: no tag that a student sets, the empty one included, may skip a test.
        kwargs["skip_cells_with_tag"] = secrets.token_hex(16)
        super().__init__(nb_man, **kwargs)
        # Papermill would read a cell's source for a description and trip over half of one.
        nb_man.get_cell_description = lambda cell, **_: None
        self.session = session
        self._deaf = False
        # A comm message of one cell could otherwise write into the outputs of another.
        self.widget_registry: dict[str, dict[str, Any]] = {}
        self.on_cell_executed = self._add_missing_error

    def create_kernel_manager(self) -> Any:
        """Create the manager and put its sockets into the session's private folder."""
        km = super().create_kernel_manager()
        if self.session.folder is not None:
            km.use_folder(self.session.folder)
        warm = self.session.warm
        if warm is None:
            return km
        if not self.extra_arguments and is_plain(km.kernel_spec, warm.address.interpreter):
            km.fork_in(warm, self.session.threads, self.session.limits.output_cell)
        elif warm.address.level is Level.FULL:
            km.start_in(warm, self.startup_timeout, self.session.private)
        elif warm.address.level is not Level.NONE:
            text = (
                f"The kernel {self.kernel_name!r} cannot be isolated on this host: it is not that "
                f"of {warm.address.interpreter}, and others need --isolation full. Install "
                "llm-classroom beside it and grade from there, or grade trusted submissions with "
                "--isolation none."
            )
            raise KernelStartError(text, known=True)
        return km

    async def _async_cleanup_kernel(self) -> None:
        km = self.km
        await super()._async_cleanup_kernel()
        if km is not None and km.ending is not None:
            self.session.kernel_cpu = km.ending.cpu_seconds

    _cleanup_kernel = run_sync(_async_cleanup_kernel)

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        """Start the kernel's process.

        Raises
        ------
        KernelStartError
            If the kernel's program is not there.
        """
        try:
            if self.session.folder is None:
                await super().async_start_new_kernel(**kwargs)
            else:  # what a kernel writes past its cells belongs on nobody's terminal
                with (self.session.folder / KERNEL_LOG).open("wb") as log:
                    await super().async_start_new_kernel(**{**kwargs, "stdout": log, "stderr": log})
        except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
            text = f"The kernel {self.kernel_name!r} cannot be started: {error}. Install it anew."
            raise KernelStartError(text, known=True) from error

    start_new_kernel = run_sync(async_start_new_kernel)

    async def async_start_new_kernel_client(self) -> Any:
        """Connect, and prepare the kernel while no code of the student has run in it.

        Raises
        ------
        KernelStartError
            If the kernel does not answer, or has to serve checks and cannot.
        """
        try:
            client = await super().async_start_new_kernel_client()
        except RuntimeError as error:
            text = f"The kernel did not start: {error} {self._last_words()}".strip()
            raise KernelStartError(text, known=False) from error
        try:
            self.km.settle()
            await self._prepare(client)
        except BaseException:
            await self._async_cleanup_kernel()
            raise
        return client

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    def _last_words(self) -> str:
        """Return the end of what the kernel's process wrote, on one line."""
        if self.session.folder is None:
            return ""
        with (self.session.folder / KERNEL_LOG).open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LAST_WORDS))
            return clean(log.read(LAST_WORDS).decode("utf-8", "replace"))

    async def _prepare(self, client: Any) -> None:
        if self.session.on_message is not None:
            self._watch(client)
        if "language_info" in client.kernel_information:
            self.nb.metadata["language_info"] = client.kernel_information["language_info"]
        if self.km.is_forked:
            return  # it limits its output, and has the agents
        await self._limit_output_in_kernel()
        foreign = any(check.foreign for check in self.session.checks.values())
        agent = OBJECT_AGENT if foreign else AGENT
        if self.session.checks and (await self._evaluate(agent, 60.0)).get("status") != "ok":
            text = (
                f"The kernel {self.kernel_name!r} cannot import autograder, through which checks "
                "reach it: install llm-classroom in its environment."
            )
            raise KernelStartError(text, known=True)

    def execute(self, **kwargs: Any) -> NotebookNode:
        """Start the kernel, run all cells, end the kernel."""
        self.reset_execution_trackers()
        with self.setup_kernel(**kwargs):
            self.papermill_execute_cells()
        notebook: NotebookNode = self.nb
        return notebook

    def _watch(self, client: Any) -> None:
        send = client.session.send
        observe = self.session.on_message

        def watched(stream: Any, message: Any, *args: Any, **kwargs: Any) -> Any:
            if observe is not None:
                observe(message if isinstance(message, Mapping) else {"msg_type": message})
            return send(stream, message, *args, **kwargs)

        client.session.send = watched

    async def _limit_output_in_kernel(self) -> None:
        """Have the kernel hold back a flood at its source, as far as it cooperates.

        This saves time only. A kernel that does not comply meets the bounds on this side.
        """
        if not getattr(self.km, "ipykernel", False):
            return
        await self._evaluate(valve_expression(self.session.limits.output_cell), 60.0)

    def papermill_execute_cells(self) -> None:
        """Run all cells; whatever stops the run, every graded cell ends with a verdict."""
        stopped: RunStopped | None = None
        for index, cell in enumerate(self.nb.cells):
            if stopped is None:
                self.nb_man.cell_start(cell, index)
                try:
                    self.execute_cell(cell, index)
                except RunStopped as error:
                    stopped = error
                    self._close(cell, stopped)
                finally:
                    self.nb_man.cell_complete(self.nb.cells[index], cell_index=index)
            elif is_graded_code(cell):
                self._not_run(cell, stopped)
        if stopped is None and run_sync(self._evaluate)("None", GRACE).get("status") == "dead":
            stopped = self._after_last()
        if stopped is not None:
            raise stopped

    def _after_last(self) -> RunStopped:
        index = len(self.nb.cells) - 1
        self._ending()
        return RunStopped("kernel-died", "The kernel ended after the last cell.", index)

    def _ending(self) -> Ended | None:
        """How the kernel ended, as far as it was forked.

        Raises
        ------
        WarmProcessLost
            If it ended for no fault of its own.
        """
        ending: Ended | None = self.km.ending if self.km is not None else None
        if ending is not None and ending.is_lost:
            raise WarmProcessLost("The kernel ended with the process that forked it.")
        return ending

    def _close(self, cell: NotebookNode, stopped: RunStopped) -> None:
        """Give the cell in which the run stopped its error, unless a verdict stands in it."""
        check = self.session.checks.get(grade_id_of(cell)) if is_graded_code(cell) else None
        if check is None:
            self._record_error(cell, "RunStopped", str(stopped))
        elif not any(outcome.grade_id == check.grade_id for outcome in self.session.outcomes):
            self._not_run(cell, stopped)

    def _not_run(self, cell: NotebookNode, stopped: RunStopped) -> None:
        grade_id = grade_id_of(cell)
        message = f"This cell did not run: {stopped}"
        self._record_error(cell, "NotRun", message, keep=False)
        check = self.session.checks.get(grade_id)
        if check is not None:
            self.session.outcomes.append(
                QuestionOutcome(grade_id, 0.0, check.points, "failed", title=message)
            )

    @staticmethod
    def _record_error(cell: NotebookNode, name: str, text: str, *, keep: bool = True) -> None:
        if cell.cell_type != "code":
            return
        outputs = list(cell.outputs) if keep else []
        outputs.append(new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"]))
        cell.outputs = outputs

    async def async_execute_cell(
        self,
        cell: NotebookNode,
        cell_index: int,
        execution_count: int | None = None,
        store_history: bool = True,
    ) -> NotebookNode:
        """Run one cell in the kernel, or in the checker if it is a check.

        Raises
        ------
        RunStopped
            If the kernel died, cannot be interrupted, or the submission's time is up.
        OutputLost
            If outputs went missing without a flood to explain it.
        """
        left = self.session.time_left()
        if left is not None and left <= 0:
            raise self._total_timeout(cell_index)
        check = self.session.checks.get(grade_id_of(cell)) if is_graded_code(cell) else None
        if check is not None:
            await self._check(cell, check, cell_index)
            return cell
        self.session.budget.start_cell()
        self._current = cell_index
        try:
            result: NotebookNode = await super().async_execute_cell(
                cell, cell_index, execution_count, store_history
            )
        except DeadKernelError:
            self.session.budget.end_cell(cell)
            raise self._death(cell_index) from None
        except CellTimeoutError:
            # Either output was lost on the way or the kernel ignores interrupts.
            self.session.budget.end_cell(cell)
            await self._after_lost_idle(cell, cell_index)
            result = cell
        else:
            self.session.budget.end_cell(cell)
        if self.session.timed_out == cell_index and self.session.time_left() == 0:
            raise self._total_timeout(cell_index)
        return result

    execute_cell = run_sync(async_execute_cell)

    async def _after_lost_idle(self, cell: NotebookNode, index: int) -> None:
        reply = await self._evaluate("None", GRACE)
        if not reply.get("alive", reply.get("status") == "ok"):
            if self.session.timed_out == index:
                text = (
                    f"Cell {self.session.number(index)} ran out of time and ignored the interrupt."
                )
                raise RunStopped("cell-timeout", text, index)
            text = f"The kernel hung after cell {self.session.number(index)}."
            raise RunStopped("kernel-died", text, index)
        if self.session.timed_out != index:
            if not self.session.budget.flooded and not await self.kc.dropped_output():
                raise OutputLost(f"Outputs of cell {self.session.number(index)} did not arrive.")
            self.session.lost_output = index
        self._record_error(cell, "OutputLost", "The cell's output did not arrive in full.")

    def _total_timeout(self, index: int) -> RunStopped:
        limit = self.session.limits.total
        number = self.session.number(index)
        text = f"The notebooks took longer than {limit:g} s in all; stopped at cell {number}."
        return RunStopped("total-timeout", text, index)

    def _death(self, index: int) -> RunStopped:
        """Say how the kernel ended; one that was killed may not have deserved it.

        Raises
        ------
        WarmProcessLost
            If it ended for no fault of its own.
        """
        ending = self._ending()
        if ending is not None and ending.reason in LIMITS:
            text = f"{LIMITS[ending.reason]} in cell {self.session.number(index)}."
            return RunStopped(ending.reason, text, index)
        status = self.km.exit_status if self.km is not None else None
        how = ""
        if status is not None:
            how = f" by signal {-status}" if status < 0 else f" with exit status {status}"
        number = self.session.number(index)
        text = (
            f"The kernel ended{how} in cell {number}. Remove what ends the process "
            "(os._exit, exit, a crash in native code, too much memory)."
        )
        killed = status == -signal.SIGKILL
        return RunStopped("kernel-killed" if killed else "kernel-died", text, index)

    def _get_timeout(self, cell: NotebookNode | None) -> Any:
        """Seconds for a cell: its own limit, cut to what is left of the submission's."""
        index = getattr(self, "_current", 0)
        limits = [
            self.session.cell_limit(index),
            self.session.time_left(),
        ]
        known = [limit for limit in limits if limit is not None and limit > 0]
        return min(known) if known else None

    async def _async_handle_timeout(self, timeout: int, cell: NotebookNode | None = None) -> Any:
        self.session.timed_out = getattr(self, "_current", 0)
        return await super()._async_handle_timeout(timeout, cell)

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Keep a message's output if the budget allows it."""
        if not has_meaning(msg):
            return None
        if msg["msg_type"] == "stream" and is_marker(msg["content"].get("text")):
            self.session.budget.exceeded = True
        if msg["msg_type"] in OUTPUTS and not self.session.budget.admit(
            msg["msg_type"], msg["content"]
        ):
            return None
        try:
            result: NotebookNode | None = super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception:  # made by hand and malformed: no output
            return None
        return result

    async def _async_poll_output_msg(
        self, parent_msg_id: str, cell: NotebookNode, cell_index: int
    ) -> None:
        """Take in the messages of a cell until it is idle; count those of others."""
        while self.kc is not None:
            message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=None))
            if message["parent_header"].get("msg_id") != parent_msg_id:
                self.session.budget.stray()
                continue
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                return

    def _add_missing_error(self, **kwargs: Any) -> None:
        """Write the reply's error into the outputs if the kernel did not show it.

        A student can switch tracebacks off; the reply still says that the cell failed.
        """
        cell = kwargs["cell"]
        content = kwargs["execute_reply"]["content"]
        if content["status"] == "ok":
            return
        error = error_output(content)
        if not is_graded_code(cell) and self.session.first_error is None:
            self.session.first_error = (kwargs["cell_index"], clean(error.ename)[:80])
        if not any(o.output_type == "error" and o.ename == error.ename for o in cell.outputs):
            cell.outputs.append(error)

    async def _check(self, cell: NotebookNode, check: CheckCell, index: int) -> None:
        if self.session.checker is None:
            raise RuntimeError("a session with checks needs a checker")
        cells = list(self.nb.cells)
        if check.foreign:
            outcome, outputs = await self.session.checker.run_foreign(check, self, cells)
        else:
            outcome = await self.session.checker.run(check, self, cells, self.session.seed)
            outputs = verdict_outputs(outcome)
        self.session.outcomes.append(outcome)
        cell.outputs = outputs
        if not check.foreign:
            await replay(self, self.session, cell, check, cells)
        if self._deaf:
            number = self.session.number(index)
            text = f"What the check in cell {number} called did not return, even when interrupted."
            raise RunStopped("cell-timeout", text, index)
        if not await self._alive():
            raise self._death(index)
        if self.session.time_left() == 0:
            raise self._total_timeout(index)

    async def run_silently(self, source: str) -> None:
        """Run code of the author's gate that is no cell; what it puts out goes nowhere."""
        # A swapped answer may make the next cell raise. The kernel would then refuse, for a moment,
        # what is sent after it, and a check would see the answer that was there before.
        message = self.kc.execute(
            source, store_history=False, allow_stdin=False, stop_on_error=False
        )
        limit = self.session.limits.cell
        if await self._reply(message, limit if limit is not None else 3600.0) is None:
            raise RunStopped("kernel-died", "The kernel ended while answers were swapped.", 0)

    async def ask(
        self, request: str, *, timeout: float = 10.0, respond: Respond | None = None
    ) -> dict[str, Any]:
        """Evaluate an expression of ours in the kernel, within the submission's time.

        Parameters
        ----------
        request : str
            A Python expression.
        timeout : float
            Seconds; then the kernel is interrupted, and killed if that does not help.
        respond : callable or None
            Answers what the kernel asks for as if it wanted a line of input.

        Returns
        -------
        dict
            ``{"status": "ok", "data": {…}}``, ``{"status": "error", …}``,
            ``{"status": "timeout"}`` or ``{"status": "dead"}``.
        """
        left = self.session.time_left()
        if left == 0:
            return {"status": "timeout", "alive": True}
        seconds = timeout if left is None else min(timeout, left)
        return await self._evaluate(request, seconds, respond)

    async def _evaluate(
        self, request: str, timeout: float, respond: Respond | None = None
    ) -> dict[str, Any]:
        message = self.kc.execute(
            "",
            silent=True,
            store_history=False,
            user_expressions={"r": request},
            allow_stdin=respond is not None,
            stop_on_error=False,
        )
        reply = await self._reply(message, timeout, respond)
        if reply is None and await self._alive():
            await ensure_async(self.km.interrupt_kernel())
            reply = await self._reply(message, GRACE)
            if reply is None:
                self._deaf = True
                await ensure_async(self.km.shutdown_kernel(now=True))
            return {"status": "timeout", "alive": reply is not None}
        if reply is None:
            return {"status": "dead"}
        expressions = reply["content"].get("user_expressions")
        answer = expressions.get("r") if isinstance(expressions, dict) else None
        return answer if isinstance(answer, dict) else {"status": "error", "ename": "NoReply"}

    async def _alive(self) -> bool:
        return self.km is not None and bool(await ensure_async(self.km.is_alive()))

    async def _reply(
        self, message: str, timeout: float, respond: Respond | None = None
    ) -> dict[str, Any] | None:
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            if respond is not None and (prompt := await self.kc.asked_for_input(message, left)):
                self.kc.input(await respond(prompt))
                continue
            try:
                reply: dict[str, Any] = await ensure_async(
                    self.kc.shell_channel.get_msg(timeout=min(left, 0.5))
                )
            except Empty:
                if not await self._alive():
                    return None
                continue
            if reply["parent_header"].get("msg_id") == message:
                return reply
        return None
