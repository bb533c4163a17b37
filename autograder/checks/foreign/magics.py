"""The few magics that a test cell may use outside a notebook."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

from autograder.checks.foreign.link import Link

__all__ = ["Captured", "Shell"]

HARMLESS = frozenset({"matplotlib", "precision", "config"})


class Captured:
    """What ``%%capture`` keeps.

    Parameters
    ----------
    stdout, stderr : str
    """

    def __init__(self, stdout: str, stderr: str) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.outputs: list[Any] = []

    def __str__(self) -> str:
        return self.stdout


class Shell:
    """What ``get_ipython()`` returns in a test cell.

    Parameters
    ----------
    link : Link
    run : callable
        Runs source in the cell's names.
    bind : callable
        Gives a name a value there.
    """

    def __init__(
        self, link: Link, run: Callable[[str], object], bind: Callable[[str, Any], None]
    ) -> None:
        self._link = link
        self._run = run
        self._bind = bind

    def run_line_magic(self, name: str, line: str, **_: Any) -> None:
        """Pass over magics that only concern how things look."""
        if name not in HARMLESS:
            raise self._link.refuse(f"The test uses the magic %{name}")

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """Run ``%%capture``."""
        words = line.split()
        if name != "capture" or len(words) > 1 or not all(w.isidentifier() for w in words):
            raise self._link.refuse(f"The test uses the magic %%{name}")
        out, err = io.StringIO(), io.StringIO()
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = out, err
        try:
            self._run(cell)
        finally:
            sys.stdout, sys.stderr = streams
        for word in words:
            self._bind(word, Captured(out.getvalue(), err.getvalue()))

    def __getattr__(self, name: str) -> Any:
        raise self._link.refuse(f"The test uses get_ipython().{name}")
