"""Work directories are made, handed over and removed, whatever a run did to them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.checks.files import scan
from autograder.execution.sandbox import Level, Policy, make_work, prepare
from autograder.execution.sandbox.base import take_user
from autograder.execution.sandbox.work import remove_tree


def test_a_deep_tree_is_removed():
    top = Path(tempfile.mkdtemp(dir="/dev/shm"))
    here = os.open(".", os.O_RDONLY)
    os.chdir(top)
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
    os.fchdir(here)
    os.close(here)
    remove_tree(top)
    assert not top.exists()


def test_closed_folders_links_and_special_files_are_removed_and_nothing_else(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    kept.chmod(0o755)
    top = tmp_path / "top"
    (top / "a" / "b").mkdir(parents=True)
    (top / "a" / "b" / "file").write_text("x")
    (top / "a" / "link").symlink_to(kept)
    (top / "kept").symlink_to(kept)
    os.mkfifo(top / "fifo")
    (top / "a" / "b").chmod(0)
    (top / "a").chmod(0)
    remove_tree(top)
    assert not top.exists()
    assert (kept / "file").read_text() == "x"
    assert kept.stat().st_mode & 0o777 == 0o755


def test_a_tree_that_is_gone_needs_no_removal(tmp_path):
    remove_tree(tmp_path / "none")


def test_a_user_is_held_by_one_run_at_a_time():
    first, holder = take_user()
    second, other = take_user()
    assert first != second
    holder.close()
    again, third = take_user()
    assert again != second
    other.close()
    third.close()


def test_without_isolation_work_is_a_plain_folder_that_goes(tmp_path):
    base = prepare(Level.NONE, tmp_path)
    work = make_work(base, Policy(Level.NONE))
    assert work.path.is_dir() and work.temporary.is_dir()
    (work.path / "file").write_text("x")
    work.close()
    assert list(tmp_path.iterdir()) == []


def test_a_level_that_was_not_prepared_is_refused(tmp_path):
    from autograder.execution.sandbox import IsolationError, fork_child

    base = prepare(Level.NONE, tmp_path)
    work = make_work(base, Policy(Level.NONE))
    with pytest.raises(IsolationError, match="prepared for none, asked for full"):
        fork_child(base, work, Policy(Level.FULL), lambda enter: None)
    work.close()


SENDER = """
import os, socket, sys
from pathlib import Path
from autograder.execution.sandbox import *
level, folder, number = Level(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
line = socket.socket(fileno=number)
base = prepare(level, folder)
policy = Policy(level, read_only=interpreter_paths())
work = make_work(base, policy)
socket.send_fds(line, [b"made"], [work.descriptor])
assert line.recv(10) == b"staged"
def target(enter):
    enter(keep={2})
    text = open("given.txt").read()
    open("written.txt", "w").write(text.upper())
    open("given.txt", "a").write("!")
ending = Watch(base, work, policy, fork_child(base, work, policy, target)).finish()
work.close()
line.send(str(ending.status).encode())
"""


@pytest.mark.parametrize("level", ["full", "restricted", "none"])
def test_another_process_stages_and_collects_by_descriptor(level):
    folder = Path(tempfile.mkdtemp(prefix="llm-classroom-test-"))
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", SENDER, level, str(folder), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={"PYTHONPATH": str(Path(__file__).parents[3])},
        )
        theirs.close()
        message, (place,), _, _ = socket.recv_fds(ours, 10, 1)
        assert message == b"made"
        given = os.open("given.txt", os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=place)
        os.write(given, b"abc")
        os.close(given)
        ours.send(b"staged")
        assert ours.recv(10) == b"0"
        assert process.wait(20) == 0
    found = [(entry.path, entry.size) for entry in scan(place)]
    if level == "full":  # gone from every tree, and still there for who holds it
        assert found == [("given.txt", 4), ("written.txt", 3)]
    else:
        assert found == []
    os.close(place)
    assert list(folder.iterdir()) == []
    folder.rmdir()
