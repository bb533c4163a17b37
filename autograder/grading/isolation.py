"""``--isolation``: the level that this host gives, and the warm processes that keep it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from autograder.errors import UsageError
from autograder.execution.job import WarmAddress
from autograder.execution.sandbox import HostReport, Level, LevelUnavailable, host, unavailable
from autograder.execution.warm import Flavor
from autograder.execution.warm.pool import KERNELS

__all__ = ["AUTO", "choose_level", "warm_kernels"]

AUTO = "auto"


def choose_level(wanted: str, report: HostReport | None = None) -> Level:
    """Return the level of isolation to grade under.

    Parameters
    ----------
    wanted : str
        A level; ``auto`` is the strongest that the host gives.
    report : HostReport or None
        ``None`` looks at this host.

    Raises
    ------
    UsageError
        If the host isolates nothing and that was not asked for in so many words, or if it does not
        give the level that was asked for.
    """
    if wanted != AUTO:
        level = Level(wanted)
        if reason := unavailable(level):
            raise UsageError(str(LevelUnavailable(level, reason)))
        return level
    report = host() if report is None else report
    if report.level is Level.NONE:
        ways = "".join(f"\n  {g.name}: {g.reason}\n    To get it: {g.mend}" for g in report.gaps)
        raise UsageError(
            f"This host cannot isolate what students wrote.{ways}\n"
            "  For submissions that you trust: --isolation=none"
        )
    return report.level


@contextlib.contextmanager
def warm_kernels(flavor: Flavor | None) -> Iterator[WarmAddress | None]:
    """Have the warm process of `flavor` for the time of the ``with`` block.

    Yields
    ------
    WarmAddress or None
        ``None`` for ``None``: each kernel is started, as nbgrader starts it.
    """
    if flavor is None:
        yield None
        return
    with KERNELS.lease(flavor) as process:
        yield process.address
