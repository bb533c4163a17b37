"""A table of a course file, read strictly: each mistake is one line that names file and key."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from autograder.course.errors import CourseFileError

__all__ = ["Table"]

T = TypeVar("T")

KINDS: dict[type, str] = {
    bool: "true or false",
    dict: "a table",
    float: "a number",
    int: "a whole number",
    list: "a list",
    str: "a text",
}


class Table:
    """Keys of one table that are taken one by one; what is left over is a mistake.

    Parameters
    ----------
    values : mapping
        What the YAML or TOML parser made of the table.
    file : Path
        Named in errors.
    error : type of CourseFileError
        Raised for each mistake.
    name : str
        Where in the file the table stands, as ``parts[0].topics[2]``; empty for the whole file.
    """

    def __init__(
        self, values: object, file: Path, error: type[CourseFileError], name: str = ""
    ) -> None:
        self.file = file
        self.error = error
        self.name = name
        if not isinstance(values, Mapping):
            self.fail(f"{name or 'the file'} must be a table, not {_kind(values)}.")
        self.values: Mapping[str, Any] = values
        self.taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def fail(self, what: str) -> NoReturn:
        """Raise this file's error."""
        raise self.error(self.file, what)

    def key(self, key: str) -> str:
        """Return the full name of a key, as errors name it."""
        return f"{self.name}.{key}" if self.name else key

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text that is not empty; required where there is no default."""
        value = self._take(key, str, default)
        if not value.strip():
            self.fail(f"{self.key(key)} is empty.")
        return value

    def text_or_none(self, key: str) -> str | None:
        """Take a text that may be missing."""
        self.taken.add(key)
        return self.text(key) if key in self else None

    def integer(self, key: str, default: int | None = None, *, at_least: int = 0) -> int:
        """Take a whole number."""
        value = self._take(key, int, default)
        if value < at_least:
            self.fail(f"{self.key(key)} is {value}; at least {at_least} is wanted.")
        return value

    def integer_or_none(self, key: str, *, at_least: int = 0) -> int | None:
        """Take a whole number that may be missing."""
        self.taken.add(key)
        return self.integer(key, at_least=at_least) if key in self else None

    def number_or_none(self, key: str) -> float | None:
        """Take a number above zero that may be missing."""
        self.taken.add(key)
        if key not in self:
            return None
        value = self._take(key, float, None)
        if not 0 < value < float("inf"):
            self.fail(f"{self.key(key)} is {value:g}; a finite number above 0 is wanted.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts that may be missing; no text may stand in it twice."""
        values = self._take(key, list, [])
        for value in values:
            if not isinstance(value, str) or not value.strip():
                self.fail(f"{self.key(key)} must be a list of texts; {value!r} is none.")
        for value in values:
            if values.count(value) > 1:
                self.fail(f"{self.key(key)} names {value!r} twice.")
        return tuple(values)

    def table(self, key: str) -> Table:
        """Take a table; a missing one is empty."""
        return Table(self._take(key, dict, {}), self.file, self.error, self.key(key))

    def tables(self, key: str) -> Iterator[Table]:
        """Take a list of tables; a missing one is empty."""
        for index, value in enumerate(self._take(key, list, [])):
            yield Table(value, self.file, self.error, f"{self.key(key)}[{index}]")

    def finish(self) -> None:
        """Refuse the keys that nobody took."""
        for key in self.values:
            if key not in self.taken:
                near = difflib.get_close_matches(str(key), sorted(self.taken), n=1)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                self.fail(f"unknown key {self.key(str(key))!r}.{hint}")

    def check_known(self, key: str, names: Sequence[str], known: Sequence[str], what: str) -> None:
        """Refuse names that are not among the known ones."""
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                self.fail(f"{self.key(key)} names {name!r}, which is no {what}.{hint}")

    def _take(self, key: str, kind: type[T], default: T | None) -> T:
        self.taken.add(key)
        if key not in self.values:
            if default is None:
                self.fail(f"{self.key(key)} is missing; it must be {KINDS[kind]}.")
            return default
        value = self.values[key]
        if kind is float and type(value) is int:
            value = float(value)
        # Not isinstance alone: a bool is no number here.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fail(f"{self.key(key)} must be {KINDS[kind]}, not {_kind(value)}.")
        return value


def _kind(value: object) -> str:
    return KINDS.get(type(value), "nothing" if value is None else f"a {type(value).__name__}")
