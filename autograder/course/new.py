"""Begin an assignment: a copy of the template that already passes its author's gate."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from autograder.course.checkout import TEMPLATE, AssignmentFolder, find_checkout
from autograder.errors import UsageError

__all__ = ["new_assignment"]

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TITLE = "Assignment template"
TAKEN = ("models", TEMPLATE)
JUNK = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


def new_assignment(start: Path, name: str, title: str = "") -> AssignmentFolder:
    """Copy the template to ``assignments/<name>`` of a checkout.

    Parameters
    ----------
    start : Path
        The checkout or a folder in it.
    name : str
        The assignment's id: lower-case words joined by hyphens.
    title : str
        By default the id with spaces for hyphens.

    Raises
    ------
    NoCheckoutError
        `start` is in no checkout.
    UsageError
        The name is taken or cannot be one, the title is empty or not one line, or the checkout has
        no template.
    """
    root = find_checkout(start) / "assignments"
    template = AssignmentFolder(root / TEMPLATE)
    if not NAME.fullmatch(name):
        near = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))
        hint = f", as in {near!r}" if near else ""
        raise UsageError(
            f"{name!r} cannot be an assignment's id: use lower-case letters and digits, and "
            f"hyphens between words{hint}."
        )
    if name in TAKEN or (root / name).exists():
        raise UsageError(f"{root / name} exists already; choose another id.")
    title = title.strip() or name.replace("-", " ").capitalize()
    if not title.isprintable() or '"' in title or "\\" in title:
        raise UsageError(f"{title!r} cannot be a title: one line without quotes and backslashes.")
    if not template.notebook.is_file():
        raise UsageError(f"{template.root} has no {template.notebook.name} to begin with.")
    with tempfile.TemporaryDirectory(dir=root, prefix=".new-") as scratch:
        made = AssignmentFolder(Path(scratch) / name)
        shutil.copytree(template.root, made.root, ignore=JUNK)
        (made.root / template.notebook.name).rename(made.notebook)
        for file in (made.notebook, made.settings):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(TITLE, title, 1), encoding="utf-8")
        made.root.rename(root / name)
    return AssignmentFolder(root / name)
