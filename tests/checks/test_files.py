"""Copies of what a run wrote: bounded, and never beyond the folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.checks import files
from autograder.checks.files import FileMissing, FileRefused, copy_entry, scan


def test_only_regular_files_are_found(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("xyz")
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "link").symlink_to("a/file")
    os.mkfifo(tmp_path / "fifo")
    assert [(entry.path, entry.size) for entry in scan(tmp_path)] == [("a/file", 3)]


def test_folders_that_nest_too_deep_are_refused_and_not_passed_over(tmp_path):
    deep = tmp_path.joinpath(*"d" * 40)
    deep.mkdir(parents=True)
    with pytest.raises(FileRefused, match="nests deeper than 32"):
        scan(tmp_path)


def test_too_many_files_in_a_folder_below_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_ENTRIES", 5)
    (tmp_path / "a" / "b").mkdir(parents=True)
    for number in range(6):
        (tmp_path / "a" / "b" / str(number)).touch()
    with pytest.raises(FileRefused, match="more than 5 entries"):
        scan(tmp_path)


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="needs a second file system")
def test_another_file_system_is_neither_listed_nor_opened():
    assert os.stat("/dev").st_dev != os.stat("/dev/shm").st_dev
    assert not [entry for entry in scan(Path("/dev")) if entry.path.startswith("shm/")]
    with pytest.raises(FileRefused, match="another file system"):
        copy_entry(Path("/"), "dev/null", Path("unused"), max_bytes=1)


def test_a_copy_follows_no_link_and_keeps_within_its_budget(tmp_path):
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("file")
    with pytest.raises(FileRefused, match="is a link"):
        copy_entry(tmp_path, "link", tmp_path / "out", max_bytes=9)
    with pytest.raises(FileRefused, match="5 bytes; 4 are allowed"):
        copy_entry(tmp_path, "file", tmp_path / "out", max_bytes=4)
    with pytest.raises(FileMissing):
        copy_entry(tmp_path, "none", tmp_path / "out", max_bytes=4)
    copy_entry(tmp_path, "file", tmp_path / "out", max_bytes=5)
    assert (tmp_path / "out").read_bytes() == b"12345"
