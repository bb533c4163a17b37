"""In another language, by a language pack as JupyterLab has them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .server import Lab, Place
from .window import Window

PACK = "jupyterlab_language_pack_de_DE"
WORDS = {
    "": {
        "domain": "llm_classroom",
        "language": "de-DE",
        "plural_forms": "nplurals=2; plural=(n!=1);",
    },
    "Assignments": ["Aufgaben"],
    "Fetch": ["Holen"],
    "Released": ["Veröffentlicht"],
    "%1 point": ["%1 Punkt", "%1 Punkte"],
    "Show the Classroom": ["Das Klassenzimmer zeigen"],
}


def write_pack(folder: Path) -> None:
    """Write a language pack as pip installs one."""
    messages = folder / PACK / "locale" / "de_DE" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    (folder / PACK / "__init__.py").touch()
    (messages / "llm_classroom.json").write_text(json.dumps(WORDS))
    info = folder / f"{PACK}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACK}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[jupyterlab.languagepack]\nde_DE = {PACK}\n")


@pytest.fixture
def lab_in_german(
    place: Place, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Lab]:
    """A Lab whose student has chosen a language."""
    write_pack(tmp_path)
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    monkeypatch.setenv("PYTHONPATH", path)
    place.set("@jupyterlab/translation-extension:plugin", {"locale": "de_DE"})
    lab.restart()
    yield lab
    lab.stop()


@pytest.mark.usefixtures("lab_in_german")
def test_a_language_pack_speaks_for_the_classroom(open_window: Callable[..., Window]) -> None:
    window = open_window().open()
    window.palette("Das Klassenzimmer zeigen")
    row = window.row("Doubling")
    expect(row).to_contain_text("10 Punkte")
    expect(row).to_contain_text("Veröffentlicht")
    expect(window.button("Holen", "Doubling")).to_be_visible()
    expect(window.panel).to_contain_text("Aufgaben")
    # What the pack has no words for stays as it is.
    expect(window.panel.get_by_role("button", name="Open the map")).to_be_visible()
