"""What the engine knows about the notebook it runs."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from nbformat import NotebookNode

from autograder.execution.job import CheckCell, Limits, Swap
from autograder.execution.output import OutputBudget
from autograder.execution.warm.work import WarmWork
from autograder.log import QuestionOutcome, Replay

__all__ = ["CheckRunner", "Probe", "Respond", "Session"]


Respond = Callable[[str], Awaitable[str]]


class Probe(Protocol):
    """What the checker may ask of the run: one agent request to the kernel at a time."""

    async def ask(
        self, request: str, *, timeout: float, respond: Respond | None = None
    ) -> dict[str, Any]:
        """Send `request` to the agent in the kernel and return its reply.

        What the kernel asks for meanwhile, `respond` answers.
        """
        ...


class CheckRunner(Protocol):
    """Runs a check cell in the checker and returns what it found."""

    async def run(
        self, check: CheckCell, probe: Probe, cells: list[Any], seed: int
    ) -> QuestionOutcome:
        """The outcome of `check`, seen on the cells executed so far."""
        ...

    async def run_foreign(
        self, check: CheckCell, probe: Probe, cells: list[Any]
    ) -> tuple[QuestionOutcome, list[NotebookNode]]:
        """The outcome and the outputs of an assert cell."""
        ...


@dataclass
class Session:
    """The run of one notebook.

    Parameters
    ----------
    checks : mapping of str to CheckCell
        By grade id.
    checker : CheckRunner or None
        Needed when there are checks.
    limits : Limits
    deadline : float or None
        On the clock of ``time.monotonic``: when the whole submission must be done.
    timeouts : mapping of int to float or None
        Seconds per cell index where they differ from ``limits.cell``.
    folder : Path or None
        A private folder with a short path for connection file and sockets.
    start_arguments : mapping
        Passed on to the kernel's start: working directory and environment.
    seed : int
    on_message : callable or None
        Called with each message that is sent to the kernel; for tests that look for secrets.
    replays : tuple of int
        Further seeds for each check.
    swaps : tuple of Swap
        Other answers for each check.
    warm : WarmWork or None
        Where a kernel is to be forked; ``None`` starts one.
    threads : int
        Of a forked kernel's numeric libraries.
    private : tuple of Path
        What a sandbox must not show even where a kernel's program lies beside it.
    injected : int or None
        Index of the cell that papermill put in, which is not counted.
    """

    checks: Mapping[str, CheckCell] = field(default_factory=dict)
    checker: CheckRunner | None = None
    limits: Limits = field(default_factory=Limits)
    deadline: float | None = None
    timeouts: Mapping[int, float | None] = field(default_factory=dict)
    folder: Path | None = None
    start_arguments: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    on_message: Callable[[Mapping[str, Any]], None] | None = None
    replays: tuple[int, ...] = ()
    swaps: tuple[Swap, ...] = ()
    warm: WarmWork | None = None
    threads: int = 1
    private: tuple[Path, ...] = ()
    injected: int | None = None
    kernel_cpu: float = field(init=False, default=0.0)
    outcomes: list[QuestionOutcome] = field(init=False, default_factory=list)
    replayed: list[Replay] = field(init=False, default_factory=list)
    budget: OutputBudget = field(init=False)
    first_error: tuple[int, str] | None = field(init=False, default=None)
    timed_out: int | None = field(init=False, default=None)
    lost_output: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.budget = OutputBudget(self.limits.output_cell, self.limits.output_total)

    def time_left(self) -> float | None:
        """Seconds until the deadline of the submission, never negative."""
        if self.deadline is None:
            return None
        return max(0.0, self.deadline - time.monotonic())

    def original(self, index: int) -> int:
        """The index that a cell has in the submitted notebook."""
        return index - (self.injected is not None and index >= self.injected)

    def number(self, index: int) -> int:
        """The number of a cell as people count, without the cell that papermill put in."""
        return self.original(index) + 1

    def cell_limit(self, index: int) -> float | None:
        """Seconds that a cell may run; ``None`` is no limit."""
        return self.timeouts.get(self.original(index), self.limits.cell)
