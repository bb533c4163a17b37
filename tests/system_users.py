"""Other users of this machine, and a Python that they can start."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

import pytest

__all__ = ["Interpreter", "interpreter_for", "spare_users"]

CHECKOUT = Path(__file__).resolve().parent.parent
NAMES = ("games", "news", "irc", "backup", "lp")
"""Entries of most systems' lists that are nobody's and own next to nothing."""


@dataclass(frozen=True)
class Interpreter:
    """A Python with what this one has installed.

    Parameters
    ----------
    program : str
    environment : dict
        What must be set for it.
    """

    program: str
    environment: dict[str, str] = field(default_factory=dict)


def spare_users() -> list[pwd.struct_passwd]:
    """Find users with names that a process of root can become."""
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return [known[name] for name in NAMES if name in known]


def interpreter_for(user: int, place: Path) -> Interpreter:
    """Find a Python that a user can start: this one, or else a copy of it below `place`.

    Where Python is installed in the home of root, nobody else can reach it. Where the checkout lies
    in a folder that only its owner can enter, its packages cannot be reached: the test is skipped.
    """
    if not _can_enter(user, CHECKOUT, Path(sysconfig.get_path("purelib"))):
        pytest.skip(f"other users of this machine cannot enter {CHECKOUT}")
    try:
        # By number: the one that belongs to nobody in particular is a group of its own.
        subprocess.run(
            [sys.executable, "-c", ""], user=user, group=user, extra_groups=[], check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return _copied(place)
    return Interpreter(sys.executable)


def _can_enter(user: int, *folders: Path) -> bool:
    """Whether a user can list folders; ``test`` is a program that everybody can start."""
    return all(
        subprocess.run(
            ["/usr/bin/test", "-x", folder, "-a", "-r", folder],
            user=user,
            group=user,
            extra_groups=[],
            cwd="/",
        ).returncode
        == 0
        for folder in folders
    )


def _copied(place: Path) -> Interpreter:
    base = Path(sys.base_prefix)
    version = f"python{sysconfig.get_python_version()}"
    home = place / "python"
    (home / "bin").mkdir(parents=True)
    program = home / "bin" / version
    _link(str(base / "bin" / version), str(program))
    shutil.copytree(
        base / "lib",
        home / "lib",
        symlinks=True,
        ignore=shutil.ignore_patterns("site-packages", "test", "idlelib", "*.a"),
        copy_function=_link,
    )
    return Interpreter(
        str(program),
        {
            "PYTHONHOME": str(home),
            "LD_LIBRARY_PATH": str(home / "lib"),
            "PYTHONPATH": sysconfig.get_path("purelib"),
        },
    )


def _link(source: str, target: str) -> str:
    """Give a file a second name, or copy it to another file system."""
    try:
        os.link(source, target, follow_symlinks=True)
    except OSError:
        shutil.copy2(source, target)
    return target
