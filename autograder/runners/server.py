"""The fork server of this process, and how to start a process from it."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from typing import Any

from autograder.execution.threads import thread_variables
from autograder.runners.environment import overlaid
from autograder.runners.warm import VARIABLE

__all__ = ["fork"]


def fork(
    target: Callable[..., object], args: tuple[Any, ...], name: str, preload: Sequence[str]
) -> ForkServerProcess:
    """Start ``target(*args)`` in a process forked from a warm one.

    The warm process starts with the first call, which takes as long as importing `preload` does;
    the standard library keeps one for this whole process, so a later `preload` changes nothing.
    The process gets SIGTERM when this one exits.

    Raises
    ------
    OSError, EOFError
        If no process can be started.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["autograder.runners.warm"])
    warm = json.dumps({"path": sys.path, "modules": list(preload)})
    process = context.Process(target=target, args=args, name=name, daemon=True)
    with _no_main_module():
        with overlaid({**thread_variables(1), VARIABLE: warm}):
            forkserver.ensure_running()
        process.start()
    return process


@contextlib.contextmanager
def _no_main_module() -> Iterator[None]:
    """Hide ``__main__`` while a process starts.

    Each child would import it anew to unpickle what it defines: the whole command line, for
    every submission. Nothing of ours is defined there.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
