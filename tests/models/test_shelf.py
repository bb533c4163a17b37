from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.models import (
    ChangedFilesError,
    ModelsError,
    UnknownModelError,
    names,
    path,
    verify_files,
)
from autograder.models.shelf import shelf_root


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    source = path("tiny-base")
    shutil.copytree(source, tmp_path / "tiny-base")
    shutil.copy(source.parent / "models.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", names())
def test_the_files_of_a_shipped_model_are_the_pinned_ones(name: str) -> None:
    verify_files(name)


def test_the_base_model_is_shipped_with_its_card() -> None:
    assert "tiny-base" in names()
    assert (path("tiny-base") / "CARD.md").is_file()


@pytest.mark.parametrize("name", names())
def test_no_pickle_is_shipped(name: str) -> None:
    pickles = {".bin", ".pt", ".pth", ".pkl", ".ckpt"}
    assert not [file for file in path(name).rglob("*") if file.suffix in pickles]


def test_a_changed_file_is_named(shelf: Path) -> None:
    config = shelf / "tiny-base" / "config.json"
    config.write_text(config.read_text() + " ")
    with pytest.raises(ChangedFilesError, match="config") as caught:
        verify_files("tiny-base", root=shelf)
    assert caught.value.files == ("config.json",)


def test_a_missing_file_is_named(shelf: Path) -> None:
    (shelf / "tiny-base" / "tokenizer.json").unlink()
    with pytest.raises(ChangedFilesError) as caught:
        verify_files("tiny-base", root=shelf)
    assert caught.value.files == ("tokenizer.json",)


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(UnknownModelError, match="Did you mean 'tiny-base'") as caught:
        path("tiny-bse")
    assert isinstance(caught.value, ModelsError)
    assert isinstance(caught.value, LookupError)
    assert caught.value.name == "tiny-bse"


def test_a_name_that_is_near_to_none_gets_the_list() -> None:
    with pytest.raises(UnknownModelError, match="'tiny-base'"):
        path("zzz")


def test_an_empty_folder_ships_no_model(tmp_path: Path) -> None:
    assert names(root=tmp_path) == ()


def test_models_inside_an_installed_package_come_before_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "autograder" / "models"
    assert shelf_root(package) == tmp_path / "assignments" / "models"
    (package / "data").mkdir(parents=True)
    (package / "data" / "models.toml").touch()
    assert shelf_root(package) == package / "data"


def test_the_package_imports_without_torch_and_transformers() -> None:
    program = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'nbgrader', 'numpy'):\n"
        "    sys.modules[name] = None\n"
        "import autograder.models\n"
        "autograder.models.verify_files('tiny-base')\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
