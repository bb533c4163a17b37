"""What an attack did outside, and what a run left behind."""

from __future__ import annotations

import ctypes
import runpy
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from attack_course import outputs
from attack_target import ATTACKS, HERE, Target


def effects(graded: Any, attack: str) -> Iterator[str]:
    """What an attack did outside of its own notebook, or got hold of."""
    wanted, target = graded.expected[attack], graded.target
    student, assignment = wanted.get("student", attack), wanted.get("assignment", "ps1")
    said = outputs(graded.course / "autograded" / student / assignment)
    yield from (line for line in said.splitlines() if line.startswith("GOT"))
    yield from (f"heard {word!r}" for word in target.heard if attack.encode() in word)
    for place in (target.outside, graded.home, Path("/dev/shm"), Path("/tmp"), graded.course):
        deep = place in (target.outside, graded.home)
        for path in place.rglob("*") if deep else place.iterdir():
            if target.mark(attack) in path.name:
                yield f"wrote {path}"
    if attack in target.victims and target.victims[attack].poll() is not None:
        yield "killed a process outside"
    if segments(target.number(attack)):
        yield "left shared memory"
    yield from processes_with(target.orphan(attack).encode())
    made = runpy.run_path(str(HERE / attack / "make.py"))
    if "effect" in made:
        yield from made["effect"](graded)


def processes_with(mark: bytes) -> Iterator[str]:
    """Processes with `mark` in their environment or command line."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            traces = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue
        if mark in traces:
            yield f"process {process.name} {traces[-80:]!r}"


def segments(key: int) -> list[int]:
    """Ids of System V shared memory with `key`."""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return [int(line.split()[1]) for line in lines if int(line.split()[0]) == key]


def left_behind(marker: str, target: Target, seen: set[int]) -> Iterator[str]:
    """What of the run is still there: processes, mounts, control groups, shared memory."""
    yield from processes_with(marker.encode())
    victims = {process.pid for process in target.victims.values()}
    yield from (f"process {p}" for p in seen - victims if psutil.pid_exists(p) and not gone(p))
    for attack in ATTACKS:
        yield from processes_with(target.orphan(attack).encode())
        if segments(target.number(attack)):
            yield f"shared memory of {attack}"
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    yield from (line for line in mounts if str(target.folder) in line)
    for group in Path("/sys/fs/cgroup").glob("**/llm-classroom-*"):
        if int(group.name.split("-")[2]) in seen:
            yield f"control group {group}"


def gone(pid: int) -> bool:
    """Whether a process ended meanwhile, or is another's by now."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def clean_up(target: Target) -> None:
    """Remove what attacks left where nothing stopped them."""
    libc = ctypes.CDLL(None)
    for attack in ATTACKS:
        for segment in segments(target.number(attack)):
            libc.shmctl(segment, 0, None)
        for found in processes_with(target.orphan(attack).encode()):
            psutil.Process(int(found.split()[1])).kill()
        for place in ("/dev/shm", "/tmp"):
            for path in Path(place).glob(f"*{target.mark(attack)}*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def left_after(look: Callable[[], list[str]]) -> list[str]:
    """Return what is still left a few seconds later: the grader's own helpers end by then."""
    end = time.monotonic() + 10
    while (left := look()) and time.monotonic() < end:
        time.sleep(0.1)
    return left


def files_in(folder: Path) -> list[str]:
    """Return what is directly in a folder."""
    return [str(path) for path in folder.iterdir()]
