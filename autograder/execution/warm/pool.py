"""Warm processes that outlive one grading run: kept while they are used, and for a while after."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from autograder.execution.warm.flavor import Flavor
from autograder.execution.warm.process import WarmProcess

__all__ = ["KERNELS", "Pool"]

# A process that holds torch and transformers has 400 MB.
IDLE_KEPT = 2
IDLE_SECONDS = 600.0

P = TypeVar("P", bound=WarmProcess)


@dataclass
class _Entry(Generic[P]):
    process: P
    leases: int = 0


class Pool(Generic[P]):
    """Warm processes by flavor, each started when it is first asked for.

    Of those that nobody uses, the two used last are kept, and none for longer than ten minutes.
    All end with this process.

    Parameters
    ----------
    make : callable
        Starts the process of a flavor.
    """

    def __init__(self, make: Callable[[Flavor], P]) -> None:
        self._make = make
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._entries: OrderedDict[Flavor, _Entry[P]] = OrderedDict()
        self._timer: threading.Timer | None = None
        atexit.register(self.close)

    @contextlib.contextmanager
    def lease(self, flavor: Flavor) -> Iterator[P]:
        """Have the process of `flavor` for the time of the ``with`` block."""
        entry = self._take(flavor)
        try:
            yield entry.process
        finally:
            self._give_back(flavor, entry)

    def _take(self, flavor: Flavor) -> _Entry[P]:
        with self._lock:
            entry = self._entries.get(flavor)
            if entry is not None and entry.process.given_up:
                del self._entries[flavor]
                entry.process.close()
                entry = None
            if entry is None:
                entry = self._entries[flavor] = _Entry(self._make(flavor))
            entry.leases += 1
            self._entries.move_to_end(flavor)
            if self._timer is not None:
                self._timer.cancel()
            return entry

    def _give_back(self, flavor: Flavor, entry: _Entry[P]) -> None:
        with self._lock:
            entry.leases -= 1
            self._end_idle(keep=IDLE_KEPT)
            if not any(entry.leases for entry in self._entries.values()):
                self._timer = threading.Timer(IDLE_SECONDS, self._expire)
                self._timer.daemon = True
                self._timer.start()

    def _expire(self) -> None:
        with self._lock:
            self._end_idle(keep=0)

    def _end_idle(self, keep: int) -> None:
        idle = [flavor for flavor, entry in self._entries.items() if not entry.leases]
        for flavor in idle[: max(0, len(idle) - keep)]:
            self._entries.pop(flavor).process.close()

    @property
    def processes(self) -> list[P]:
        """Those that run now."""
        return [entry.process for entry in self._entries.values()]

    def close(self) -> None:
        """End all processes, even those in use; in a forked copy of this process, none."""
        if os.getpid() != self._owner:
            return
        if self._timer is not None:
            self._timer.cancel()
        while self._entries:
            _, entry = self._entries.popitem()
            entry.process.close()


# Its imports can take as long as all that is done before the first kernel is asked for.
KERNELS = Pool(partial(WarmProcess, wait=False))
