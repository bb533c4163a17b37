"""Submitted modules that stand in the way of installed ones."""

from __future__ import annotations

import importlib.machinery
import os
import sys
from pathlib import Path

__all__ = ["move_shadows_aside"]

SUFFIX = ".submitted"


def move_shadows_aside(folder: Path, allowed: frozenset[str]) -> list[str]:
    """Rename modules in `folder` that an import would find before an installed one.

    A ``numpy.py`` beside a notebook replaces numpy for the notebook and for every test cell.

    Parameters
    ----------
    folder : Path
        The kernel's working directory to be.
    allowed : frozenset of str
        Names, relative to `folder`, that are the instructor's or may be submitted.

    Returns
    -------
    list of str
        A remark for each module that was renamed.
    """
    notes = []
    for path in sorted(folder.iterdir()):
        name = path.stem if path.suffix in (".py", ".so", ".pyc") else path.name
        # A folder without __init__.py yields to any installed package of its name.
        is_module = path.suffix in (".py", ".so", ".pyc") or (path / "__init__.py").exists()
        if not is_module or not name.split(".")[0].isidentifier():
            continue
        module = name.split(".")[0]
        inside = (a == path.name or a.startswith(f"{path.name}/") for a in allowed)
        if any(inside) or not _is_installed(module):
            continue
        path.rename(path.with_name(path.name + SUFFIX))
        notes.append(
            f"{path.name} would replace the installed module {module!r}; "
            f"it was moved aside as {path.name}{SUFFIX}."
        )
    return notes


def _is_installed(module: str) -> bool:
    if module in sys.stdlib_module_names:
        return True
    found = importlib.machinery.PathFinder.find_spec(module, _installed_places())
    return found is not None and found.loader is not None


def _installed_places() -> list[str]:
    """Where an import looks, an editable installation included; never the working directory."""
    here = os.getcwd()
    return [entry for entry in sys.path if entry and os.path.abspath(entry) != here]
