"""A student's id that a spreadsheet would execute."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def make(package: Any) -> None:
    assert package.folder.parent.name.startswith("=")


def effect(graded: Any) -> Iterator[str]:
    """A cell of the table that begins as formulas do."""
    text = (graded.course / "report.csv").read_text("utf-8")
    for row in csv.reader(text.splitlines()):
        yield from (cell for cell in row if cell.startswith("="))


def demonstrate(folder: Path) -> None:
    """The standard library writes such a cell as it is."""
    with (folder / "scores.csv").open("w") as file:
        csv.writer(file).writerow(["=HYPERLINK(1)", 3.0])
    assert (folder / "scores.csv").read_text().startswith("=")
