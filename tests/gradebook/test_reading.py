"""Whatever the bytes are: a notebook, or one line that says what is wrong."""

from __future__ import annotations

import glob
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbformat.v4.convert import downgrade

from autograder.gradebook.reading import (
    NotebookLimits,
    UnreadableNotebookError,
    read_submission_notebook,
)

GRADED = {"schema_version": 3, "grade_id": "square", "grade": False, "solution": True}


def notebook() -> dict[str, Any]:
    nb = new_notebook(
        cells=[
            new_markdown_cell("# Squares\nand more"),
            new_code_cell(
                "print(1)",
                metadata={"nbgrader": {**GRADED, "locked": False, "task": False}},
                outputs=[new_output("stream", text="1\n")],
                execution_count=1,
            ),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    plain: dict[str, Any] = json.loads(nbformat.writes(nb))
    return plain


def put(folder: Path, content: Any) -> Path:
    path = folder / "p1.ipynb"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def refusal(folder: Path, content: Any, **options: Any) -> UnreadableNotebookError:
    with pytest.raises(UnreadableNotebookError) as caught:
        read_submission_notebook(put(folder, content), **options)
    text = str(caught.value)
    assert text.startswith("p1.ipynb: ") and text.isprintable() and len(text) < 400
    return caught.value


@pytest.mark.parametrize("minor", range(6))
def test_a_valid_notebook_is_read_as_nbformat_reads_it(minor: int, tmp_path: Path) -> None:
    plain = notebook()
    plain["nbformat_minor"] = minor
    if minor < 5:
        for cell in plain["cells"]:
            del cell["id"]
    path = put(tmp_path, plain)
    assert read_submission_notebook(path) == nbformat.read(path, 4)


def test_every_notebook_of_nbgraders_own_suite_is_read_as_nbformat_reads_it() -> None:
    paths = glob.glob(
        os.path.join(os.path.dirname(nbgrader.__file__), "tests/**/*.ipynb"), recursive=True
    )
    read = 0
    for path in paths:
        captured: dict[str, Any] = {}
        expected = nbformat.read(path, 4, captured)
        if not captured:
            assert read_submission_notebook(Path(path)) == expected, path
            read += 1
    assert read > 50


def test_outputs_are_dropped_on_demand_and_then_need_not_be_well_formed(tmp_path: Path) -> None:
    plain = notebook()
    plain["cells"][1]["outputs"] = [{"output_type": "unheard of"}]
    node = read_submission_notebook(put(tmp_path, plain), outputs=False)
    assert node.cells[1].outputs == [] and node.cells[1].execution_count is None
    assert refusal(tmp_path, plain).code == "invalid-notebook"


def test_nbformat_3_is_upgraded_and_said(tmp_path: Path) -> None:
    node = nbformat.reads(json.dumps(notebook()), 4)
    old = nbformat.writes(downgrade(node), version=3)
    notes: list[str] = []
    read = read_submission_notebook(put(tmp_path, old), note=notes.append)
    assert [cell.source for cell in read.cells] == ["# Squares\nand more", "print(1)"]
    assert read.cells[1].metadata.nbgrader.grade_id == "square"
    assert notes == [
        "p1.ipynb: nbformat 3 was read as nbformat 4. "
        "Save it with a current Jupyter before you submit it again."
    ]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_json_does_not_know_is_read_as_null_and_said(
    number: str, tmp_path: Path
) -> None:
    text = json.dumps(notebook()).replace('"python3"', f'"python3", "x": {number}')
    notes: list[str] = []
    read = read_submission_notebook(put(tmp_path, text), note=notes.append)
    assert read.metadata.kernelspec.x is None
    assert len(notes) == 1 and notes[0].startswith(f"p1.ipynb: {number} is not JSON")


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "truncated-json", "empty"),
        (b" \n", "truncated-json", "empty"),
        (json.dumps(notebook(), indent=1)[:60].encode(), "truncated-json", "line 5, column"),
        (json.dumps(notebook())[:-1].encode(), "truncated-json", "ends too early"),
        (b'{"cells": [1 2]}', "invalid-json", "line 1, column 14"),
        (b"\xef\xbb\xbf{}", "invalid-json", "line 1"),
        (json.dumps(notebook()).encode("utf-16"), "not-utf-8", "byte 0"),
        (b'{"a": "\xff"}', "not-utf-8", "byte 7"),
        (b"[" * 200_000, "nested-too-deep", "128 deep"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "nested-too-deep", "128 deep"),
        (b"[]", "not-a-notebook", "not a notebook"),
        (b"3", "not-a-notebook", "not a notebook"),
        (b"9" * 5000, "invalid-json", "too long"),
        (b"{}", "not-a-notebook", "nbformat"),
        (b'{"nbformat": 4, "cells": [], "metadata": {}}', "not-a-notebook", "nbformat_minor"),
        (b'{"nbformat": 99, "nbformat_minor": 0}', "unsupported-nbformat", "nbformat 99"),
        (b'{"nbformat": 2, "nbformat_minor": 0}', "unsupported-nbformat", "nbformat 2"),
        (b'{"nbformat": true, "nbformat_minor": 0}', "not-a-notebook", "missing"),
        (b'{"nbformat": 4, "nbformat_minor": -1}', "unsupported-nbformat", "4"),
        (b'{"nbformat": 4, "nbformat_minor": 5}', "invalid-notebook", "no list of cells"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "cells": [3]}', "invalid-notebook", "cell 0"),
    ],
    # Of the contents pytest would make ids, and some are drawn at random.
    ids=itertools.count(),
)
def test_what_is_no_notebook_is_refused(
    content: bytes, code: str, says: str, tmp_path: Path
) -> None:
    error = refusal(tmp_path, content)
    assert error.code == code
    assert says in str(error)


