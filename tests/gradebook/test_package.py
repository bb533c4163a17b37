"""What may not be in a submitted folder is named; what may is copied, and nothing else."""

from __future__ import annotations

import os
import socket
import stat
import threading
from pathlib import Path

import pytest

from autograder.errors import OverwriteError
from autograder.gradebook.copying import copy_package
from autograder.gradebook.package import PackageLimits, RefusedPackageError, inspect_package


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "inbound" / "ps1"
    (folder / "data").mkdir(parents=True)
    (folder / "p1.ipynb").write_text("{}")
    (folder / "data" / "naïve Ω 𝛼.csv").write_text("1,2")
    return folder


def codes(folder: Path, **limits: int) -> list[str]:
    problems = inspect_package(folder, PackageLimits(**limits))
    for problem in problems:
        assert problem.message.isprintable() and problem.message.startswith(problem.path + ": ")
        assert problem.message.endswith(".") and "; " in problem.message
    return [problem.code for problem in problems]


def test_an_ordinary_package_has_no_problem(package: Path) -> None:
    (package / "empty folder").mkdir()
    (package / "empty").touch()
    (package / "data").chmod(0o2775)  # as in a course whose files are shared by a group
    (package / "run.sh").touch(0o755)
    assert inspect_package(package) == []


@pytest.mark.parametrize("target", ["p1.ipynb", "data", "/etc/passwd", "nowhere", "..", "loop"])
def test_a_symbolic_link_is_named_whatever_it_leads_to(package: Path, target: str) -> None:
    (package / "data" / "loop").symlink_to(target)
    (problem,) = inspect_package(package)
    assert (problem.code, problem.path) == ("symbolic-link", "data/loop")
    assert problem.message == (
        "data/loop: it is a symbolic link, not a file or a folder; "
        "put a copy of the file in its place."
    )


def test_a_package_that_is_itself_a_link_or_no_folder_is_named(package: Path) -> None:
    link = package.parent / "link"
    link.symlink_to(package)
    assert codes(link) == ["symbolic-link"]
    assert codes(package / "p1.ipynb") == ["not-a-folder"]
    with pytest.raises(FileNotFoundError):
        inspect_package(package / "none")


def test_a_hard_link_is_named_even_within_the_package(package: Path) -> None:
    outside = package.parent / "source.ipynb"
    outside.write_text("{}")
    os.link(outside, package / "theirs.ipynb")
    assert codes(package) == ["hard-link"]
    os.link(package / "p1.ipynb", package / "twin.ipynb")
    assert sorted(codes(package)) == ["hard-link"] * 3


