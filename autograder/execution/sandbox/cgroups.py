"""Control groups: what a run uses is counted and limited for all its processes together.

Version 1 is measured on a host that has it. Version 2 follows its documentation
(``Documentation/admin-guide/cgroup-v2.rst`` of Linux) and is untested.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cgroup", "Cgroups", "Counted", "find_cgroups"]

PREFIX = "llm-classroom-"
# Of version 1; the first two are needed.
NEEDED, WELCOME = ("memory", "pids"), ("cpuacct",)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a group counted.

    Parameters
    ----------
    cpu_seconds : float or None
    memory_peak : int
        Bytes.
    memory_kills : int
        Processes that the kernel killed because the group was out of memory.
    refused_forks : int
    """

    cpu_seconds: float | None
    memory_peak: int
    memory_kills: int
    refused_forks: int


@dataclass(frozen=True, slots=True)
class Cgroup:
    """The group of one run.

    Parameters
    ----------
    version : int
    folders : tuple of Path
        One for each hierarchy.
    """

    version: int
    folders: tuple[Path, ...]

    def join(self) -> None:
        """Move this process into the group, and so all that it will start."""
        for folder in self.folders:
            _write(folder / "cgroup.procs", "0")

    def counted(self) -> Counted:
        """Read what was used so far."""
        memory, processes = self.folders[0], self.folders[-1 if self.version == 2 else 1]
        if self.version == 2:
            events, peak = "memory.events", "memory.peak"
            usage = _numbers(memory / "cpu.stat").get("usage_usec")
            cpu = None if usage is None else usage / 1e6
        else:
            events, peak = "memory.oom_control", "memory.max_usage_in_bytes"
            usage = _number(self.folders[2] / "cpuacct.usage") if len(self.folders) > 2 else None
            cpu = None if usage is None else usage / 1e9
        return Counted(
            cpu,
            _number(memory / peak) or 0,
            _numbers(memory / events).get("oom_kill", 0),
            _numbers(processes / "pids.events").get("max", 0),
        )

    def processes(self) -> list[int]:
        """Return the ids of the processes in the group."""
        with contextlib.suppress(OSError):
            return [int(line) for line in (self.folders[0] / "cgroup.procs").read_text().split()]
        return []

    def remove(self) -> bool:
        """Remove the group; ``False`` while the kernel still takes its last processes apart."""
        gone = True
        for folder in self.folders:
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError:
                gone = False
        return gone


@dataclass(frozen=True, slots=True)
class Cgroups:
    """Where groups for runs can be made.

    Parameters
    ----------
    version : int
    folders : tuple of Path
        Of version 1 the hierarchies memory, pids and maybe cpuacct; of version 2 the one.
    """

    version: int
    folders: tuple[Path, ...]

    def make(self, name: str, *, memory: int, processes: int) -> Cgroup:
        """Make a group with limits.

        Parameters
        ----------
        name : str
        memory : int
            Bytes, swap included.
        processes : int
            Processes and threads.

        Raises
        ------
        OSError
            If the kernel refuses.
        """
        group = Cgroup(self.version, tuple(f / f"{PREFIX}{name}" for f in self.folders))
        try:
            for folder in group.folders:
                folder.mkdir()
            if self.version == 2:
                _write(group.folders[0] / "memory.max", memory)
                _write(group.folders[0] / "pids.max", processes)
                for file, value in (("memory.swap.max", 0), ("memory.oom.group", 1)):
                    with contextlib.suppress(FileNotFoundError):  # no swap; before Linux 4.19
                        _write(group.folders[0] / file, value)
            else:
                _write(group.folders[0] / "memory.limit_in_bytes", memory)
                with contextlib.suppress(OSError):  # a kernel that does not account swap
                    _write(group.folders[0] / "memory.memsw.limit_in_bytes", memory)
                _write(group.folders[1] / "pids.max", processes)
        except OSError:
            group.remove()
            raise
        return group

    def remove_stale(self) -> None:
        """Remove groups without processes, which a grader that was killed left behind."""
        for folder in self.folders:
            for group in folder.glob(f"{PREFIX}*"):
                if not _is_owned(group.name):
                    with contextlib.suppress(OSError):
                        group.rmdir()


def _is_owned(name: str) -> bool:
    """Whether the process that made the group is alive; its id stands in the name."""
    owner = name.removeprefix(PREFIX).split("-")[0]
    return owner.isdigit() and Path("/proc", owner).exists()


def find_cgroups() -> tuple[Cgroups | None, str]:
    """Find out, by trying, whether groups can be made below the group of this process.

    Returns
    -------
    Cgroups or None
    str
        Why not, if not.
    """
    try:
        groups = _version_1() or _version_2()
        if groups is None:
            return None, "neither the memory and pids hierarchies nor version 2 are mounted"
        trial = groups.make(f"{os.getpid()}-trial", memory=1 << 30, processes=16)
        trial.remove()
    except OSError as error:
        return None, str(error)
    return groups, ""


def _version_1() -> Cgroups | None:
    paths = {}
    for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
        _, controllers, path = line.split(":", 2)
        paths.update(dict.fromkeys(controllers.split(","), path))
    folders: dict[str, Path] = {}
    for kind, root, place, options in _mounts():
        for name in (*NEEDED, *WELCOME):
            if kind == "cgroup" and name in options and name in paths:
                folders[name] = _below(place, root, paths[name])
    if not all(name in folders for name in NEEDED):
        return None
    return Cgroups(1, tuple(folders[name] for name in (*NEEDED, *WELCOME) if name in folders))


def _version_2() -> Cgroups | None:
    own = [
        line[3:]
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
        if line.startswith("0::")
    ]
    for kind, root, place, _ in _mounts():
        if kind == "cgroup2" and own:
            folder = _below(place, root, own[0])
            _delegate(folder)
            return Cgroups(2, (folder,))
    return None


def _delegate(folder: Path) -> None:
    """Have groups below `folder` limited; only one without processes of its own can have that."""
    control = folder / "cgroup.subtree_control"
    try:
        _write(control, "+memory +pids")
    except OSError:
        leaf = folder / f"{PREFIX}grader"
        leaf.mkdir(exist_ok=True)
        try:
            _write(leaf / "cgroup.procs", "0")
            _write(control, "+memory +pids")
        except OSError:  # others live in the group: it was not delegated
            with contextlib.suppress(OSError):
                _write(folder / "cgroup.procs", "0")
                leaf.rmdir()
            raise


def _mounts() -> list[tuple[str, str, str, set[str]]]:
    """Type, root within the file system, mount point and options of each mount."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        before, after = line.split(" - ", 1)
        kind, _, options = (*after.split(" ", 2), "", "")[:3]
        _, _, _, root, place, *_ = before.split(" ")
        found.append((kind, root, place, set(options.split(","))))
    return found


def _below(place: str, root: str, path: str) -> Path:
    """Where the group `path` lies if the part `root` of its hierarchy is mounted on `place`."""
    inside = os.path.relpath(path, root)
    return Path(place) if inside.startswith("..") else Path(place, inside)


def _write(file: Path, value: object) -> None:
    # Not `write_text`: a file of the kernel is written by one call and never truncated.
    descriptor = os.open(file, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, str(value).encode())
    finally:
        os.close(descriptor)


def _number(file: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        return int(file.read_text(encoding="utf-8"))
    return None


def _numbers(file: Path) -> dict[str, int]:
    with contextlib.suppress(OSError, ValueError):
        pairs = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
        return {name: int(value) for name, value in pairs}
    return {}
