"""Names that modules hand on, and the version that stands in two places."""

from __future__ import annotations

import ast
import importlib
import json
import tomllib
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = (ROOT / "autograder", ROOT / "extension" / "llm_classroom")
FILES = sorted(file for package in PACKAGES for file in package.rglob("*.py"))


def _module(file: Path) -> str:
    base = ROOT / "extension" if "extension" in file.relative_to(ROOT).parts else ROOT
    parts = file.relative_to(base).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _exported(file: Path) -> list[str] | None:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return None


EXPORTING = {_module(file): names for file in FILES if (names := _exported(file)) is not None}


def test_modules_were_found():
    assert {"autograder", "autograder.checks", "llm_classroom"} <= set(EXPORTING)


@pytest.mark.parametrize("module", sorted(EXPORTING))
def test_exported_names_are_sorted_and_importable(module):
    names = EXPORTING[module]
    assert names == sorted(set(names))
    loaded = importlib.import_module(module)
    assert [name for name in names if not hasattr(loaded, name)] == []


@pytest.mark.parametrize(
    "file", [file for file in FILES if file.name == "__init__.py"], ids=lambda file: _module(file)
)
def test_an_init_hands_names_on_and_does_nothing_else(file):
    body = ast.parse(file.read_text(encoding="utf-8")).body
    others = [
        ast.unparse(node)
        for node in body[1:]
        if not isinstance(node, ast.Import | ast.ImportFrom)
        and not (isinstance(node, ast.Assign) and ast.unparse(node).startswith("__"))
        # The hook by which JupyterLab asks an extension where its front end lies.
        and not (isinstance(node, ast.FunctionDef) and node.name.startswith("_jupyter_"))
    ]
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    assert others == []


def test_the_front_end_has_the_version_of_the_distribution():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    autograder = importlib.import_module("autograder")
    assert package["version"] == autograder.__version__ == version("llm-classroom")
    assert package["name"] == "llm-classroom"


def test_every_entry_point_can_be_loaded():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [("console_scripts", *item) for item in project["scripts"].items()] + [
        (group, *item) for group, items in project["entry-points"].items() for item in items.items()
    ]
    for group, name, value in wanted:
        (found,) = (point for point in entry_points(group=group) if point.name == name)
        assert found.value == value
        assert callable(found.load())


def test_every_installed_dependency_is_pinned():
    """What the test extra pulls in, followed through the installed metadata."""
    from importlib.metadata import PackageNotFoundError, distribution

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    pinned = {canonicalize_name(pin.name): pin.specifier for pin in pins}
    assert [str(pin) for pin in pins if not str(pin.specifier).startswith("==")] == []
    assert [str(pin) for pin in pins if pin.url] == []

    todo = [Requirement("llm-classroom[test]")]
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        key = (name, frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            found = distribution(name)
        except PackageNotFoundError:  # pragma: no cover - the message is the point
            pytest.fail(f"{name} is required and not installed: run make test")
        if name != "llm-classroom":
            assert name in pinned, f"{name} is not in constraints.txt"
            assert pinned[name].contains(found.version), f"{name} {found.version} is not the pin"
        for text in found.requires or []:
            needed = Requirement(text)
            extras = requirement.extras or {""}
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in {"", *extras}
            ):
                todo.append(needed)
    assert len(seen) > 100
