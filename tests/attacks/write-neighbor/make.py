"""The submission of another student is replaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def make(package: Any) -> None:
    decoy = package.course / "submitted" / f"{package.mark}-decoy.txt"
    decoy.write_text("untouched")
    package.tries(
        f"""
        open("{decoy}", "w").write("replaced")
        """,
    )


def effect(graded: Any) -> Iterator[str]:
    """The file of another."""
    for path in (graded.course / "submitted").glob("*-decoy.txt"):
        if path.read_text() != "untouched":
            yield f"{path} was replaced"
