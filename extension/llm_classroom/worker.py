"""The one thread in which everything of nbgrader runs, which is not thread-safe."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from llm_classroom.errors import ServerEndingError

if TYPE_CHECKING:
    from autograder.gradebook.student import Desk

__all__ = ["DeskWorker"]

P = ParamSpec("P")
T = TypeVar("T")


class DeskWorker:
    """Opens the student's desk when it is needed first, and does one thing at a time at it.

    Parameters
    ----------
    open_desk : callable
        May be slow and may fail: it is called in the thread, again after a failure.
    """

    def __init__(self, open_desk: Callable[[], Desk]) -> None:
        self._open = open_desk
        self._desk: Desk | None = None
        self._closed = False
        self._thread = ThreadPoolExecutor(1, "llm-classroom-desk")

    def submit(
        self,
        function: Callable[Concatenate[Desk, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Future[T]:
        """Have `function` called with the desk and with `args`, when its turn comes.

        Raises
        ------
        ServerEndingError
            If the worker is closed.
        """
        if self._closed:
            raise ServerEndingError

        def call() -> T:
            if self._desk is None:
                self._desk = self._open()
            return function(self._desk, *args, **kwargs)

        return self._thread.submit(call)

    async def ask(
        self,
        function: Callable[Concatenate[Desk, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Return what `function` answers.

        Raises
        ------
        ServerEndingError
            If the worker is closed before its turn comes.
        """
        future = self.submit(function, *args, **kwargs)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            if self._closed and future.cancelled():
                raise ServerEndingError from None
            raise

    async def opened(self) -> Desk:
        """Return the desk; once it is open, without waiting for what is done at it."""
        return await self.ask(lambda desk: desk) if self._desk is None else self._desk

    def close(self) -> None:
        """Take nothing more; what runs is finished."""
        self._closed = True
        self._thread.shutdown(wait=False, cancel_futures=True)
