"""Keeps what a student wrote from being run by a test cell in the checker.

A cell may call ``eval`` on the student's text, load the student's pickle, or start a program on
the student's file. In the student's kernel that is as harmless as the rest of the notebook; in the
checker it would hand over the process that holds what is expected. Text for ``df.query`` is code
too: ``"@os.system('…')"`` calls what it names.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Set
from typing import Any

from autograder.checks.foreign.errors import NotServed
from autograder.checks.foreign.frames import query_text

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
_written: list[Set[str]] = []
_installed: list[bool] = []


@contextlib.contextmanager
def guarded(refuse: Callable[[str], NotServed], written: Set[str]) -> Iterator[None]:
    """Have `refuse` told, and its result raised, where a cell is about to run foreign code.

    Of text that pandas evaluates, it may run what its author wrote: what is in `written`, stripped.
    Modules are found in installed places only: a cell runs in a folder with the student's files.
    """
    if not _installed:
        sys.addaudithook(_watch)
        _installed.append(True)
    path = list(sys.path)
    sys.path[:] = [entry for entry in path if entry not in ("", ".")]
    _refuse.append(refuse)
    _written.append(written)
    try:
        yield
    finally:
        _refuse.pop()
        _written.pop()
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
    caller = frame.f_back.f_globals.get("__name__", "") if frame.f_back is not None else ""
    if str(caller).startswith("pandas.core.computation"):
        text = query_text(frame)
        return text is not None and text.strip() in _written[-1]
    return name.partition(".")[0] in COMPILING and name != "__main__"
