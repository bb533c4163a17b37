"""An exchange that takes its time to take a submission."""

from __future__ import annotations

import threading

from nbgrader.exchange.default import ExchangeSubmit

REACHED = threading.Event()
FREE = threading.Event()


class SlowSubmit(ExchangeSubmit):
    """Waits, once it is its turn to write, until it is let go."""

    def copy_files(self) -> None:
        REACHED.set()
        FREE.wait(60)
        super().copy_files()