def test_a_fifo_and_a_socket_are_named(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(package / "pipe")
    assert codes(package) == ["fifo"]
    (package / "pipe").unlink()
    monkeypatch.chdir(package)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert codes(package) == ["socket"]


def test_a_device_is_named(package: Path) -> None:
    try:
        os.mknod(package / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root may make a device")
    assert codes(package) == ["device"]


@pytest.mark.parametrize("bit", [stat.S_ISUID, stat.S_ISGID])
def test_a_file_that_runs_as_another_user_is_named(package: Path, bit: int) -> None:
    (package / "p1.ipynb").chmod(0o755 | bit)
    if not (package / "p1.ipynb").stat().st_mode & bit:
        pytest.skip("this file system keeps no such permission")
    assert codes(package) == ["set-user-id"]


def test_a_sparse_terabyte_is_named_without_being_read(package: Path) -> None:
    with open(package / "huge", "wb") as file:
        file.truncate(1 << 40)
    assert codes(package) == ["oversized-file", "oversized-package"]
    assert "1,099,511,627,776 bytes" in inspect_package(package)[0].message


def test_many_small_files_are_too_large_together(package: Path) -> None:
    for number in range(10):
        (package / f"{number}.bin").write_bytes(b"x" * 1000)
    assert codes(package, package=9_000) == ["oversized-package"]
    assert codes(package, package=11_000) == []


def test_a_link_among_too_many_files_is_found(package: Path) -> None:
    for number in range(300):
        (package / f"{number}").touch()
    (package / "data" / "link").symlink_to("x")
    assert codes(package, files=50) == ["too-many-files", "symbolic-link"]


def test_the_look_is_bounded(package: Path) -> None:
    for number in range(300):
        (package / f"{number}").symlink_to("x")
    assert codes(package, problems=7) == ["symbolic-link"] * 7
    assert len(codes(package, problems=1000, scan=30)) <= 30


def test_folders_below_one_another_are_bounded(package: Path) -> None:
    here = os.open(package, os.O_RDONLY)
    for _ in range(200):  # longer than any path that the system takes
        os.mkdir("d" * 40, dir_fd=here)
        inner = os.open("d" * 40, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    assert codes(package, path=10_000) == ["too-deep"]


@pytest.mark.parametrize(
    "name",
    [b"a\nb", b"\x1b[2J", b"\xff\xfe", b"tab\t", "‮fdp.ipynb".encode(), b"del\x7f", "\x9b".encode()],
)
def test_a_name_that_misleads_a_terminal_is_named(package: Path, name: bytes) -> None:
    with open(os.path.join(os.fsencode(package), name), "w"):
        pass
    assert codes(package) == ["bad-name"]


def test_a_path_that_is_too_long_is_named(package: Path) -> None:
    (package / "data" / ("x" * 200)).touch()
    assert codes(package, path=204) == ["bad-name"]
    assert codes(package, path=205) == []


def test_a_copy_has_the_same_files_times_and_plain_permissions(
    package: Path, tmp_path: Path
) -> None:
    (package / "run.sh").touch(0o755)
    os.utime(package / "p1.ipynb", (1_000_000_000, 1_000_000_000))
    (package / "empty folder").mkdir()
    target = tmp_path / "submitted" / "bob" / "ps1"
    copy_package(package, target)
    assert listing(target) == listing(package)
    assert (target / "data" / "naïve Ω 𝛼.csv").read_text() == "1,2"
    assert (target / "p1.ipynb").stat().st_mtime == 1_000_000_000
    assert (target / "run.sh").stat().st_mode & 0o777 == 0o755
    assert [path.name for path in target.parent.iterdir()] == ["ps1"]


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_what_a_course_ignores_is_not_copied(package: Path, tmp_path: Path) -> None:
    (package / ".ipynb_checkpoints").mkdir()
    (package / ".ipynb_checkpoints" / "p1.ipynb").touch()
    (package / "a.pyc").touch()
    copy_package(package, tmp_path / "to", ignore=[".ipynb_checkpoints", "*.pyc"])
    assert listing(tmp_path / "to") == ["data", "data/naïve Ω 𝛼.csv", "p1.ipynb"]
    copy_package(package, tmp_path / "notebooks", include=["*.ipynb"], ignore=[".*"])
    assert listing(tmp_path / "notebooks") == ["data", "p1.ipynb"]


def test_an_earlier_copy_is_replaced_only_by_one_that_was_accepted(
    package: Path, tmp_path: Path
) -> None:
    target = tmp_path / "ps1"
    copy_package(package, target)
    (target / "mark").touch()
    with pytest.raises(OverwriteError):
        copy_package(package, target)
    (package / "data" / "secret").symlink_to("/etc/passwd")
    with pytest.raises(RefusedPackageError) as caught:
        copy_package(package, target, replace=True)
    assert caught.value.code == "symbolic-link" and "data/secret" in str(caught.value)
    assert (target / "mark").exists()
    (package / "data" / "secret").unlink()
    copy_package(package, target, replace=True)
    assert not (target / "mark").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_nothing_that_is_swapped_in_during_the_copy_gets_through(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "b").write_text("SECRET")
    package = tmp_path / "ps1"
    (package / "a").mkdir(parents=True)
    (package / "a" / "b").write_text("honest")
    (tmp_path / "link").symlink_to(hidden)
    stop = threading.Event()

    def swap() -> None:
        # a file for a link to a file, and its folder for a link to a folder
        while not stop.is_set():
            os.unlink(package / "a" / "b")
            os.symlink(secret, package / "a" / "b")
            os.rename(package / "a", tmp_path / "aside")
            os.rename(tmp_path / "link", package / "a")
            os.rename(package / "a", tmp_path / "link")
            os.rename(tmp_path / "aside", package / "a")
            os.unlink(package / "a" / "b")
            (package / "a" / "b").write_text("honest")

    copy_package(package, tmp_path / "before")
    assert (tmp_path / "before" / "a" / "b").read_text() == "honest"
    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for attempt in range(400):
            target = tmp_path / "out" / str(attempt)
            try:
                copy_package(package, target)
            except RefusedPackageError:
                assert not target.exists()
                continue
            for path in target.rglob("*"):
                assert not path.is_symlink()
                if path.is_file():
                    assert "SECRET" not in path.read_text()
    finally:
        stop.set()
        swapper.join()
