"""What wheel and sdist carry: code, roadmap and models, and never an assignment's sources."""

from __future__ import annotations

import email
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "assignments" / "models"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Build the sdist from the checkout, and the wheel from that sdist."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
        timeout=600,
    )
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> dict[str, bytes]:
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names)), "a file is in the wheel twice"
        return {name: archive.read(name) for name in names}


@pytest.fixture(scope="module")
def sdist(built: Path) -> dict[str, bytes]:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        return {
            member.name.partition("/")[2]: stream.read()
            for member in archive.getmembers()
            if (stream := archive.extractfile(member)) is not None
        }


def _model_files() -> list[str]:
    index = tomllib.loads((MODELS / "models.toml").read_text(encoding="utf-8"))
    return ["models.toml", *(f"{name}/{file}" for name in index for file in index[name]["files"])]


def _assignment_sources() -> dict[str, bytes]:
    return {
        str(path.relative_to(ROOT)): path.read_bytes()
        for folder in (ROOT / "assignments").glob("*/")
        if folder.name != "models"
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_size > 0 and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_two_packages_and_nothing_beside_them(wheel):
    tops = {name.partition("/")[0] for name in wheel}
    version = "llm_classroom-0.1.0"
    assert tops == {"autograder", "llm_classroom", f"{version}.data", f"{version}.dist-info"}


def test_the_wheel_holds_every_module_and_the_type_markers(wheel):
    code = {
        str(path.relative_to(base))
        for base, package in ((ROOT, "autograder"), (ROOT / "extension", "llm_classroom"))
        for path in (base / package).rglob("*")
        if path.suffix == ".py" or path.name == "py.typed"
    }
    assert {"autograder/py.typed", "llm_classroom/py.typed"} <= code
    assert code - set(wheel) == set()


def test_the_wheel_carries_roadmap_and_models(wheel):
    roadmap = (ROOT / "assignments" / "roadmap.yaml").read_bytes()
    assert wheel["autograder/course/data/roadmap.yaml"] == roadmap
    assert len(_model_files()) > 1
    for file in _model_files():
        assert wheel[f"autograder/models/data/{file}"] == (MODELS / file).read_bytes(), file


def test_the_wheel_carries_the_built_front_end(wheel):
    extension = "llm_classroom-0.1.0.data/data/share/jupyter/labextensions/llm-classroom"
    assert f"{extension}/package.json" in wheel
    assert f"{extension}/install.json" in wheel
    assert any(name.startswith(f"{extension}/static/remoteEntry.") for name in wheel)


def test_the_wheel_says_what_it_is(wheel):
    info = "llm_classroom-0.1.0.dist-info"
    metadata = email.message_from_bytes(wheel[f"{info}/METADATA"])
    assert metadata["Name"] == "llm-classroom"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert f"{info}/licenses/LICENSE" in wheel
    assert b"llm-classroom = autograder.cli:main" in wheel[f"{info}/entry_points.txt"]


@pytest.mark.parametrize("archive", ["wheel", "sdist"])
def test_no_archive_carries_a_source_of_an_assignment(archive, request):
    files = request.getfixturevalue(archive)
    sources = _assignment_sources()
    assert sources, "there is no assignment to look for"
    assert set(sources) & set(files) == set()
    contents = set(sources.values())
    assert [name for name, content in files.items() if content in contents] == []
    assert [name for name in files if name.endswith(".ipynb")] == []


def test_the_sdist_carries_what_a_build_needs_and_no_other_assignment_folder(sdist):
    below = {name.split("/")[1] for name in sdist if name.startswith("assignments/")}
    assert below == {"models", "roadmap.yaml"}
    assert {"pyproject.toml", "package.json", "yarn.lock", "constraints.txt"} <= set(sdist)
    assert set(_model_files()) <= {
        name.removeprefix("assignments/models/") for name in sdist if "models/" in name
    }
