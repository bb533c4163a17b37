"""The formats of reports, and writing one."""

from __future__ import annotations

import contextlib
import difflib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from autograder.errors import UsageError
from autograder.reports.errors import ReportError
from autograder.reports.model import GradeReport
from autograder.reports.table import to_csv
from autograder.reports.testcases import to_junit
from autograder.reports.tree import to_json

__all__ = ["FORMATS", "parse_report_option", "write_report"]

FORMATS: dict[str, Callable[[GradeReport], str]] = {
    "json": to_json,
    "junit": to_junit,
    "csv": to_csv,
}
"""Format name to a pure function that makes the report's text; add another here."""


def parse_report_option(text: str) -> tuple[str, Path]:
    """Split ``FORMAT=PATH``, as ``--report`` takes it.

    Raises
    ------
    UsageError
        If it is not of that form or there is no such format.
    """
    name, separator, path = text.partition("=")
    if not separator or not path:
        raise UsageError(
            f"The report {text!r} is not FORMAT=PATH. Write for example --report "
            f"junit=grades.xml; formats are {_known()}."
        )
    _format(name)
    return name, Path(path)


def write_report(name: str, path: Path, report: GradeReport) -> None:
    """Write `report` to `path` in the format of that name: whole or not at all.

    Raises
    ------
    UsageError
        If there is no such format.
    ReportError
        If the file cannot be written; an earlier one is still there.
    """
    text = _format(name)(report)
    # What no encoding has, such as half of a surrogate pair in a file's name, is spelled out.
    data = text.encode("utf-8", "backslashreplace")
    aside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(aside, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, path)
        except BaseException:
            with contextlib.suppress(OSError):
                aside.unlink()
            raise
    except OSError as error:
        raise ReportError(path, error.strerror or str(error)) from error


def _format(name: str) -> Callable[[GradeReport], str]:
    try:
        return FORMATS[name]
    except KeyError:
        near = difflib.get_close_matches(name, FORMATS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise UsageError(
            f"There is no report format {name!r}.{hint} Formats are {_known()}."
        ) from None


def _known() -> str:
    return ", ".join(FORMATS)
