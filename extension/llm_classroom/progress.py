"""What a student has read: a small file of theirs."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from llm_classroom.errors import ProgressFileError, UnknownResourceError

__all__ = ["Progress", "ProgressFile"]

SCHEMA = 1
MOST_READ = 2000
MOST_BYTES = 1 << 20
RESOURCE = re.compile(r"[a-z0-9.-]{1,200}")
"""Any roadmap's, not only this one's: a mark is kept when a resource goes."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Resources that are read.

    Parameters
    ----------
    read : mapping of str to str
        Ids of resources, and when each was marked: ISO 8601 in UTC.
    """

    read: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return JSON data, as the file and the export have it."""
        return {"schema": SCHEMA, "read": dict(self.read)}

    @classmethod
    def from_json(cls, data: Any, where: str) -> Progress:
        """Read JSON data.

        Raises
        ------
        ProgressFileError
            If it is no progress; the text begins with `where`.
        """
        schema = data.get("schema") if isinstance(data, dict) else None
        if isinstance(schema, bool) or schema != SCHEMA:
            raise ProgressFileError(
                f'{where} is no progress of LLM Classroom: it needs "schema": {SCHEMA}.'
            )
        read = data.get("read")
        if not isinstance(read, dict) or len(read) > MOST_READ or set(data) - {"schema", "read"}:
            raise ProgressFileError(
                f'{where} is no progress of LLM Classroom: "read" must be a table of at most '
                f"{MOST_READ} resources, and nothing else may stand beside it."
            )
        for resource, when in read.items():
            if not RESOURCE.fullmatch(resource) or not _is_time(when):
                raise ProgressFileError(
                    f"{where}: {resource[:80]!r} must be the id of a resource, and have the time "
                    "at which it was read, as 2026-01-31T12:00:00+00:00."
                )
        return cls(dict(read))


def _is_time(when: Any) -> bool:
    if not isinstance(when, str) or len(when) > 40:
        return False
    try:
        return datetime.fromisoformat(when).tzinfo is not None
    except ValueError:
        return False


class ProgressFile:
    """The file of one student, written whole or not at all.

    Parameters
    ----------
    path : Path
    resources : collection of str
        Ids of the roadmap; only these can be marked. Marks of others, of an earlier roadmap, stay.
    now : callable
    """

    def __init__(
        self,
        path: Path,
        resources: Collection[str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.path = path
        self._resources = frozenset(resources)
        self._now = now

    def read(self) -> Progress:
        """Read the file; nothing is read yet where there is none.

        Raises
        ------
        ProgressFileError
            If it is damaged. It is left as it is.
        """
        try:
            if self.path.stat().st_size > MOST_BYTES:
                raise ProgressFileError(f"{self.path} is too large. Move it away to begin anew.")
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            return Progress({})
        except (OSError, UnicodeDecodeError) as error:
            raise ProgressFileError(
                f"{self.path} cannot be read ({error}). Move it away to begin anew."
            ) from error
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        try:
            return Progress.from_json(data, str(self.path))
        except ProgressFileError as error:
            raise ProgressFileError(f"{error} Move it away to begin anew.") from None

    def replace(self, data: Any) -> Progress:
        """Write an exported progress in place of what is there.

        Raises
        ------
        ProgressFileError
            If `data` is no progress, or the file cannot be written; then nothing has changed.
        """
        return self._write(Progress.from_json(data, "What is imported"))

    def mark(self, resource: str, *, read: bool) -> Progress:
        """Mark a resource as read, or not.

        Raises
        ------
        UnknownResourceError
            If the roadmap has none of that id.
        ProgressFileError
            If the file is damaged or cannot be written.
        """
        if resource not in self._resources:
            raise UnknownResourceError(resource)
        marks = dict(self.read().read)
        if read:
            marks.setdefault(resource, self._now().isoformat(timespec="seconds"))
        else:
            marks.pop(resource, None)
        return self._write(Progress(marks))

    def _write(self, progress: Progress) -> Progress:
        text = json.dumps(progress.to_json(), indent=1) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=".progress-", dir=self.path.parent)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(name, self.path)
            except BaseException:
                os.unlink(name)
                raise
        except OSError as error:
            raise ProgressFileError(
                f"{self.path} cannot be written ({error.strerror}). Nothing has changed; make "
                "room or ask for the right to write there."
            ) from error
        return progress
