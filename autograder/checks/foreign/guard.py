"""Keeps what a student wrote from being run by a test cell in the checker.

A cell may call ``eval`` on the student's text, load the student's pickle, or start a program on
the student's file. In the student's kernel that is as harmless as the rest of the notebook; in the
checker it would hand over the process that holds what is expected.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

from autograder.checks.foreign.errors import NotServed

__all__ = ["guarded"]

FORBIDDEN = {
    "pickle.find_class": "unpickles",
    "marshal.loads": "reads code",
    "subprocess.Popen": "starts a program",
    "os.system": "starts a program",
    "os.exec": "starts a program",
    "os.fork": "starts a process",
    "os.forkpty": "starts a process",
    "os.posix_spawn": "starts a program",
    "os.spawn": "starts a program",
    "pty.spawn": "starts a program",
}
# Modules that compile text of their own making; those that compile what they are given are not.
COMPILING = (
    sys.stdlib_module_names
    | {"IPython", "_pytest", "autograder", "matplotlib", "numpy", "pluggy", "pytest", "torch"}
) - {"__main__", "bdb", "cProfile", "code", "codeop", "doctest", "pdb", "profile", "runpy"}
COMPILING -= {"timeit", "trace"}

_refuse: list[Callable[[str], NotServed]] = []
_installed: list[bool] = []


@contextlib.contextmanager
def guarded(refuse: Callable[[str], NotServed]) -> Iterator[None]:
    """Have `refuse` told, and its result raised, where a cell is about to run foreign code.

    Modules are found in installed places only: a cell runs in a folder with the student's files.
    """
    if not _installed:
        sys.addaudithook(_watch)
        _installed.append(True)
    path = list(sys.path)
    sys.path[:] = [entry for entry in path if entry not in ("", ".")]
    _refuse.append(refuse)
    try:
        yield
    finally:
        _refuse.pop()
        sys.path[:] = path


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if not _refuse:
        return
    what = FORBIDDEN.get(event)
    if event == "compile" and args[0] is not None and not _may_compile():
        what = "runs text as code"
    if what is not None and not _is_importing():
        raise _refuse[-1](f"The test {what}, which could be the student's")


def _is_importing() -> bool:
    """Whether a library is being imported, which may do what it likes."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_globals.get("__name__") == "importlib._bootstrap":
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _may_compile() -> bool:
    frame = sys._getframe(2)
    name = str(frame.f_globals.get("__name__", ""))
    return name.partition(".")[0] in COMPILING and name != "__main__"
