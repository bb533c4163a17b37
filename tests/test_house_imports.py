"""Who may import whom: layers point one way, and nbgrader lives in one place."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "autograder"

# A package imports packages of a lower rank and itself. The root modules (errors) are everybody's.
RANKS = {
    "checks": 0,
    "course": 0,
    "models": 0,
    "log": 0,
    "execution": 1,
    "gradebook": 2,
    "reports": 2,
    "runners": 2,
    "grading": 3,
    "cli": 4,
}
BLOCKED = ("nbgrader", "jupyter_server", "torch", "transformers")


def _modules(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(folder.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


MODULES = dict(_modules(PACKAGE))


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def _imports(name: str, file: Path, *, at_import: bool = False) -> Iterator[tuple[int, str]]:
    """Yield line and absolute name of what a module imports.

    With `at_import` only what runs when the module is imported; type-checking imports never run.
    """
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    todo: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    while todo:
        node = todo.pop()
        if _is_type_checking(node):
            if at_import:
                todo.extend(node.orelse)
                continue
        elif at_import and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        todo.extend(ast.iter_child_nodes(node))
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def _rooms(imported: str) -> str | None:
    parts = imported.split(".")
    return parts[1] if parts[0] == "autograder" and len(parts) > 1 and parts[1] in RANKS else None


def test_every_package_has_a_rank():
    packages = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert packages == set(RANKS)


@pytest.mark.parametrize("room", sorted(RANKS))
def test_a_package_imports_only_packages_below_it(room):
    upward = [
        f"{name}:{line} imports {imported}"
        for name, file in MODULES.items()
        if name.split(".")[1:2] == [room]
        for line, imported in _imports(name, file)
        if (other := _rooms(imported)) and other != room and RANKS[other] >= RANKS[room]
    ]
    assert upward == []


def test_the_grader_knows_nothing_of_the_extension_and_of_jupyter_server():
    known = [
        f"{name}:{line} imports {imported}"
        for name, file in MODULES.items()
        for line, imported in _imports(name, file)
        if imported.split(".")[0] in {"llm_classroom", "jupyter_server", "jupyterlab"}
    ]
    assert known == []


def test_nbgrader_is_imported_in_the_gradebook_package_only():
    elsewhere = [
        f"{name}:{line} imports {imported}"
        for name, file in MODULES.items()
        if not name.startswith("autograder.gradebook")
        for line, imported in _imports(name, file)
        if imported.split(".")[0] == "nbgrader"
    ]
    assert elsewhere == []


def test_the_gradebook_package_is_imported_inside_functions_only():
    early = [
        f"{name}:{line} imports {imported}"
        for name, file in MODULES.items()
        if not name.startswith("autograder.gradebook")
        for line, imported in _imports(name, file, at_import=True)
        if imported.startswith("autograder.gradebook")
    ]
    assert early == []


def test_everything_but_the_gradebook_imports_without_the_heavy_libraries():
    names = [name for name in MODULES if not name.startswith("autograder.gradebook")]
    program = f"""
import importlib, json, sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {BLOCKED!r}:
            raise ImportError(name + " is blocked")
sys.meta_path.insert(0, Block())
failed = {{}}
for name in json.load(sys.stdin):
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed[name] = repr(error)
print(json.dumps(failed))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(names),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=120,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == {}


def _sources_of_assignments() -> Iterator[tuple[Path, str]]:
    for folder in sorted((ROOT / "assignments").glob("*/")):
        if folder.name == "models":
            continue
        for file in sorted(folder.rglob("*.py")):
            yield file, file.read_text(encoding="utf-8")
        for file in sorted(folder.rglob("*.ipynb")):
            cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
            yield (
                file,
                "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"),
            )


def test_an_assignment_imports_checks_and_models_only():
    pattern = re.compile(r"^\s*(?:from|import)\s+(autograder|llm_classroom)\b([\w.]*)", re.M)
    found = [
        (path, match[1] + match[2])
        for path, source in _sources_of_assignments()
        for match in pattern.finditer(source)
    ]
    assert found, "no assignment imports a check: the pattern or the folder is wrong"
    allowed = ("autograder.checks", "autograder.models")
    assert [(str(path), name) for path, name in found if not name.startswith(allowed)] == []
