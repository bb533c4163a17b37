"""How much a check may take of the student's machine."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CheckLimits"]

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class CheckLimits:
    """Bounds on one run of a notebook.

    Parameters
    ----------
    cell, total, startup : float
        Seconds for one cell, for the whole notebook, and for the kernel to answer.
    output_cell, output_total : int
        Bytes that are kept of reports, results and errors, of a cell and in all.
    folder : int
        Bytes of the folder that is copied.
    files : int
        Files and folders in it.
    """

    cell: float = 600.0
    total: float = 3600.0
    startup: float = 60.0
    output_cell: int = MEBIBYTE // 4
    output_total: int = 4 * MEBIBYTE
    folder: int = 2048 * MEBIBYTE
    files: int = 10_000
