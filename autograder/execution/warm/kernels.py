"""What the two sides of a warm kernel agree on, and which notebooks get one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["CHANNELS", "Ended", "KERNEL_LOG", "PROVISIONER", "is_plain"]

PROVISIONER = "llm-classroom-warm"
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
# Beside the sockets: what the kernel's process writes to its terminal.
KERNEL_LOG = "kernel.log"
LOST = "lost"
LAUNCH = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
MAJOR, MINOR = sys.version_info[:2]
PYTHONS = {"python", f"python{MAJOR}", f"python{MAJOR}.{MINOR}"}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a kernel ended.

    Parameters
    ----------
    status : int
        Negative for a signal.
    reason : str
        Of :class:`autograder.execution.sandbox.Reason`, ``lost`` if the warm process ended with
        it, empty if it ended by itself.
    cpu_seconds : float
    memory_peak : int
        Bytes.
    """

    status: int
    reason: str
    cpu_seconds: float = 0.0
    memory_peak: int = 0

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Ended:
        """Return what a warm process reported."""
        return cls(
            message["status"],
            message["reason"] or "",
            message["cpu_seconds"],
            message["memory_peak"],
        )

    @classmethod
    def lost(cls) -> Ended:
        """Return what there is to say when nobody reported."""
        return cls(-9, LOST)

    @property
    def is_lost(self) -> bool:
        """Whether it ended for no fault of its own: the machine's, the operator's, ours."""
        return self.reason in (LOST, "outside")


def is_plain(spec: Any, interpreter: str) -> bool:
    """Whether a kernelspec means ``python -m ipykernel_launcher`` in `interpreter`.

    Only then is a forked kernel the same as a started one. Links are not followed: the program
    of a virtual environment is a link to one outside it.

    Parameters
    ----------
    spec : jupyter_client.kernelspec.KernelSpec
    interpreter : str
    """
    program, *arguments = spec.argv or [""]
    if program in PYTHONS:
        program = sys.executable  # as jupyter_client has it
    found = shutil.which(program)
    options = arguments[: -len(LAUNCH)]
    return (
        found is not None
        and os.path.abspath(found) == os.path.abspath(interpreter)
        and arguments[-len(LAUNCH) :] == LAUNCH
        and all(option.startswith("-X") for option in options)
        and not spec.env
    )