def test_a_notebook_that_was_cut_off_anywhere_is_called_truncated(tmp_path: Path) -> None:
    plain = notebook()
    plain["metadata"]["numbers"] = [-1.5e-7, True, False, None, "\u2028\n\\"]
    text = json.dumps(plain)
    for end in range(len(text)):
        assert refusal(tmp_path, text[:end]).code == "truncated-json", text[:end][-20:]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("metadata",), [], "invalid-notebook"),
        (("cells", 0, "source"), 3, "invalid-notebook"),
        (("cells", 0, "cell_type"), "heading", "invalid-notebook"),
        (("cells", 0, "metadata"), None, "invalid-notebook"),
        (("cells", 0, "attachments"), [1], "invalid-notebook"),
        (("cells", 0, "surplus"), 1, "invalid-notebook"),
        (("cells", 1, "outputs"), None, "invalid-notebook"),
        (("cells", 0, "id"), "x" * 10_000_000, "absurd-id"),
        (("cells", 0, "id"), "a/../b", "absurd-id"),
        (("cells", 0, "id"), "a\n", "absurd-id"),
        (("cells", 0, "id"), None, "absurd-id"),
        (("cells", 1, "metadata", "nbgrader", "grade_id"), "y" * 1_000_000, "absurd-id"),
        (("cells", 1, "metadata", "nbgrader", "grade_id"), "../../gradebook", "absurd-id"),
        (("cells", 1, "metadata", "nbgrader", "grade_id"), "a\x1b[2J", "absurd-id"),
        (("cells", 1, "metadata", "nbgrader", "grade_id"), ["square"], "absurd-id"),
        (("cells", 1, "metadata", "nbgrader"), None, "absurd-id"),
        (("cells", 1, "source"), "x = '\ud800'", "not-utf-8"),
        (("metadata", "x"), {"\udfff": 1}, "not-utf-8"),
    ],
)
def test_a_notebook_with_a_malformed_part_is_refused(
    path: tuple[Any, ...], value: Any, code: str, tmp_path: Path
) -> None:
    plain = notebook()
    target = plain
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert refusal(tmp_path, plain).code == code


def test_what_exceeds_a_limit_is_refused_by_name(tmp_path: Path) -> None:
    plain = notebook()
    plain["cells"] *= 6
    for name, code in [
        ("size", "oversized-notebook"),
        ("values", "too-many-values"),
        ("cells", "too-many-cells"),
        ("depth", "nested-too-deep"),
    ]:
        error = refusal(tmp_path, plain, limits=NotebookLimits(**{name: 3}))
        assert error.code == code and "3" in str(error)


def test_a_name_that_a_terminal_would_obey_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\n::error::.ipynb"
    path.write_bytes(b"{")
    with pytest.raises(UnreadableNotebookError) as caught:
        read_submission_notebook(path)
    assert str(caught.value).isprintable()


