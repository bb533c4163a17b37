"""What a warm process is: one interpreter, one list of imports, one level of isolation."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.execution.job import Limits
from autograder.execution.sandbox import Level, Policy, interpreter_paths
from autograder.execution.sandbox.gpus import gpu_devices, visible_gpus
from autograder.execution.threads import thread_variables

__all__ = ["Flavor", "kernel_policy", "warm_environment"]

MEBIBYTE = 1 << 20
PACKAGE = Path(__file__).resolve().parents[2]
# Of our own files: what a notebook imports and the agent of the checks, nothing of the grader.
SHOWN = ("__init__.py", "errors.py", "lean.py", "checks", "models")
DEFAULT_MEMORY = 2048 * MEBIBYTE
TEMPORARY = 256 * MEBIBYTE
# Seconds by which the watchdog comes after the client, which says in which cell time ran out.
WALL_GRACE = 10.0


@dataclass(frozen=True, slots=True)
class Flavor:
    """What kernels forked from one process have in common.

    Parameters
    ----------
    level : Level
        Of isolation.
    preload : tuple of str
        Modules, and attributes of modules that are made when first asked for, to import before
        forking; see :func:`autograder.execution.preload.kernel_preload`.
    interpreter : str
        Path of the program.
    environment : tuple of (name, value)
        Variables that libraries read when they are imported, beside those that every warm process
        gets. No secret: a kernel inherits a copy of the memory that holds them.
    """

    level: Level
    preload: tuple[str, ...] = ()
    interpreter: str = sys.executable
    environment: tuple[tuple[str, str], ...] = ()


def warm_environment(flavor: Flavor) -> dict[str, str]:
    """Return the whole environment of a warm process.

    ``PYTHONHASHSEED`` is fixed, so that an order that depends on it is the same in each run and a
    disputed grade can be reproduced; every kernel would share one seed in any case.
    """
    return {
        **thread_variables(1),  # a thread of a numeric library would not survive a fork
        "PYTHONPATH": str(PACKAGE.parent),
        "PYTHONHASHSEED": "0",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HF_HUB_OFFLINE": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # Without it torch.cuda.is_available() initializes CUDA, which no fork survives.
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
        **dict(flavor.environment),
    }


def kernel_policy(
    level: Level,
    limits: Limits,
    *,
    memory: int = 0,
    gpus: float = 0.0,
    environment: Mapping[str, str] | None = None,
    read_only: tuple[Path, ...] = (),
) -> Policy:
    """Return what the kernels of one submission may see and use.

    Parameters
    ----------
    level : Level
    limits : Limits
    memory : int
        Bytes; 0 takes 2 GiB.
    gpus : float
        Devices that the kernels may open, as far as this machine has them.
    environment : mapping of str to str or None
        Of the kernels, beside what every run gets.
    read_only : tuple of Path
        To show beside interpreter, checks and models.
    """
    from autograder.models.shelf import shelf_root

    devices = gpu_devices(gpus)
    ours = (*(PACKAGE / name for name in SHOWN), shelf_root(PACKAGE / "models"))
    return Policy(
        level,
        read_only=(*interpreter_paths(), *ours, *read_only),
        environment={"CUDA_VISIBLE_DEVICES": visible_gpus(devices), **(environment or {})},
        gpus=devices,
        memory=memory or DEFAULT_MEMORY,
        wall_seconds=None if limits.total is None else limits.total + WALL_GRACE,
        file_size=limits.file_size,
        work_bytes=limits.files,
        work_inodes=limits.inodes,
        tmp_bytes=min(limits.files, TEMPORARY),
        shm_bytes=min(limits.files, TEMPORARY),
        cpu_seconds=limits.cpu_time,
        processes=limits.processes,
        open_files=limits.open_files,
    )
