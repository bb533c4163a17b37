"""``--isolation``: the level that this host gives, and the warm process that keeps it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.errors import UsageError
from autograder.execution.job import WarmAddress
from autograder.execution.preload import kernel_preload
from autograder.execution.sandbox import HostReport, Level, LevelUnavailable, host
from autograder.execution.warm import Flavour, WarmProcess

__all__ = ["CHOICES", "choose_level", "isolated_kernels"]

AUTO = "auto"
CHOICES = (AUTO, *(str(level) for level in Level))


def choose_level(wanted: str, report: HostReport | None = None) -> Level:
    """Return the level of isolation to grade under.

    Parameters
    ----------
    wanted : str
        One of :data:`CHOICES`; ``auto`` is the strongest that the host gives.
    report : HostReport or None
        ``None`` looks at this host.

    Raises
    ------
    UsageError
        If the host isolates nothing and that was not asked for in so many words.
    """
    if wanted != AUTO:
        return Level(wanted)
    report = host() if report is None else report
    if report.level is Level.NONE:
        ways = " ".join(f"{gap.reason} {gap.mend}" for gap in report.gaps)
        raise UsageError(
            f"This host cannot isolate what students wrote. {ways} For submissions that you "
            "trust: --isolation=none"
        )
    return report.level


@contextlib.contextmanager
def isolated_kernels(
    course: Any, names: Sequence[str], level: Level
) -> Iterator[WarmAddress | None]:
    """Have a warm process ready while the ``with`` block grades the assignments `names`.

    Yields
    ------
    WarmAddress or None
        ``None`` at *none*: each kernel is started, as nbgrader starts it.

    Raises
    ------
    UsageError
        If the host does not give `level`.
    """
    if level is Level.NONE:
        yield None
        return
    try:
        process = WarmProcess(Flavour(level, kernel_preload(_sources(course, names))))
    except LevelUnavailable as error:
        raise UsageError(str(error)) from error
    with process:
        yield process.address


def _sources(course: Any, names: Sequence[str]) -> Iterator[str]:
    """Sources of the code cells of the instructor's notebooks."""
    import nbformat

    directory = course.coursedir
    for name in names:
        folder = Path(directory.format_path(directory.source_directory, ".", name))
        for path in sorted(folder.glob("*.ipynb")):
            for cell in nbformat.read(path, as_version=4).cells:
                if cell.cell_type == "code":
                    yield cell.source
