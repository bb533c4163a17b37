"""What a folder can hold that leads elsewhere, is too much, or is no notebook: no route follows."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.extension.server.contract import operations

MARKER = "PLANTEDMARKER"
TOY = "/courses/nlp/assignments/toy"
STAMP = "2026-01-01 12:00:00.000000 UTC"


@pytest.fixture
def folder(jp_root_dir: Path) -> Path:
    return Path(jp_root_dir) / "toy"


@pytest.fixture
def secret(tmp_path: Path, course: Path) -> Path:
    """A folder such as an instructor's or another student's, shaped like an assignment's."""
    place = tmp_path / "secret" / "toy"
    shutil.copytree(course / "source" / "toy", place)
    notebook = nbformat.read(place / "toy.ipynb", 4)
    notebook.cells[0].source = MARKER
    nbformat.write(notebook, place / "toy.ipynb")
    release = course / "exchange" / "nlp" / "outbound" / "toy" / "classroom.json"
    told = json.loads(release.read_text())
    (place / "classroom.json").write_text(json.dumps({**told, "title": MARKER}))
    (place / "data.csv").write_text(MARKER)
    pages = place / "feedback" / STAMP
    pages.mkdir(parents=True)
    (pages / "toy.html").write_text(f"<p>{MARKER}</p>")
    return place


@pytest.fixture
def every_answer(ask, finish) -> Callable[..., Any]:
    """Ask everything there is to ask of ``toy``; return what was answered, jobs as they ended."""
    names = {
        "course": "nlp",
        "assignment": "toy",
        "notebook": "toy",
        "submission": STAMP,
        "job": "0" * 32,
        "resource": "scientist-1.nanogpt",
    }
    bodies: dict[str, list[dict[str, str]]] = {
        "check": [{"notebook": "toy"}],
        "restore": [{"path": path} for path in ("toy.ipynb", "data.csv", "classroom.json")],
    }

    async def every_answer() -> list[tuple[int, Any]]:
        answers = []
        for (verb, template), told in operations().items():
            for body in bodies.get(template.rpartition("/")[2], [{}]):
                path = template.format(**names)
                if "202" in told["responses"]:
                    answers.append((202, await finish(path, body)))
                else:
                    answers.append(await ask(verb.upper(), path, body))
        return answers

    return every_answer


def link(place: Path, target: Path) -> None:
    """Put a link in the place of whatever is there."""
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "toy.ipynb",
        "classroom.json",
        "data.csv",
        "feedback",
        f"feedback/{STAMP}",
        f"feedback/{STAMP}/toy.html",
    ],
)
async def test_a_link_in_the_students_folder_is_followed_by_no_route(
    every_answer, finish, folder, secret, name
):
    await finish(f"{TOY}/fetch")
    link(folder / name, secret / name)
    before = {path: path.read_bytes() for path in secret.rglob("*") if path.is_file()}
    answers = await every_answer()
    assert len(answers) > 15
    assert 200 in {status for status, _ in answers}
    assert MARKER not in json.dumps(answers)
    assert {path: path.read_bytes() for path in secret.rglob("*") if path.is_file()} == before


DAMAGED = {
    "deep": "[" * 1_000_000,
    "deep inside": '{"cells": ' + '{"a": ' * 100_000,
    "no number": '{"cells": [], "metadata": {"x": NaN}, "nbformat": 4, "nbformat_minor": 5}',
    "a long number": "1" * 100_000,
    "two cells": '{"cells": 1, "cells": [{}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "half a character": '{"cells": ["\\ud800"], "metadata": {}, "nbformat": 4}',
    "empty": "",
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=list(DAMAGED))
async def test_a_notebook_that_is_none_breaks_no_route(every_answer, ask, finish, folder, text):
    await finish(f"{TOY}/fetch")
    (folder / "toy.ipynb").write_text(text)
    (folder / "classroom.json").write_text(text)
    answers = await every_answer()
    assert max(status for status, _ in answers) < 500
    assert '"Fault"' not in json.dumps(answers)
    for name in ("toy.mine-1.ipynb", "classroom.mine-1.json"):
        assert (folder / name).read_text() == text
    _, detail = await ask("GET", TOY)
    states = {file["path"]: file["state"] for file in detail["files"]}
    assert (states["toy.ipynb"], states["classroom.json"]) == ("unchanged", "unchanged")


async def test_what_is_no_file_or_has_an_odd_name_breaks_no_route(every_answer, finish, folder):
    await finish(f"{TOY}/fetch")
    (folder / "toy.ipynb").unlink()
    os.mkfifo(folder / "toy.ipynb")
    for name in ("a\nb.ipynb", "\u202egpj.ipynb", "e\u0301.ipynb", "\u00e9.ipynb", "<b>.ipynb"):
        (folder / name).write_text("{}")
    (Path(os.fsencode(folder).decode("utf-8", "surrogateescape")) / "x.ipynb").mkdir()
    with open(os.fsencode(folder) + b"/\xff.ipynb", "w") as file:
        file.write("{}")
    deep = folder.joinpath(*["d"] * 40)
    deep.mkdir(parents=True)
    answers = await every_answer()
    assert max(status for status, _ in answers) < 500
    said = json.dumps(answers)
    assert '"Fault"' not in said
    assert "\\u202e" not in said.replace("\\\\u202e", "")
