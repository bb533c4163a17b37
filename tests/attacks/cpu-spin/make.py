"""A cell that spins, and ignores every signal that it may."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "p1",
        "square",
        """
        import signal
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        while True:
            pass
        """,
    )
