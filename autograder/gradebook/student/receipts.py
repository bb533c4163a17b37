"""What was handed in: names, sizes and hashes, kept for when the exchange does not show them."""

from __future__ import annotations

import datetime
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.checks.files import FileRefused, joint_digest, scan
from autograder.gradebook.package import matches, printable
from autograder.gradebook.student.desk import Desk
from autograder.gradebook.student.names import is_plain
from autograder.gradebook.student.records import Sent, utc
from autograder.gradebook.student.results import SubmittedFile
from autograder.gradebook.submissions import RECEIPT

__all__ = ["Contents", "contents", "contents_of", "remember", "remembered_submissions"]

PRIVATE = 0o700
MOST_BYTES = 8 << 20
MOST_KEPT = 200
MOST_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Contents:
    """What a submission holds.

    Parameters
    ----------
    hash : str
        As the run log of the course has it; empty if it is not known.
    files : tuple of SubmittedFile
    """

    hash: str = ""
    files: tuple[SubmittedFile, ...] = ()


def contents(desk: Desk, folder: Path) -> Contents:
    """Read what a submitted folder holds, without what the exchange adds."""
    ignore = [*desk.exchange.coursedir.ignore, *RECEIPT]
    try:
        entries = [
            (entry.path, entry.size, desk.memory.digest(folder / entry.path))
            for entry in scan(folder)
            if not any(matches(part, ignore) for part in entry.path.split("/"))
        ]
    except (FileRefused, OSError):
        return Contents()
    return Contents(
        joint_digest((path, digest) for path, _, digest in entries),
        tuple(SubmittedFile(printable(p, 4096), size, d.hex()) for p, size, d in entries),
    )


def remember(desk: Desk, course: str, assignment: str, submission: str, sent: Contents) -> None:
    """Keep what was handed in beside the earlier ones; a full disk costs only that."""
    path = _path(desk, course, assignment)
    kept = _read(path)
    kept[submission] = asdict(sent)
    newest = dict(sorted(kept.items())[-MOST_KEPT:])
    while len(text := json.dumps(newest)) > MOST_BYTES and len(newest) > 1:
        del newest[min(newest)]
    try:
        path.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=".receipts-", encoding="utf-8", delete=False
        ) as file:
            file.write(text)
        os.replace(file.name, path)
    except OSError as error:
        desk.log.warning("%s was not written: %s", path, error)


def contents_of(desk: Desk, sent: Sent) -> Contents:
    """Read what a submission holds; without a copy, nothing is known of one made elsewhere."""
    return contents(desk, sent.path) if sent.path is not None else _remembered(desk, sent)


def remembered_submissions(desk: Desk) -> list[Sent]:
    """List every submission that was made here, the newest first."""
    found = [
        Sent(path.parent.name, path.stem, stamp, utc(stamp), None, (), False, False)
        for path in (desk.data / "receipts").glob("*/*.json")
        for stamp in _read(path)
        if is_plain(stamp)
    ]
    return sorted(found, key=lambda s: (s.time or datetime.datetime.min, s.id), reverse=True)


def _remembered(desk: Desk, sent: Sent) -> Contents:
    found: Any = _read(_path(desk, sent.course, sent.assignment)).get(sent.id)
    try:
        return Contents(_text(found["hash"]), tuple(map(_file, found["files"][:MOST_FILES])))
    except (TypeError, KeyError, ValueError):
        return Contents()


def _path(desk: Desk, course: str, assignment: str) -> Path:
    return desk.data / "receipts" / course / f"{assignment}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            return {}
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _file(raw: Any) -> SubmittedFile:
    size = raw["size"]
    if isinstance(size, bool) or not isinstance(size, int):
        raise ValueError("size")
    return SubmittedFile(_text(raw["path"]), size, _text(raw["sha256"]))


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError("no text")
    return raw
