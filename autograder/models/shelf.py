"""The shipped models: their names, their folders, and the hashes that pin their files."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import ChangedFilesError, UnknownModelError

__all__ = ["ShippedModel", "find", "names", "path", "shelf_root", "verify_files"]

INDEX = "models.toml"


@dataclass(frozen=True, slots=True)
class ShippedModel:
    """A model on the shelf and the SHA-256 of each of its files."""

    name: str
    folder: Path
    sha256: Mapping[str, str]


def names(*, root: Path | None = None) -> tuple[str, ...]:
    """Return the names of the shipped models, sorted.

    Parameters
    ----------
    root
        The folder that holds `models.toml`; by default the one that came with this package.
    """
    return tuple(sorted(_shelf(root)))


def path(name: str, *, root: Path | None = None) -> Path:
    """Return the folder of a shipped model.

    Raises
    ------
    UnknownModelError
        No shipped model has this name.
    """
    return find(name, root=root).folder


def find(name: str, *, root: Path | None = None) -> ShippedModel:
    """Return a shipped model by its name, or raise `UnknownModelError`."""
    shelf = _shelf(root)
    if name not in shelf:
        raise UnknownModelError(name, sorted(shelf))
    return shelf[name]


def verify_files(name: str, *, root: Path | None = None) -> None:
    """Compare the files of a shipped model with their pinned hashes.

    Thresholds of the assignments were measured on exactly these files. A file that is in
    the folder without being pinned is none of our business: nothing loads it.

    Raises
    ------
    UnknownModelError
        No shipped model has this name.
    ChangedFilesError
        A pinned file is missing or has other bytes.
    """
    model = find(name, root=root)
    wrong = [
        file for file, digest in model.sha256.items() if _sha256(model.folder / file) != digest
    ]
    if wrong:
        raise ChangedFilesError(name, wrong)


def _sha256(file: Path) -> str | None:
    if not file.is_file():
        return None
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _shelf(root: Path | None) -> dict[str, ShippedModel]:
    root = root or shelf_root(Path(__file__).resolve().parent)
    index = root / INDEX
    if not index.is_file():
        return {}
    tables = tomllib.loads(index.read_text(encoding="utf-8"))
    return {
        name: ShippedModel(name, root / name, dict(table["files"]))
        for name, table in tables.items()
    }


def shelf_root(package: Path) -> Path:
    """Return the folder of the shipped models for an installed copy of this package.

    A wheel carries the models inside the package; a checkout has them among the assignments.
    """
    installed = package / "data"
    if (installed / INDEX).is_file():
        return installed
    return package.parents[1] / "assignments" / "models"
