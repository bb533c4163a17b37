"""Control groups of version 1, on a host that lets this user make them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from autograder.execution.sandbox.cgroups import find_cgroups


@pytest.fixture
def groups():
    found, reason = find_cgroups()
    if found is None:
        pytest.skip(f"no control groups: {reason}")
    return found


def test_a_group_counts_and_is_removed(groups):
    group = groups.make(f"{os.getpid()}-test", memory=64 << 20, processes=8)
    try:
        code = "import sys; sys.stdin.read(); sum(range(3_000_000))"
        process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
        for folder in group.folders:
            (folder / "cgroup.procs").write_text(str(process.pid))
        assert group.processes() == [process.pid]
        assert not group.remove()  # while a process is in it
        process.communicate()
        counted = group.counted()
        assert counted.memory_peak > 0
        assert counted.cpu_seconds is None or counted.cpu_seconds > 0
        assert counted.memory_kills == 0
    finally:
        process.kill()
        process.wait()
        assert group.remove()
    assert not any(folder.exists() for folder in group.folders)


def test_groups_of_a_grader_that_died_are_removed_and_others_stay(groups):
    ended = subprocess.Popen(["true"])
    ended.wait()
    stale = groups.make(f"{ended.pid}-stale", memory=64 << 20, processes=8)
    live = groups.make(f"{os.getpid()}-live", memory=64 << 20, processes=8)
    groups.remove_stale()
    assert not any(folder.exists() for folder in stale.folders)
    assert all(folder.exists() for folder in live.folders)
    assert live.remove()
