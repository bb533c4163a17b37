"""Read a submitted notebook that nobody has vouched for.

Whatever the bytes are, the result is a notebook of nbformat 4 or an
:class:`UnreadableNotebookError` that says what is wrong, where, and how to mend it. Size, depth
and number of values are bounded before the JSON parser sees the file. A notebook that nbgrader
can read is read the same, so that scores agree.
"""

from __future__ import annotations

import json
import os
import re
import stat
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.validator import NotebookValidationError
from nbformat.warnings import DuplicateCellId, MissingIDFieldWarning

from autograder.errors import ClassroomError
from autograder.gradebook.package import printable

__all__ = ["NotebookLimits", "UnreadableNotebookError", "read_submission_notebook"]

MEBIBYTE = 1 << 20
GRADE_ID = re.compile(r"[a-zA-Z0-9_\-]*")
"""What nbgrader's schema 3 allows as a grade id."""
CELL_ID = re.compile(r"[a-zA-Z0-9\-_]+")
"""What nbformat 4.5 allows as a cell id."""
UNFINISHED = re.compile(r"-?|t|tr|tru|f|fa|fal|fals|n|nu|nul|[.eE][-+]?|u?[0-9a-fA-F]{0,4}")
"""What can be left where a parser stops at the end of a file that was cut off."""
OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
AGAIN = "Open it in JupyterLab, save it and submit it again."
CLEAR = "Clear its outputs, save it and submit it again."
INSTEAD = "Put the notebook itself in its place and submit it again."


@dataclass(frozen=True, slots=True)
class NotebookLimits:
    """Bounds on one notebook file.

    Parameters
    ----------
    size : int
        Bytes of the file.
    depth : int
        How deep its lists and objects may nest.
    values : int
        Numbers, strings, lists and objects in all: what its parsed form costs in memory.
    cells : int
    grade_id : int
        Characters of a grade id.
    """

    size: int = 64 * MEBIBYTE
    depth: int = 128
    values: int = 2_000_000
    cells: int = 10_000
    grade_id: int = 1024


class UnreadableNotebookError(ClassroomError, ValueError):
    """A submitted file is not a notebook that can be graded.

    Parameters
    ----------
    code : str
        A short fixed word for the cause, such as ``truncated-json``.
    name : str
        The file's name, as submitted.
    what, mend : str
        What is wrong and where in the file; how to mend it.
    """

    def __init__(self, code: str, name: str, what: str, mend: str = AGAIN) -> None:
        super().__init__(f"{printable(name)}: {what}. {mend}")
        self.code = code


def read_submission_notebook(
    path: Path,
    limits: NotebookLimits | None = None,
    *,
    outputs: bool = True,
    note: Callable[[str], None] | None = None,
) -> NotebookNode:
    """Read the notebook at `path`, without following a link, as nbformat 4.

    Parameters
    ----------
    path : Path
    limits : NotebookLimits, optional
    outputs : bool
        Whether outputs are kept. Without them a notebook whose outputs are malformed is
        readable, as it is for nbgrader, which clears them first.
    note : callable, optional
        Gets a line for the report where something was read in another way than it was written.

    Raises
    ------
    UnreadableNotebookError
        If the file is not a notebook of nbformat 3 or 4 within `limits`.
    FileNotFoundError
        If there is no such file.
    """
    limits = limits or NotebookLimits()
    reader = _Reader(path.name, limits, note or (lambda line: None))
    data = _read_bytes(path, limits, reader)
    reader.measure(data)
    raw = reader.parse(data)
    return reader.notebook(raw, outputs=outputs)


def _read_bytes(path: Path, limits: NotebookLimits, reader: _Reader) -> bytes:
    """Read a regular file whole, if it is within the limit."""
    try:
        descriptor = os.open(path, OPEN_FILE)
    except FileNotFoundError:
        raise
    except OSError as error:
        what = f"it is a link or cannot be opened ({error.strerror})"
        raise reader.refusal("not-a-file", what, INSTEAD) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise reader.refusal("not-a-file", "it is not a regular file", INSTEAD)
        size = status.st_size
        if size <= limits.size:
            with open(descriptor, "rb", closefd=False) as file:
                data = file.read(limits.size + 1)
            size = len(data)
    finally:
        os.close(descriptor)
    if size > limits.size:
        what = f"it has {size:,} bytes and {limits.size:,} are allowed"
        raise reader.refusal("oversized-notebook", what, CLEAR)
    return data


