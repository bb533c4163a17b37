"""One check: copy the folder, run the notebook in it, gather what the checks say."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.errors import ClassroomError
from llm_classroom.check.client import CheckClient
from llm_classroom.check.folder import copy_folder
from llm_classroom.check.limits import CheckLimits
from llm_classroom.check.result import CheckResult, gather
from llm_classroom.errors import UncheckableError

if TYPE_CHECKING:
    from autograder.gradebook.student import ReleasedCell
    from llm_classroom.control import Control

__all__ = ["check_notebook"]


async def check_notebook(
    folder: Path,
    name: str,
    *,
    control: Control,
    released: Sequence[ReleasedCell],
    limits: CheckLimits,
    specs: KernelSpecManager,
    submit: Callable[..., Future[Any]],
    log: logging.Logger | logging.LoggerAdapter[Any],
) -> CheckResult:
    """Run a copy of the saved notebook `name` in a fresh kernel.

    The folder is not written to. Whatever happens, the copy is removed, and the kernel and what it
    has started are killed.

    Parameters
    ----------
    folder : Path
        The assignment's.
    name : str
        Without ``.ipynb``.
    control : Control
        Learns the steps, and how many code cells are done.
    released : sequence of ReleasedCell
        The notebook's graded and locked cells as they were fetched, as far as that is known.
    limits : CheckLimits
    specs : KernelSpecManager
    submit : callable
        Has a function called in a thread: ``Executor.submit``.
    log : Logger

    Raises
    ------
    UncheckableError
        If the folder cannot be copied, the notebook cannot be read or its kernel not started.
    JobCancelled, asyncio.CancelledError
        If the job was cancelled.
    """
    control.step("copying")
    scratch = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="llm-classroom-check-"))
    try:
        copy = scratch / folder.name
        await control.wait(submit(copy_folder, folder, copy, limits, control.check))
        notebook = await control.wait(submit(_read, copy / f"{name}.ipynb"))
        with control.interruptible():
            ran, error = await _run(notebook, copy, control, limits, specs, log)
    finally:
        await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
    return CheckResult(name, gather(notebook.cells, ran, released), error)


def _read(path: Path) -> NotebookNode:
    from autograder.gradebook.reading import read_submission_notebook

    try:
        return read_submission_notebook(path, outputs=False)
    except FileNotFoundError:
        raise UncheckableError(
            "no-notebook",
            f"{path.name} is not in the assignment's folder. Save it there or restore it.",
        ) from None
    except ClassroomError as error:
        text = str(error).replace(" and submit it again", "")
        raise UncheckableError(
            getattr(error, "code", "damaged"), f"{text} If that does not help, restore it."
        ) from error


async def _run(
    notebook: NotebookNode,
    folder: Path,
    control: Control,
    limits: CheckLimits,
    specs: KernelSpecManager,
    log: logging.Logger | logging.LoggerAdapter[Any],
) -> tuple[set[int], str | None]:
    """Run the code cells; return which of them ended, and why the others did not."""
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    control.step("starting")
    control.count(0, len(code))
    client = CheckClient(notebook, specs, limits, log)
    ran: set[int] = set()
    stopped = None
    try:
        await _start(client, folder, specs)
        control.step("running")
        end = time.monotonic() + limits.total
        for number, index in enumerate(code, 1):
            ended, why = await _cell(client, notebook.cells[index], index, number, end, limits)
            stopped = stopped or why
            if not ended:
                break
            ran.add(index)
            control.count(number, len(code))
    finally:
        await client.end()
    return ran, stopped


async def _start(client: CheckClient, folder: Path, specs: KernelSpecManager) -> None:
    name = client.kernel_name
    try:
        await client.start(str(folder))
    except NoSuchKernel:
        known = ", ".join(sorted(specs.find_kernel_specs())) or "none"
        raise UncheckableError(
            "no-kernel",
            f"The notebook asks for the kernel {name[:80]!r}, which is not installed here (there "
            f"are: {known}). Choose one under Kernel > Change Kernel, save, and check again.",
        ) from None
    except (OSError, RuntimeError) as error:
        raise UncheckableError(
            "no-kernel",
            f"The kernel {name!r} does not start ({error}). If it does not start in the notebook "
            "either, choose another under Kernel > Change Kernel, save, and check again.",
        ) from error


async def _cell(
    client: CheckClient,
    cell: NotebookNode,
    index: int,
    number: int,
    end: float,
    limits: CheckLimits,
) -> tuple[bool, str | None]:
    """Run one cell; return whether the run goes on, and what went wrong with it, if anything."""
    running = asyncio.ensure_future(client.run(cell, index))
    try:
        await asyncio.wait({running}, timeout=max(0.0, end - time.monotonic()))
        if not running.done():
            return False, (
                f"The notebook took longer than {limits.total:g} s in all; it was stopped in code "
                f"cell {number}."
            )
        running.result()
    except DeadKernelError:
        return False, (
            f"The kernel ended in code cell {number}. Look for what ends the process there: too "
            "much memory, exit, a crash in native code."
        )
    except CellTimeoutError:
        if client.budget.flooded:
            return False, f"Code cell {number} prints more than can be read. Print less in it."
        return False, f"The kernel hung in code cell {number} and could not be interrupted."
    finally:
        if not running.done():
            running.cancel()
            with contextlib.suppress(DeadKernelError, asyncio.CancelledError):
                await running
    if any(o.output_type == "error" and o.ename == "CellTimeoutError" for o in cell.outputs):
        return True, f"Code cell {number} ran longer than {limits.cell:g} s and was interrupted."
    return True, None
