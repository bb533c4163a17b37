"""Read the fields of JSON that somebody else wrote, each by its type and within a bound."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from autograder.checks.text import clean
from autograder.gradebook.errors import DamagedPageError

__all__ = ["Fields"]

LARGEST = 1e12
"""No number of a report is larger; what is has another meaning."""
PARAGRAPH = 20_000


class Fields:
    """A JSON object whose fields are asked for by type.

    Text that is too long is cut; anything else that is not as asked for is told.

    Parameters
    ----------
    value : object
        As the JSON parser gave it.
    where : str
        Its place in the report, for errors.

    Raises
    ------
    DamagedPageError
        If it is no object. Every method raises it if the field is of another type, out of bounds
        or, unless said otherwise, missing.
    """

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise DamagedPageError(f"{where} is no object")
        self._value: dict[str, Any] = value
        self._where = where

    def _wrong(self, key: str, wanted: str) -> DamagedPageError:
        return DamagedPageError(f"{self._where}.{key} is not {wanted}")

    def line(self, key: str, most: int = 300, *, default: str | None = None) -> str:
        """A text on one line, cleaned; `default` for null and where it is missing."""
        value = self._value.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self._wrong(key, "a text")
        return clean(value, most)

    def lines(self, key: str, most: int) -> tuple[str, ...]:
        """A list of at most `most` lines."""
        return tuple(
            Fields({"text": value}, f"{self._where}.{key}[{index}]").line("text", 1000)
            for index, value in enumerate(self._list(key, most))
        )

    def paragraph(self, key: str) -> str:
        """A text of several lines, without control characters."""
        value = self._value.get(key)
        if not isinstance(value, str):
            raise self._wrong(key, "a text")
        kept = value[: PARAGRAPH + 1].replace("\r\n", "\n")
        kept = "".join(
            c for c in kept if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")
        )
        return kept if len(kept) <= PARAGRAPH else kept[: PARAGRAPH - 1] + "…"

    def word(self, key: str, words: Collection[str]) -> str:
        """One of `words`."""
        value = self._value.get(key)
        if not isinstance(value, str) or value not in words:
            raise self._wrong(key, f"one of {', '.join(sorted(words))}")
        return value

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """True or false; `default` for null and where it is missing."""
        value = self._value.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def number(self, key: str, *, default: float | None = None) -> float:
        """A finite number; `default` for null and where it is missing."""
        value = self._value.get(key)
        if value is None and default is not None:
            return default
        found = _number(value)
        if found is None:
            raise self._wrong(key, "a number")
        return found

    def number_or_none(self, key: str) -> float | None:
        """A finite number, or None for null and where it is missing."""
        return None if self._value.get(key) is None else self.number(key)

    def count(self, key: str) -> int | None:
        """A whole number that is not negative, or None for null and where it is missing."""
        value = self._value.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
            raise self._wrong(key, "a count")
        return value

    def measured(self, key: str) -> float | str | bool | None:
        """What a finding measured: a number, a text, true or false, or None."""
        value = self._value.get(key)
        if value is None or isinstance(value, bool):
            return value
        return self.line(key) if isinstance(value, str) else self.number(key)

    def time(self, key: str) -> str | None:
        """A time as ISO 8601 in UTC, or None; one without a zone is in UTC."""
        value = self._value.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > 40:
            raise self._wrong(key, "a time")
        try:
            time = datetime.fromisoformat(value)
            zoned = time if time.tzinfo else time.replace(tzinfo=UTC)
            return zoned.astimezone(UTC).isoformat(timespec="seconds")
        except (ValueError, OverflowError):
            raise self._wrong(key, "a time") from None

    def object(self, key: str) -> Fields:
        """An object within this one."""
        return Fields(self._value.get(key), f"{self._where}.{key}")

    def object_or_none(self, key: str) -> Fields | None:
        """An object, or None for null and where it is missing."""
        return None if self._value.get(key) is None else self.object(key)

    def objects(self, key: str, most: int) -> list[Fields]:
        """A list of at most `most` objects."""
        return [
            Fields(value, f"{self._where}.{key}[{index}]")
            for index, value in enumerate(self._list(key, most))
        ]

    def _list(self, key: str, most: int) -> list[Any]:
        value = self._value.get(key)
        if not isinstance(value, list):
            raise self._wrong(key, "a list")
        if len(value) > most:
            raise DamagedPageError(f"{self._where}.{key} has more than {most} entries")
        return value


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and abs(value) <= LARGEST else None
