"""Tables on the terminal and numbers in a file."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

__all__ = ["Bar", "arguments", "keep", "median", "show", "show_bars", "spread"]

PACKAGES = ("llm-classroom", "nbgrader", "nbclient", "papermill", "ipykernel", "jupyter_client")


class Bar:
    """A goal beside what was measured.

    Parameters
    ----------
    what : str
    found, wanted : float
    least : bool
        Whether `wanted` is the least that is good enough, and not the most.
    unit : str
    """

    def __init__(
        self, what: str, found: float, wanted: float, *, least: bool = False, unit: str = ""
    ) -> None:
        self.what = what
        self.found = found
        self.wanted = wanted
        self.least = least
        self.unit = unit

    @property
    def reached(self) -> bool:
        """Whether what was measured is good enough."""
        return self.found >= self.wanted if self.least else self.found <= self.wanted

    def row(self) -> tuple[str, str, str, str]:
        """Return the cells of its line in the table."""
        relation = "at least" if self.least else "at most"
        wanted = f"{relation} {self.wanted:g}{self.unit}"
        return self.what, f"{self.found:.3g}{self.unit}", wanted, "yes" if self.reached else "NO"


def arguments(doc: str | None, name: str) -> argparse.ArgumentParser:
    """Return a parser with the options that all benchmarks have."""
    parser = argparse.ArgumentParser(description=(doc or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts")
    parser.add_argument("--quick", action="store_true", help="one small round, to see it work")
    parser.add_argument("--out", type=Path, default=Path(f"build/benchmarks/{name}.json"))
    return parser


def median(values: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return median, least and greatest as text."""
    low, high = min(values), max(values)
    return f"{median(values):.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def show(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; all columns but the first are numbers."""
    table = Table(title=title, title_justify="left")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=120)
    console.print(table)


def show_bars(bars: Sequence[Bar]) -> None:
    """Print goals beside what was measured."""
    show("Goals", ("what", "measured", "goal", "reached"), [bar.row() for bar in bars])


def keep(path: Path, bars: Sequence[Bar], numbers: dict[str, Any]) -> None:
    """Write what was measured, and where, to a JSON file."""
    result = {
        "cpus": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "goals": [
            {"what": b.what, "measured": b.found, "goal": b.wanted, "reached": b.reached}
            for b in bars
        ],
        **numbers,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"The numbers are in {path}.")
