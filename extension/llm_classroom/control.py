"""What a job's work holds in its hand: to tell how far it is, and to learn that it is to stop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from datetime import datetime
from typing import Any, TypeVar

__all__ = ["Control", "JobCancelled"]

T = TypeVar("T")


class JobCancelled(BaseException):
    """Unwinds the work of a cancelled job; no handler of ordinary errors may swallow it."""


class Control:
    """One job's control, made in the event loop's thread and used in any.

    Parameters
    ----------
    move : callable
        Called in the event loop's thread with what has changed of the job.
    now : callable
    """

    def __init__(self, move: Callable[..., None], now: Callable[[], datetime]) -> None:
        self._move = move
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._home = threading.get_ident()
        self._lock = threading.Lock()
        self._stop: Callable[[], object] | None = None
        self._begun = False
        self._final = False
        self.cancelled = False

    def cancel(self) -> bool:
        """Have the work stop where it looks next; whether that is possible still."""
        with self._lock:
            if self._final:
                return False
            first, self.cancelled = not self.cancelled, True
        if first and self._stop is not None:
            self._stop()
        return True

    def check(self) -> None:
        """Raise :class:`JobCancelled` if the job was cancelled."""
        if self.cancelled:
            raise JobCancelled

    def step(self, word: str, *, final: bool = False) -> None:
        """Tell what is done next.

        Parameters
        ----------
        word : str
        final : bool
            Whether it must not stop half-way: from here on the job cannot be cancelled.

        Raises
        ------
        JobCancelled
            If the job was cancelled; the step is not to be begun then.
        """
        with self._lock:
            if self.cancelled:
                raise JobCancelled
            self._final |= final
        changes: dict[str, Any] = {"step": word, "cancellable": not self._final}
        if not self._begun:
            self._begun = True
            changes |= {"state": "running", "started": self._now()}
        self._send(changes)

    def stepper(self, final: Collection[str]) -> Callable[[str], None]:
        """Return :meth:`step` as a library takes it, where the words in `final` are."""
        return lambda word: self.step(word, final=word in final)

    def count(self, done: int, total: int) -> None:
        """Tell how much of it is done."""
        self._send({"done": done, "total": total})

    def _send(self, changes: dict[str, Any]) -> None:
        if threading.get_ident() == self._home:
            self._move(**changes)
        else:
            # The loop may have ended while a submission was written to its end.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(lambda: self._move(**changes))

    async def wait(self, future: Future[T]) -> T:
        """Wait for what another thread does; cancelling takes it out of that thread's queue."""
        with self._stopping(future.cancel):
            return await asyncio.wrap_future(future)

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let cancelling interrupt what is awaited inside, which cleans up after itself."""
        task = asyncio.current_task()
        assert task is not None
        with self._stopping(task.cancel):
            yield

    @contextlib.contextmanager
    def _stopping(self, stop: Callable[[], object]) -> Iterator[None]:
        self.check()
        self._stop = stop
        try:
            yield
        finally:
            self._stop = None
