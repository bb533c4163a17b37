from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.gradebook.description import (
    Description,
    LatePolicy,
    NotebookDescription,
    QuestionDescription,
    read_description,
)

TOY = Description(
    course="nlp",
    assignment="toy",
    title="Doubling",
    points=10.0,
    due="2026-10-02T12:00:00Z",
    late=LatePolicy("nbgrader.plugins.LateSubmissionPlugin", "zero"),
    notebooks=(
        NotebookDescription(
            "toy", 10.0, (QuestionDescription("q", "tests", 3.0, "Twice.", 2),), {"SEED": "0"}
        ),
    ),
    summary="A number, twice.",
    minutes=5,
    topics=("engineer-1",),
    seed_notebooks=("introduction-to-quantization",),
    prerequisites=("other",),
    rules=({"question": "q", "names": ["sorted"], "keywords": []},),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)


def read(path: Path, data: Any) -> Description | None:
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return read_description(path)


def test_a_description_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read(tmp_path / "classroom.json", TOY.to_json()) == TOY


def test_an_earlier_release_without_seed_notebooks_is_read(tmp_path: Path) -> None:
    data = json.loads(TOY.to_json())
    del data["seed_notebooks"]
    data["something"] = "new"
    assert read(tmp_path / "c", data) == dataclasses.replace(TOY, seed_notebooks=())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", 2),
        ("schema", True),
        ("course", 7),
        pytest.param("title", "x" * 20_001, id="title-long"),
        ("title", None),
        ("points", "10"),
        ("points", float("nan")),
        ("points", 1e300),
        pytest.param("points", 10**400, id="points-huge"),
        ("points", True),
        ("due", "tomorrow"),
        ("due", "2026-10-02T12:00:00"),
        ("due", 5),
        ("late", None),
        ("late", {"plugin": 5}),
        ("minutes", -1),
        ("minutes", 2.5),
        ("topics", "engineer-1"),
        pytest.param("topics", ["x"] * 1001, id="topics-many"),
        ("topics", [["x"]]),
        ("notebooks", {}),
        ("notebooks", [{}]),
        ("notebooks", [None]),
        ("late", ["plugin"]),
        ("late", "text"),
        ("rules", [7]),
        ("notebooks", [{"name": "toy", "points": 1, "questions": [{"kind": "evil"}]}]),
        ("notebooks", [{"name": "t", "points": 1, "questions": [], "parameters": {"S": 0}}]),
        ("rules", [["x"]]),
    ],
)
def test_what_has_another_type_or_size_counts_as_none(tmp_path: Path, key: str, value: Any) -> None:
    data = {**json.loads(TOY.to_json()), key: value}
    assert read(tmp_path / "c", data) is None


@settings(deadline=None)
@given(ANYTHING, st.sampled_from([field.name for field in dataclasses.fields(TOY)]))
def test_any_json_in_any_place_is_a_description_or_none(value: Any, key: str) -> None:
    data = {**json.loads(TOY.to_json()), key: value}
    with tempfile.TemporaryDirectory() as folder:
        for text in (json.dumps(data), json.dumps(value)):
            found = read(Path(folder, "c"), text)
            assert found is None or json.loads(found.to_json())["schema"] == 1


def test_links_pipes_and_large_files_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "c").write_text(TOY.to_json())
    (tmp_path / "link").symlink_to(tmp_path / "c")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_text(TOY.to_json() + " " * (1 << 20))
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "deep").write_text("[" * 200_000)
    for name in ("link", "pipe", "large", "binary", "deep", "missing", "."):
        assert read_description(tmp_path / name) is None
