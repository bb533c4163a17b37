"""Progress of a grading run: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from autograder.checks.text import clean
from autograder.grading.pipeline import Graded
from autograder.log import Status

__all__ = ["GradeProgress", "graded_line"]

COLORS = {
    Status.GRADED: "green",
    Status.FAILED: "yellow",
    Status.REFUSED: "magenta",
    Status.UNGRADED: "red",
}


def graded_line(graded: Graded) -> str:
    """One line about one submission."""
    how = "unchanged" if graded.unchanged else str(graded.outcome.status)
    reason = f": {clean(graded.outcome.reason)}" if graded.outcome.reason else ""
    return f"{graded.assignment}/{graded.student} {how}{reason}"


class GradeProgress(contextlib.AbstractContextManager["GradeProgress"]):
    """Shows what is done, failed and left, the rate and the time left.

    Parameters
    ----------
    console : rich.console.Console
        A bar is drawn if it is a terminal.
    total : int
        Submissions.
    quiet : bool
        Show nothing at all.
    """

    def __init__(self, console: Console, total: int, *, quiet: bool = False) -> None:
        self.console = console
        self.total = total
        self.quiet = quiet
        self.counts: Counter[Status] = Counter()
        self._bar: Progress | None = None
        if console.is_terminal and not quiet:
            self._bar = Progress(
                SpinnerColumn(),
                TextColumn("grading"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[detail]}"),
                TextColumn("{task.fields[rate]}"),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                console=console,
                transient=True,
            )

    def __enter__(self) -> Self:
        """Draw the bar."""
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("grading", total=self.total, detail="", rate="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()

    def update(self, graded: Graded) -> None:
        """Count one more submission and say what became of it."""
        status = graded.outcome.status
        self.counts[status] += 1
        if self.quiet:
            return
        done = sum(self.counts.values())
        if self._bar is None:
            self.console.print(
                f"[{done}/{self.total}] {graded_line(graded)}", markup=False, soft_wrap=True
            )
            return
        if not graded.unchanged and status is not Status.GRADED:
            color = COLORS[status]
            self._bar.console.print(f"[{color}]{escape(graded_line(graded))}[/]")
        task = self._bar.tasks[0]
        rate = f"{60 * task.speed:.0f}/min" if task.speed else ""
        trouble = ", ".join(
            f"{self.counts[s]} {s}" for s in COLORS if s is not Status.GRADED and self.counts[s]
        )
        self._bar.update(self._task, advance=1, detail=trouble, rate=rate)
