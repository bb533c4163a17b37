"""What is kept of a notebook that was executed: how it ended, and the notebook itself."""

from __future__ import annotations

import nbformat

from autograder.execution.cells import INJECTED
from autograder.execution.errors import RunStopped
from autograder.execution.session import Session
from autograder.log import Status

__all__ = ["judge", "restore"]


def judge(session: Session, stopped: RunStopped | None) -> tuple[Status, str, str, int | None]:
    """The most telling of what went wrong, if anything did."""
    if stopped is not None:
        return Status.FAILED, stopped.code, str(stopped), session.original(stopped.cell)
    if session.timed_out is not None:
        index = session.timed_out
        limit = session.cell_limit(index) or 0
        reason = f"Cell {session.number(index)} ran longer than {limit:g} s and was interrupted."
        return Status.FAILED, "cell-timeout", reason, session.original(index)
    if session.lost_output is not None:
        index = session.lost_output
        reason = f"Cell {session.number(index)} sent more output than could be read."
        return Status.FAILED, "output-cap", reason, session.original(index)
    if session.first_error is not None:
        index, name = session.first_error
        reason = f"Cell {session.number(index)} raised {name}."
        # In a sandbox without a control group, memory ends with an exception.
        full = name == "MemoryError" and session.warm is not None
        code = "out-of-memory" if full else "exception"
        return Status.FAILED, code, reason, session.original(index)
    if session.budget.exceeded:
        reason = "Output beyond the limit was left out; its end is kept."
        return Status.FAILED, "output-cap", reason, None
    return Status.GRADED, "", "", None


def restore(nb: nbformat.NotebookNode, minor: int) -> None:
    """Take out what papermill put in, so that the record is what nbgrader would have written."""
    nb.cells = [c for c in nb.cells if INJECTED not in c.metadata.get("tags", [])]
    nb.metadata.pop("papermill", None)
    for cell in nb.cells:
        cell.metadata.pop("papermill", None)
        if cell.metadata.get("tags") == []:
            del cell.metadata["tags"]
        if minor < 5:
            cell.pop("id", None)
    nb.nbformat_minor = minor