def test_a_link_and_a_fifo_are_refused_without_being_opened(tmp_path: Path) -> None:
    put(tmp_path, notebook())
    (tmp_path / "link.ipynb").symlink_to("p1.ipynb")
    os.mkfifo(tmp_path / "fifo.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    for name in ("link", "fifo", "folder"):
        with pytest.raises(UnreadableNotebookError) as caught:
            read_submission_notebook(tmp_path / f"{name}.ipynb")
        assert caught.value.code == "not-a-file"
    with pytest.raises(FileNotFoundError):
        read_submission_notebook(tmp_path / "none.ipynb")


BOMBS = {
    "tiny outputs": b"{" + b'"a":[' + b"{}," * 8_000_000 + b"{}]}",
    "empty strings": b"[" + b'"",' * 8_000_000 + b'""]',
    "escapes": b'["' + b"\\n" * 10_000_000 + b'"]',
    "backslashes": b"[" + b"\\" * 20_000_000,
    "closing brackets": b"]" * 20_000_000,
    "quotes": b'"' * 20_000_001,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_within_bounded_memory(bomb: str, tmp_path: Path) -> None:
    put(tmp_path, BOMBS[bomb])
    program = (
        "import resource, sys, pathlib\n"
        "from autograder.gradebook.reading import *\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n    read_submission_notebook(pathlib.Path(sys.argv[1]))\n"
        "except UnreadableNotebookError as error:\n    code = error.code\n"
        "print(code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "p1.ipynb")],
        capture_output=True,
        text=True,
        check=True,
    )
    code, kibibytes = done.stdout.split()
    assert code in {
        "too-many-values",
        "not-a-notebook",
        "nested-too-deep",
        "invalid-json",
        "truncated-json",
    }
    assert int(kibibytes) < 400 * 1024, "several times the file, whatever is in it"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
mostly = [
    "cell_type", "source", "metadata", "outputs", "id", "attachments", "execution_count",
    "nbgrader", "grade_id", "output_type", "data", "text", "name", "traceback", "cells",
    "worksheets", "input", "language", "prompt_number", "nbformat", "nbformat_minor", "level",
]  # fmt: skip
parts = st.recursive(
    json_values | st.sampled_from(["code", "markdown", "raw", "heading", "stream", "pyout"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(mostly), inner, max_size=5)
    ),
    max_leaves=25,
)
tops = st.fixed_dictionaries(
    {
        "nbformat": st.sampled_from([3, 4]) | parts,
        "nbformat_minor": st.integers(0, 6) | parts,
        "metadata": parts,
        "cells": parts,
    },
    optional={"worksheets": parts},
)


def outcome(folder: Path, content: bytes, outputs: bool) -> None:
    try:
        node = read_submission_notebook(put(folder, content), outputs=outputs)
    except UnreadableNotebookError as error:
        assert str(error).isprintable() and error.code
    else:
        nbformat.validate(node)
        assert node.nbformat == 4
        nbformat.writes(node).encode("utf-8")


quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quick
@given(content=st.binary(max_size=200), outputs=st.booleans())
def test_any_bytes_are_a_notebook_or_unreadable(
    content: bytes, outputs: bool, tmp_path: Path
) -> None:
    outcome(tmp_path, content, outputs)


@quick
@given(top=tops, outputs=st.booleans())
def test_any_json_is_a_notebook_or_unreadable(
    top: dict[str, Any], outputs: bool, tmp_path: Path
) -> None:
    outcome(tmp_path, json.dumps(top).encode(), outputs)


@quick
@given(data=st.data(), outputs=st.booleans())
def test_a_notebook_with_a_part_replaced_is_a_notebook_or_unreadable(
    data: st.DataObject, outputs: bool, tmp_path: Path
) -> None:
    plain = notebook()
    here: Any = plain
    while True:
        keys = list(here) if isinstance(here, dict) else range(len(here))
        key = data.draw(st.sampled_from(list(keys)))
        if not here[key] or not isinstance(here[key], dict | list) or data.draw(st.booleans()):
            break
        here = here[key]
    here[key] = data.draw(parts)
    outcome(tmp_path, json.dumps(plain).encode(), outputs)


@quick
@given(cut=st.integers(0, 400), junk=st.binary(max_size=4))
def test_a_damaged_notebook_is_a_notebook_or_unreadable(
    cut: int, junk: bytes, tmp_path: Path
) -> None:
    content = json.dumps(notebook()).encode()
    outcome(tmp_path, content[:cut] + junk + content[cut + len(junk) :], True)
