"""Device files of NVIDIA's driver, for runs that asked for a GPU."""

from __future__ import annotations

import glob
import os
import re

__all__ = ["gpu_devices", "visible_gpus"]

# Every program that uses a GPU opens these; the tools for profiling and the modeset are left out.
SHARED = ("/dev/nvidiactl", "/dev/nvidia-uvm")
DEVICE = re.compile(r"/dev/nvidia\d+")


def gpu_devices(count: float) -> tuple[str, ...]:
    """Return the device files that a run which asked for `count` GPUs may open.

    Parameters
    ----------
    count : float
        Part of a GPU counts as a whole one: no file stands for less.

    Returns
    -------
    tuple of str
        Empty if none was asked for, or this machine has none: the notebook then runs on the CPU,
        as it does wherever ``DEVICE`` says so. If there are fewer than asked for, all.
    """
    if count <= 0:
        return ()
    found = [path for path in glob.glob("/dev/nvidia*") if DEVICE.fullmatch(path)]
    chosen = sorted(found, key=lambda path: int(path.removeprefix("/dev/nvidia")))
    chosen = chosen[: max(1, round(count))]
    return (*chosen, *(path for path in SHARED if os.path.exists(path))) if chosen else ()


def visible_gpus(devices: tuple[str, ...]) -> str:
    """Return the value of ``CUDA_VISIBLE_DEVICES`` for these device files; empty hides all."""
    return ",".join(path.removeprefix("/dev/nvidia") for path in devices if DEVICE.fullmatch(path))
