"""What a host that isolates nothing is told, and that nothing is taken silently."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.execution.sandbox import syscalls

from .conftest import Classroom

pytestmark = pytest.mark.skipif(not syscalls.SUPPORTED, reason="needs Linux on x86-64")
# Refuses namespaces as a container does, and Landlock as a kernel that was built without it.
LAUNCHER = """
import errno, os, sys
sys.path.insert(0, {folder!r})
from warm import refuse_namespaces
from autograder.execution.sandbox import seccomp
from autograder.execution.sandbox.calls import number
refuse_namespaces()
seccomp.install(seccomp.assemble([
    seccomp.Load(0),
    seccomp.Jump("equal", number("landlock_create_ruleset"), "no", "yes"),
    seccomp.Label("no"), seccomp.Return(seccomp.ERRNO | errno.ENOSYS),
    seccomp.Label("yes"), seccomp.Return(seccomp.ALLOW),
]))
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def on_a_bare_host(classroom: Classroom, *arguments: str) -> subprocess.CompletedProcess[str]:
    folder = str(Path(__file__).parents[1] / "execution" / "sandbox")
    return subprocess.run(
        [sys.executable, "-c", LAUNCHER.format(folder=folder), "-m", "autograder", *arguments],
        cwd=classroom.root,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_host_that_isolates_nothing_grades_only_when_told_to(classroom: Classroom) -> None:
    classroom.submit("ada")
    refused = on_a_bare_host(classroom, "grade", "ps1")
    assert refused.returncode == 2, refused
    assert "full: This host refuses namespaces" in refused.stderr
    assert "restricted: It needs Landlock" in refused.stderr
    assert "--isolation=none" in refused.stderr
    assert classroom.scores() == {}
    asked = on_a_bare_host(classroom, "grade", "ps1", "--isolation=restricted")
    assert asked.returncode == 2, asked
    assert "Landlock" in asked.stderr
    allowed = on_a_bare_host(classroom, "grade", "ps1", "--isolation=none")
    assert allowed.returncode == 0, allowed
    assert "isolation: none, trusted submissions only" in allowed.stdout
    assert classroom.scores() == {"ada": 3.0}
    told = on_a_bare_host(classroom, "doctor")
    assert "none: trusted submissions only" in told.stdout