class _Reader:
    """The steps from bytes to a notebook, each of which refuses in the file's name."""

    def __init__(self, name: str, limits: NotebookLimits, note: Callable[[str], None]) -> None:
        self.name = name
        self.limits = limits
        self.note = note

    def refusal(self, code: str, what: str, mend: str = AGAIN) -> UnreadableNotebookError:
        return UnreadableNotebookError(code, self.name, what, mend)

    def measure(self, data: bytes) -> None:
        """Refuse what would cost the parser its stack or the grader its memory.

        Once escapes are gone, every quote delimits a string, so that every other piece is
        structure; all of it runs at the speed of C.
        """
        bare = data.replace(b"\\\\", b"").replace(b'\\"', b"")
        values = self.limits.values
        if bare.count(b'"') // 2 <= values:
            structure = b"".join(bare.split(b'"')[::2])
            count = sum(map(structure.count, (b"[", b"{", b",")))
            if count <= values:
                self._measure_depth(structure)
                return
        raise self.refusal("too-many-values", f"it holds more than {values:,} values", CLEAR)

    def _measure_depth(self, structure: bytes) -> None:
        depth = 0
        brackets = bytes(set(range(256)) - set(b"[]{}"))
        for bracket in structure.translate(None, brackets):
            depth += 1 if bracket in b"[{" else -1
            if depth > self.limits.depth:
                what = f"its lists and objects nest more than {self.limits.depth} deep"
                raise self.refusal("nested-too-deep", what, CLEAR)
            if depth < 0:
                return  # no JSON, as the parser will say

    def parse(self, data: bytes) -> dict[str, Any]:
        """Parse the JSON object in `data`."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.refusal(
                "not-utf-8", f"byte {error.start:,} is not UTF-8", f"Save it as UTF-8. {AGAIN}"
            ) from error
        if not text.strip():
            raise self.refusal("truncated-json", "the file is empty")
        special: list[str] = []
        try:
            raw = json.loads(
                text, parse_constant=special.append, parse_float=lambda s: _finite(s, special)
            )
        except json.JSONDecodeError as error:
            raise self._not_json(error, text) from error
        except (ValueError, RecursionError) as error:
            raise self.refusal("invalid-json", "it holds a number that is too long") from error
        if not isinstance(raw, dict):
            raise self.refusal("not-a-notebook", "it is JSON, but not a notebook")
        if special:
            self.note(
                f"{printable(self.name)}: {special[0]} is not JSON and was read as null. {AGAIN}"
            )
        _check_text(self, data, raw)
        return raw

    def _not_json(self, error: json.JSONDecodeError, text: str) -> UnreadableNotebookError:
        where = f"line {error.lineno:,}, column {error.colno:,}"
        rest = text[error.pos :].rstrip()
        unfinished = error.msg.startswith("Unterminated") or UNFINISHED.fullmatch(rest)
        if unfinished:
            return self.refusal("truncated-json", f"the file ends too early, at {where}")
        return self.refusal("invalid-json", f"it is not JSON at {where}: {error.msg}")

    def notebook(self, raw: dict[str, Any], *, outputs: bool) -> NotebookNode:
        """Make a valid notebook of nbformat 4 of `raw`."""
        major = self._version(raw)
        if major == 4:
            _check_cells(self, raw, outputs=outputs)
        try:
            with warnings.catch_warnings():
                # nbformat mends both itself
                warnings.simplefilter("ignore", MissingIDFieldWarning)
                warnings.simplefilter("ignore", DuplicateCellId)
                node: NotebookNode = nbformat.versions[major].to_notebook_json(
                    raw, minor=raw.get("nbformat_minor", 0)
                )
                if major != 4:
                    node = nbformat.convert(node, 4)
                    _check_cells(self, node, outputs=outputs)
                nbformat.validate(node)
        except NotebookValidationError as error:
            where = ".".join(str(part) for part in error.relative_path) or "the top"
            raise self.refusal(
                "invalid-notebook",
                f"it is not a valid notebook at {printable(where)}: "
                f"{printable(str(error.message))}",
            ) from error
        except (
            nbformat.ValidationError,
            AttributeError,
            KeyError,
            TypeError,
            ValueError,
        ) as error:
            # nbformat takes the shape of a notebook for granted before it validates it
            raise self.refusal(
                "invalid-notebook", f"it is not a valid notebook: {printable(str(error))}"
            ) from error
        if major != 4:
            self.note(
                f"{printable(self.name)}: nbformat {major} was read as nbformat 4. "
                "Save it with a current Jupyter before you submit it again."
            )
        return node

    def _version(self, raw: dict[str, Any]) -> int:
        major, minor = (
            raw.get("nbformat"),
            raw.get("nbformat_minor", 0 if "worksheets" in raw else None),
        )
        if type(major) is not int or type(minor) is not int:
            raise self.refusal("not-a-notebook", "nbformat and nbformat_minor are missing")
        if major not in (3, 4) or not 0 <= minor < 1000:
            raise self.refusal(
                "unsupported-nbformat",
                f"nbformat {str(major)[:20]} is not supported, only 3 and 4 are",
                "Save it with a current Jupyter and submit it again.",
            )
        return major


def _finite(text: str, special: list[str]) -> float | None:
    """Parse a number; None if a float cannot hold it."""
    number = float(text)
    if number - number == 0:
        return number
    special.append(text[:20])
    return None


def _check_text(reader: _Reader, data: bytes, raw: dict[str, Any]) -> None:
    """Refuse half a surrogate pair, which no UTF-8 file could be written with."""
    if re.search(rb"\\u[dD][89abAB]", data) or re.search(rb"\\u[dD][c-fC-F]", data):
        try:
            json.dumps(raw, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise reader.refusal(
                "not-utf-8",
                f"it holds half of a surrogate pair (U+{ord(error.object[error.start]):04X})",
                f"Delete that character. {AGAIN}",
            ) from error


def _check_cells(reader: _Reader, raw: dict[str, Any], *, outputs: bool) -> None:
    """Refuse absurd cells before nbformat looks at them; drop outputs that nobody wants."""
    cells = raw.get("cells")
    if not isinstance(cells, list):
        raise reader.refusal("invalid-notebook", "it has no list of cells")
    if len(cells) > reader.limits.cells:
        raise reader.refusal(
            "too-many-cells",
            f"it has {len(cells):,} cells and {reader.limits.cells:,} are allowed",
            "Delete cells that are not part of the assignment and submit it again.",
        )
    for index, cell in enumerate(cells):
        if not isinstance(cell, dict):
            raise reader.refusal("invalid-notebook", f"cell {index} is not a cell")
        _check_ids(reader, index, cell)
        if cell.get("cell_type") == "code" and not outputs:
            cell["outputs"] = []
            cell["execution_count"] = None


def _check_ids(reader: _Reader, index: int, cell: dict[str, Any]) -> None:
    identity = cell.get("id", "-")
    if not (isinstance(identity, str) and len(identity) <= 64 and CELL_ID.fullmatch(identity)):
        raise reader.refusal(
            "absurd-id",
            f"the id of cell {index} is not 1 to 64 letters, digits, - or _",
            "Copy the cell's text into a new cell, delete the old one and submit it again.",
        )
    metadata = cell.get("metadata")
    ours = metadata.get("nbgrader", {}) if isinstance(metadata, dict) else {}
    grade_id = ours.get("grade_id", "") if isinstance(ours, dict) else None
    if not (
        isinstance(grade_id, str)
        and len(grade_id) <= reader.limits.grade_id
        and GRADE_ID.fullmatch(grade_id)
    ):
        raise reader.refusal(
            "absurd-id",
            f"the nbgrader metadata of cell {index} has no grade_id of letters, digits, - or _",
            "Fetch the assignment again, copy your answers into it and submit it again.",
        )
