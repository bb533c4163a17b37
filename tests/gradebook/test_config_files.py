from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.gradebook.config_files import read_config


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a student's, away from the user's own configuration."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "site"))
    for name in ("config", "site", "work"):
        (tmp_path / name).mkdir()
    return tmp_path / "work"


def test_without_a_file_there_is_no_configuration(folder: Path) -> None:
    assert not any(read_config(folder).values())


def test_the_folders_file_wins_over_jupyters_folders(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "config" / "nbgrader_config.py").write_text(
        "c.Exchange.root = '/jupyter'\nc.CourseDirectory.course_id = 'nlp'\n"
    )
    (folder / "nbgrader_config.json").write_text(json.dumps({"Exchange": {"root": "/here"}}))
    config = read_config(folder)
    assert (config.Exchange.root, config.CourseDirectory.course_id) == ("/here", "nlp")


def test_names_that_nbgrader_has_retired_are_translated(folder: Path) -> None:
    (folder / "nbgrader_config.py").write_text(
        "c.NbGrader.course_id = 'nlp'\nc.ListApp.cached = True\n"
    )
    config = read_config(folder)
    assert config.CourseDirectory.course_id == "nlp"
    assert config.ExchangeList.cached is True


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("c = get_config()\n1 / 0\n", "line 2: ZeroDivisionError"),
        ("c = get_config(\n", "line 1: '(' was never closed"),
    ],
)
def test_a_broken_file_is_named_with_its_line(folder: Path, text: str, where: str) -> None:
    (folder / "nbgrader_config.py").write_text(text)
    with pytest.raises(UsageError) as caught:
        read_config(folder)
    assert f"{folder / 'nbgrader_config.py'}, {where}" in str(caught.value)


def test_a_value_of_the_wrong_type_does_not_end_the_server(folder: Path) -> None:
    (folder / "nbgrader_config.py").write_text("c.Application.log_level = 'nonsense'\n")
    with pytest.raises(UsageError, match="does not fit its option"):
        read_config(folder)


def test_another_folder_is_not_looked_at_even_if_it_is_the_working_directory(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nbgrader_config.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)
    assert not any(read_config(folder).values())
