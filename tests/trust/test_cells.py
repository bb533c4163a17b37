"""Assert cells of common styles: outside the kernel, honest answers pass and wrong ones fail."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

CELLS = tomllib.loads(Path(__file__).with_name("cells.toml").read_text(encoding="utf-8"))["cell"]


@pytest.fixture(scope="module")
def marked(desk: Any) -> dict[str, list[Any]]:
    """What became of each cell, first with the honest answer, then with the wrong one."""
    sheets = []
    for cell in CELLS:
        given = [("given", cell["given"])] if "given" in cell else []
        answers = [("answer", cell[kind]) for kind in ("honest", "wrong")]
        test = ("test", cell["test"])
        parts = [*given, answers[0], test, answers[1], test]
        sheets.append(desk.sheet(cell["name"], parts, {len(given) + 2: cell["honest"]}))
    found: dict[str, list[Any]] = desk.mark(sheets)
    return found


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell["name"])
def test_an_honest_answer_passes_and_a_wrong_one_fails(cell, marked):
    honest, wrong = marked[cell["name"]]
    if "unserved" not in cell:
        assert (honest.state, wrong.state) == ("passed", "failed"), (honest, wrong)
        return
    for found in (honest, wrong):
        assert found.state == "ungraded"
        assert cell["unserved"] in found.reason


def test_nearly_all_cells_are_served():
    assert len(CELLS) == len({cell["name"] for cell in CELLS}) == 73
    assert sum("unserved" not in cell for cell in CELLS) == 70
