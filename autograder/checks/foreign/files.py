"""Files that a test cell names: from the student's work directory to the checker and back."""

from __future__ import annotations

import ast
import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from autograder.checks.errors import NotAttempted, UnacceptableValue
from autograder.checks.foreign.link import Link

__all__ = ["Artifacts", "Files", "named_files"]

PATH = re.compile(r"[\w-][\w./ -]{0,120}\.[A-Za-z][A-Za-z0-9]{0,7}")
# What is or holds a program does not come to the checker.
PROGRAMS = (".py", ".pyc", ".pyd", ".so", ".pth", ".sh", ".ipynb", ".pkl", ".pickle", ".joblib")
PUSHED = 4 << 20


class Artifacts(Protocol):
    """Where copies of the student's files come from."""

    def artifact(self, name: str, /) -> Path:
        """A private copy of a file."""
        ...


def named_files(tree: ast.Module) -> tuple[str, ...]:
    """Return the relative paths of files that a cell spells out."""
    found = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and PATH.fullmatch(node.value)
        and ".." not in node.value.split("/")
        and not node.value.lower().endswith(PROGRAMS)
    }
    return tuple(sorted(found))


class Files:
    """Keeps the named files of a cell alike on both sides.

    Parameters
    ----------
    link : Link
    artifacts : Artifacts
    folder : Path
        The checker's own; a cell runs in it.
    """

    def __init__(self, link: Link, artifacts: Artifacts, folder: Path) -> None:
        self._link = link
        self._artifacts = artifacts
        self._folder = folder
        self._names: tuple[str, ...] = ()
        self._seen: dict[str, bytes | None] = {}
        link.before.append(self._push)
        link.after.append(self._pull)

    @contextlib.contextmanager
    def of(self, names: tuple[str, ...]) -> Iterator[None]:
        """Work in the folder, which has the files of these names."""
        self._names, self._seen = names, {}
        with contextlib.chdir(self._folder):
            try:
                self._pull()
                yield
            finally:
                self._names = ()

    def _pull(self) -> None:
        for name in self._names:
            path = self._folder / name
            try:
                copy = self._artifacts.artifact(name)
            except (NotAttempted, UnacceptableValue):
                path.unlink(missing_ok=True)
                self._seen[name] = None
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                shutil.rmtree(path)
            shutil.move(copy, path)
            self._seen[name] = self._content(name)

    def _push(self) -> None:
        for name in self._names:
            now = self._content(name)
            if now == self._seen.get(name):
                continue
            if now is None:
                raise self._link.refuse(f"The test removes the file {name!r}")
            if len(now) > PUSHED:
                raise self._link.refuse(f"The test writes more than {PUSHED} bytes to {name!r}")
            self._seen[name] = now
            self._link.write_file(name, now)

    def _content(self, name: str) -> bytes | None:
        path = self._folder / name
        return path.read_bytes() if path.is_file() else None
