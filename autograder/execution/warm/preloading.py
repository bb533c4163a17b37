"""Imports of a warm process, none of which may leave a thread or an open device behind."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import warnings
from collections.abc import Iterable, Mapping

__all__ = ["ThreadsStarted", "freeze", "kernel_modules", "preload", "threads"]

# What a kernel would import lazily when it starts; found by comparing sys.modules.
KERNEL = (
    "autograder.checks.agent",
    "autograder.checks.object_agent",
    "autograder.execution.warm.forked",
    "autograder.execution.warm.kernel_app",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "cProfile",
    "faulthandler",
    "getpass",
    "ipykernel.datapub",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.subshell_manager",
    "ipykernel.zmqshell",
    "matplotlib_inline.backend_inline",
    "pdb",
    "pstats",
    "sqlite3",
    "timeit",
    "tornado.platform.asyncio",
    "uuid",
)
# Drawing needs these, and finding the fonts anew would take each kernel seconds.
MATPLOTLIB = ("matplotlib.pyplot", "matplotlib.font_manager", "matplotlib.backends.backend_agg")
# The backend imports pyplot; a course that draws nothing does not pay for it.
DRAWING = "matplotlib_inline.backend_inline"


class ThreadsStarted(RuntimeError):
    """An import started a thread, whose locks a fork would copy.

    Parameters
    ----------
    module : str
    """

    def __init__(self, module: str) -> None:
        super().__init__(f"Importing {module} starts a thread; it cannot be preloaded.")
        self.module = module


def threads() -> int:
    """How many threads this process has."""
    return len(os.listdir("/proc/self/task"))


def preload(modules: Iterable[str], *, first: Iterable[str] = ()) -> Mapping[str, str]:
    """Import `first`, then `modules`; return what could not be imported of these, and why.

    Parameters
    ----------
    modules : iterable of str
        Names of modules, or of an attribute of a module: some are made, with further imports,
        when they are first asked for.
    first : iterable of str
        Modules that are there for all flavors or for none.

    Raises
    ------
    ThreadsStarted
        If an import leaves a thread running.
    RuntimeError
        If a device of CUDA was opened.
    """
    failed = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in first:
            _import(name)
            _refuse_threads(name)
        for name in modules:
            if problem := _import(name):
                failed[name] = problem
            _refuse_threads(name)
        if "numpy" in sys.modules:  # imports this when first asked, and each child seeds it
            _import("numpy.random")
    devices = _nvidia()
    if devices:
        raise RuntimeError(f"An import initialized CUDA: {', '.join(devices)} are open.")
    return failed


def freeze() -> None:
    """Have the garbage collector leave alone what there is.

    A collection in a child would write to, and hence copy, a hundred megabytes that it shares with
    this process.
    """
    gc.collect()
    gc.freeze()


def kernel_modules(wanted: Iterable[str]) -> list[str]:
    """What every kernel imports sooner or later; drawing only where a notebook wants it."""
    if any(name.split(".")[0] == "matplotlib" for name in wanted):
        return [*KERNEL, *MATPLOTLIB]
    return [name for name in KERNEL if name != DRAWING]


def _refuse_threads(name: str) -> None:
    if threads() != 1:
        raise ThreadsStarted(name)


def _import(name: str) -> str:
    """Import a module or touch an attribute of one; say what is wrong if it is not there."""
    try:
        importlib.import_module(name)
        return ""
    except ModuleNotFoundError as error:
        problem = str(error)
        module, _, attribute = name.rpartition(".")
        parent = sys.modules.get(module)
    except Exception as error:  # whatever a library raises, who imports it in a child will see
        return str(error) or type(error).__name__
    try:
        return "" if parent is not None and hasattr(parent, attribute) else problem
    except Exception as error:
        return str(error) or type(error).__name__


def _nvidia() -> list[str]:
    found = []
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{descriptor}")
        except OSError:  # the descriptor of the listing itself
            continue
        if target.startswith("/dev/nvidia"):
            found.append(target)
    return found
