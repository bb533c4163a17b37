"""Whether an executor is as good as new after a submission, and may execute another."""

from __future__ import annotations

import asyncio
import os
import threading
from dataclasses import dataclass

from jupyter_core.utils import ensure_event_loop

__all__ = ["Condition"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a process holds that the next submission must not meet.

    Parameters
    ----------
    descriptors : int
        How many are open.
    threads : int
    """

    descriptors: int
    threads: int

    @classmethod
    def now(cls) -> Condition:
        """Return the condition of this process."""
        return cls(len(os.listdir("/proc/self/fd")), threading.active_count())

    def is_kept(self) -> bool:
        """End the event loop of a submission; whether nothing else of it is left."""
        loop = ensure_event_loop()
        if asyncio.all_tasks(loop):
            return False
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()  # the next gets a new one
        return Condition.now() == self
