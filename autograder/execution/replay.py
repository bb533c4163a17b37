"""A question decided once more on the live kernel: under further seeds, and for other answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from nbformat import NotebookNode

from autograder.execution.cells import grade_id_of, is_graded_code
from autograder.execution.errors import CheckFailed
from autograder.execution.job import CheckCell, Swap
from autograder.execution.session import Probe, Session
from autograder.log import Replay

__all__ = ["replay"]


class _Kernel(Probe, Protocol):
    async def run_silently(self, source: str) -> None:
        """Run code that is no cell."""
        ...


async def replay(
    kernel: _Kernel, session: Session, cell: NotebookNode, check: CheckCell, cells: list[Any]
) -> None:
    """Decide `check` again as the author's gate asks for; without that, do nothing.

    Parameters
    ----------
    kernel : ClassroomClient
    session : Session
        Its ``replays`` and ``swaps`` say what to try; ``replayed`` takes what is found.
    cell : NotebookNode
        The check's.
    check : CheckCell
    cells : list of NotebookNode
        Of the notebook.

    Raises
    ------
    CheckFailed
        The check raised; the error names the other answers if it was they that it judged.
    """
    checker, seeds = session.checker, session.replays
    if checker is None:
        return
    for seed in seeds:
        found = await checker.run(check, kernel, cells, seed)
        session.replayed.append(Replay("", seed, found))
    earlier, recent = _answers_before(cells, cell, session)
    for swap in session.swaps:
        swapped = [c for c in earlier if grade_id_of(c) in swap.cells]
        if not swapped and not any(grade_id_of(c) in swap.cells for c in recent):
            continue
        # What stands between the last check and this one may depend on any answer above.
        for answer in (*swapped, *recent):
            await kernel.run_silently(swap.cells.get(grade_id_of(answer), answer.source))
        seen = [_swapped(c, swap) for c in cells]
        for seed in (session.seed, *seeds):
            try:
                found = await checker.run(check, kernel, seen, seed)
            except CheckFailed as error:
                raise CheckFailed(check.grade_id, error.message, swap.name) from error
            session.replayed.append(Replay(swap.name, seed, found))
        for answer in (*swapped, *recent):
            await kernel.run_silently(answer.source)


def _swapped(cell: NotebookNode, swap: Swap) -> NotebookNode:
    """The cell as it would stand in the notebook of that answer."""
    source = swap.cells.get(grade_id_of(cell))
    return cell if source is None else NotebookNode({**cell, "source": source})


def _answers_before(
    cells: Sequence[NotebookNode], cell: NotebookNode, session: Session
) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """Find the code cells before the last check, and those between it and `cell`."""
    index = next(i for i, c in enumerate(cells) if c is cell)
    earlier: list[NotebookNode] = []
    recent: list[NotebookNode] = []
    for before in cells[:index]:
        if grade_id_of(before) in session.checks:
            earlier, recent = earlier + recent, []
        elif before.cell_type == "code" and not is_graded_code(before):
            recent.append(before)
    return earlier, recent
