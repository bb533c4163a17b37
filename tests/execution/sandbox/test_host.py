"""What a host gives is found by trying, and never promised beyond that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.execution.sandbox import Level, host, syscalls

CHECKOUT = Path(__file__).parents[3]
ROOT = os.geteuid() == 0
USER = 23_456

pytestmark = pytest.mark.skipif(not syscalls.SUPPORTED, reason="Linux on x86-64 only")


def test_this_host_is_reported_once_and_consistently():
    found = host()
    assert found is host()
    assert str(found).startswith(found.level)
    assert all(gap.reason and gap.mend for gap in found.gaps)
    if found.level is not Level.FULL:
        assert found.gaps[0].name == "full"


def test_the_means_are_those_of_the_user(houses):
    wanted = {
        "full as root": ("namespaces, made as root", True),
        "full as a user": ("user namespaces", False),
        "restricted as root": ("Landlock", True),
        "restricted as a user": ("Landlock", False),
        "none as a user": ("nothing", False),
    }
    for kind, (means, users) in wanted.items():
        if kind.endswith("as root") and not ROOT:
            continue
        hello = houses(kind).hello
        assert (hello["means"], hello["users"]) == (means, users), kind


@pytest.mark.parametrize("user", ["root", "a user"])
def test_a_host_that_refuses_namespaces_gives_restricted_and_says_why(user):
    if user == "root" and not ROOT:
        pytest.skip("needs root")
    number = "0" if user == "root" else str(USER) if ROOT else "-"
    script = f"""
import json, os, sys
sys.argv = ["warm.py"]
sys.path.insert(0, {os.path.dirname(__file__)!r})
import warm
from autograder.execution.sandbox import host, interpreter_paths, syscalls
user = {number!r}
if user != "-":
    warm.reachable([warm.CHECKOUT, *interpreter_paths()])
warm.refuse_namespaces()
if user not in ("-", "0"):
    os.setgroups([])
    os.setresgid(*[int(user)] * 3)
    os.setresuid(*[int(user)] * 3)
found = host()
print(json.dumps([found.level, str(found), found.network,
                  [[gap.name, gap.reason, gap.mend] for gap in found.gaps]]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(CHECKOUT), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        cwd="/",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    level, text, network, gaps = json.loads(done.stdout)
    assert level == "restricted"
    assert text.startswith("restricted (Landlock")
    assert "connections" in network
    assert gaps[0][0] == "full"
    assert "Operation not permitted" in gaps[0][1]
    assert "docker run" in gaps[0][2] or "sysctl" in gaps[0][2]


def test_asking_for_more_than_there_is_says_what_is_refused(make_house):
    house = make_house("full", None, "refused")
    error = house.hello["error"]
    assert "isolation full" in error
    assert "Operation not permitted" in error
    assert "llm-classroom doctor" in error


@pytest.mark.skipif(not ROOT, reason="needs root")
def test_root_keeps_its_user_where_another_could_not_reach_the_work_directory(make_house, tmp_path):
    tmp_path.chmod(0o700)
    (tmp_path / "inner").mkdir()
    house = make_house("restricted", 0, "refused", tmp_path / "inner")
    assert house.hello["users"] is False
    ran = house.run("import os; print(os.getuid()); open('x', 'w')")
    assert ran.output.strip() == "0", ran.output
    assert ran.files == {"x": 0}
