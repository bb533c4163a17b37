"""The hidden regions of a check cell, and how many findings they hold.

A region lies between two lines that contain nbgrader's default delimiters, which is how nbgrader
itself finds them. A release replaces a region by one comment line that says how many findings it
had, so that a student knows that there is more.
"""

from __future__ import annotations

import ast
import re

from autograder.checks.errors import CheckError

__all__ = [
    "HIDDEN_COMMENT",
    "count_hidden_findings",
    "count_yields",
    "hidden_lines",
    "hidden_remaining",
    "strip_hidden",
]

HIDDEN_COMMENT = "# hidden findings: {count}"
BEGIN = "BEGIN HIDDEN TESTS"
END = "END HIDDEN TESTS"
_COMMENT = re.compile(
    "^[ \t]*" + re.escape(HIDDEN_COMMENT).replace(r"\{count\}", r"(\d{1,6})") + "[ \t]*$",
    re.MULTILINE,
)


def hidden_lines(source: str) -> list[range]:
    """Return the line numbers of each hidden region, from 1 and with its delimiters.

    Raises
    ------
    CheckError
        A region is not closed, not opened, or within another.
    """
    regions: list[range] = []
    begun: int | None = None
    for number, line in enumerate(source.split("\n"), start=1):
        if BEGIN in line:
            if begun is not None:
                raise CheckError(f"Line {number} begins a hidden region within another.")
            begun = number
        elif END in line:
            if begun is None:
                raise CheckError(f"Line {number} ends a hidden region that has not begun.")
            regions.append(range(begun, number + 1))
            begun = None
    if begun is not None:
        raise CheckError(f"The hidden region that begins in line {begun} has no end.")
    return regions


def count_hidden_findings(source: str) -> int:
    """Return how many ``yield`` stand in hidden regions; a ``yield from`` counts one."""
    return sum(count_yields(source, region) for region in hidden_lines(source))


def count_yields(source: str, lines: range) -> int:
    """Return how many ``yield`` begin within `lines` of `source`."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise CheckError(f"The check cell is not valid Python: {error}") from error
    return sum(
        isinstance(node, ast.Yield | ast.YieldFrom) and node.lineno in lines
        for node in ast.walk(tree)
    )


def strip_hidden(source: str) -> str:
    """Return `source` with each hidden region replaced by a comment with its number of findings.

    The comment has the indentation of the region's first line.
    """
    lines = source.split("\n")
    for region in reversed(hidden_lines(source)):
        first = lines[region.start - 1]
        indentation = first[: len(first) - len(first.lstrip())]
        comment = HIDDEN_COMMENT.format(count=count_yields(source, region))
        lines[region.start - 1 : region.stop - 1] = [indentation + comment]
    return "\n".join(lines)


def hidden_remaining(source: str) -> int:
    """Return how many findings a released cell says that grading adds."""
    return sum(int(count) for count in _COMMENT.findall(source))
