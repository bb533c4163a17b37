"""What a sandbox shall allow."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

__all__ = ["Level", "Policy", "interpreter_paths"]

MEBIBYTE = 1 << 20
EXCHANGE = Path("/usr/local/share/nbgrader")


class Level(StrEnum):
    """How strongly a run is isolated, strongest first."""

    FULL = "full"
    """Namespaces, a file tree of its own, seccomp, limits."""

    RESTRICTED = "restricted"
    """Landlock, seccomp, limits: where the host refuses namespaces."""

    NONE = "none"
    """A work directory and a limit on wall time: for trusted submissions."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What one run may see and use.

    Parameters
    ----------
    level : Level
    read_only : tuple of Path
        Absolute files and folders that the run may read and execute, beside ``/usr``, a dozen
        files of ``/etc`` and the like: interpreter, environment, model files.
    hidden : tuple of Path
        Folders that stay out of sight although they lie in what is shown: the place of nbgrader's
        exchange is below ``/usr`` by default, and what students handed in is in it.
    environment : mapping of str to str
        Beside the few variables that every run gets (``HOME``, ``PATH``, ``LANG`` ...).
    hostname : str
    memory : int
        Bytes. Under a memory cgroup all that the run uses, files in its work directory and
        ``/tmp`` included; elsewhere private memory of its processes, with each process held by
        ``RLIMIT_DATA`` and their sum by the watchdog.
    processes : int
        Processes and threads.
    cpu_seconds, wall_seconds : float or None
        Of all processes together; ``None`` is no limit.
    file_size, open_files : int
        Bytes of one file; descriptors of one process.
    work_bytes, work_inodes : int
        Size of the work directory and number of files in it.
    tmp_bytes, shm_bytes : int
        Size of ``/tmp`` and of ``/dev/shm``.
    gpus : tuple of str
        Device files, such as ``/dev/nvidia0``; none by default.
    """

    level: Level
    read_only: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = (EXCHANGE,)
    environment: Mapping[str, str] = field(default_factory=dict)
    hostname: str = "sandbox"
    memory: int = 2048 * MEBIBYTE
    processes: int = 256
    cpu_seconds: float | None = None
    wall_seconds: float | None = None
    file_size: int = 512 * MEBIBYTE
    open_files: int = 512
    work_bytes: int = 512 * MEBIBYTE
    work_inodes: int = 20_000
    tmp_bytes: int = 256 * MEBIBYTE
    shm_bytes: int = 256 * MEBIBYTE
    gpus: tuple[str, ...] = ()


def interpreter_paths() -> tuple[Path, ...]:
    """Folders that the running interpreter needs, for :attr:`Policy.read_only`."""
    places = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1]]
    return tuple(dict.fromkeys(place for place in places if place != Path("/usr")))
