"""What isolation this host gives to this user, found by trying."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.execution.sandbox import landlock, syscalls
from autograder.execution.sandbox.policy import Level

__all__ = ["Gap", "HostReport", "host", "unavailable"]

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that this host does not give.

    Parameters
    ----------
    name : str
        ``full``, ``restricted``, ``control groups`` or ``users``.
    reason : str
        Why not, as the kernel said it.
    mend : str
        The command or instruction that would give it.
    """

    name: str
    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class HostReport:
    """What isolation this host gives to this process's user.

    Parameters
    ----------
    level : Level
        The strongest that works.
    means : str
        How it is reached.
    network, files, processes, memory : str
        What keeps a run from each.
    gaps : tuple of Gap
    """

    level: Level
    means: str
    network: str
    files: str
    processes: str
    memory: str
    gaps: tuple[Gap, ...]

    def __str__(self) -> str:
        if self.level is Level.NONE:
            return "none: trusted submissions only"
        return f"{self.level} ({self.means}; memory: {self.memory})"


@functools.cache
def host() -> HostReport:
    """Try the levels, strongest first, and return the first that works; once a process.

    Each is tried in a process of its own by really entering it, since neither versions nor
    settings tell what a container or a security module refuses. It takes about 0.3 s.
    """
    gaps: list[Gap] = []
    for level in (Level.FULL, Level.RESTRICTED):
        found = _trial(level)
        if found["works"]:
            return _report(level, found, gaps)
        gaps.append(Gap(str(level), str(found["reason"]), _mend(level)))
    return HostReport(
        Level.NONE, "nothing", "nothing", "nothing", "nothing", "nothing", tuple(gaps)
    )


def unavailable(level: Level) -> str:
    """Why this host does not give `level`; empty if it does. Tried as by :func:`host`."""
    if level is Level.NONE:
        return ""
    found = _trial(level)
    return "" if found["works"] else str(found["reason"])


@functools.cache
def _trial(level: Level) -> dict[str, Any]:
    if not syscalls.SUPPORTED:
        return {"works": False, "reason": "isolation needs Linux on x86-64"}
    command = [sys.executable, "-m", "autograder.execution.sandbox.trial", level]
    root = str(Path(__file__).resolve().parents[3])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
        found = dict(json.loads(done.stdout))
        if not found["works"] and done.stderr.strip():
            found["reason"] += f": {done.stderr.strip().splitlines()[-1]}"
        return found
    except subprocess.TimeoutExpired:
        return {"works": False, "reason": f"a trial took more than {SECONDS} s"}
    except ValueError:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        return {"works": False, "reason": f"a trial failed: {lines[-1]}"}


def _report(level: Level, found: dict[str, Any], gaps: list[Gap]) -> HostReport:
    full = level is Level.FULL
    if found["cgroups"]:
        memory = f"control group, version {found['cgroups']}"
    else:
        memory = "limits of each process and a watchdog"
        gaps.append(Gap("control groups", found["no_cgroups"], CGROUPS))
    if full:
        processes = "pid namespace, a user for each run" if found["users"] else "pid namespace"
    else:
        processes = "a user for each run" if found["users"] else "Landlock's signal scope"
    return HostReport(
        level,
        str(found["means"]),
        "network namespace" if full else "system call filter: no connections",
        "a file tree of its own" if full else f"Landlock, version {landlock.abi()}",
        processes,
        memory,
        tuple(gaps),
    )


CGROUPS = (
    "Under systemd: systemd-run --user --scope -p Delegate=yes llm-classroom grade … "
    "(as root without --user)"
)


def _mend(level: Level) -> str:
    """What would make `level` work here, by the settings that usually stand in its way."""
    if level is Level.RESTRICTED:
        return "A kernel with Landlock: Linux 6.12 (as root 6.2), and lsm=…,landlock at boot"
    for setting, bad, value in (
        ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
        ("kernel.unprivileged_userns_clone", "0", "1"),
        ("user.max_user_namespaces", "0", "10000"),
    ):
        try:
            text = Path("/proc/sys", setting.replace(".", "/")).read_text(encoding="utf-8")
        except OSError:
            continue
        if text.strip() == bad:
            return f"sudo sysctl -w {setting}={value}"
    return (
        "In a container: docker run --security-opt seccomp=unconfined "
        "--security-opt apparmor=unconfined --security-opt systempaths=unconfined … "
        "(or --privileged)"
    )
