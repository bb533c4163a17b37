"""Which modules a warm process should import before it is forked into kernels or checkers."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable
from pathlib import Path

__all__ = ["imports_of", "kernel_preload", "preload_for"]

# Slow to import, and worth having in every process that is forked once they are needed at all.
HEAVY = ("numpy", "torch", "transformers", "peft", "safetensors", "scipy", "pandas")
ALWAYS = ("autograder.execution.ready",)


def imports_of(source: str) -> set[str]:
    """Full names of the modules that `source` imports anywhere; none if it cannot be parsed."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def preload_for(sources: Iterable[str], grader: Path | None = None) -> tuple[str, ...]:
    """Modules to import before forking, for check cells with these sources.

    Parameters
    ----------
    sources : iterable of str
        Of the check cells.
    grader : Path or None
        ``grading/<id>``, whose package ``grader`` the checks may import.

    Notes
    -----
    A heavy library counts if a check cell, the ``grader`` package or a module of
    ``autograder.checks`` that a cell names imports it, so a light course does not pay for torch.
    """
    texts = list(sources)
    if grader is not None:
        texts += [_read(path) for path in sorted(grader.glob("grader/**/*.py"))]
        texts += [_read(path) for path in sorted(grader.glob("grader.py"))]
    names = set().union(*map(imports_of, texts)) if texts else set()
    ours = [name for name in sorted(names) if name.startswith("autograder.checks.")]
    for name in ours:
        names |= set().union(*map(imports_of, _module_sources(name)), set())
    top = {name.split(".")[0] for name in names}
    heavy = tuple(name for name in HEAVY if name in top and _exists(name))
    return ALWAYS + heavy


def kernel_preload(sources: Iterable[str]) -> tuple[str, ...]:
    """Modules to import before forking kernels, for the instructor's cells with these sources.

    Parameters
    ----------
    sources : iterable of str
        Of code cells; a cell with magics or shell lines counts without those lines.

    Notes
    -----
    A module that is imported in any cell counts, and so does each name imported from one, since
    some libraries import half of themselves when a name is first asked for.
    """
    found: set[str] = set()
    for source in sources:
        lines = source.splitlines()
        kept = [line for line in lines if not line.lstrip().startswith(("%", "!", "?"))]
        found |= imports_of("\n".join(kept))
    names = {name for name in found if not name.endswith(".*") and _exists(name.split(".")[0])}
    return tuple(sorted(names))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _exists(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _module_sources(name: str) -> list[str]:
    """Sources of a module of ours, or of all modules of a package."""
    folder = Path(__file__).resolve().parents[1]
    path = folder.joinpath(*name.split(".")[1:])
    if path.is_dir():
        return [_read(file) for file in sorted(path.glob("**/*.py"))]
    return [_read(path.with_suffix(".py"))] if path.with_suffix(".py").is_file() else []
