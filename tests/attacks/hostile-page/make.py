"""Scripts in every kind of output, in a link and in text."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any


def make(package: Any) -> None:
    notebook = package.notebook("p1")
    notebook["cells"].insert(
        0,
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": f"<script>{MARK}</script>[x](javascript:{MARK})<img src=x onerror={MARK}>",
        },
    )
    package.save("p1")
    package.answer(
        "p1",
        "square",
        f"""
        from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display
        script = "<script>{MARK}</script><img src=x onerror={MARK}>"
        script += "<a href='javascript:{MARK}'>x</a>"
        for kind in (HTML, Javascript, Latex, Markdown):
            display(kind(script))
        display({{"image/svg+xml": "<svg onload='{MARK}'></svg>", "text/plain": script}}, raw=True)
        display({{"application/vnd.jupyter.widget-view+json": {{"model_id": script}}}}, raw=True)
        print(script)
        def square(x):
            return x * x
        """,
    )


MARK = "stolen_4721()"


class Alive(HTMLParser):
    """Collects what a browser would execute."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tag = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tag = tag
        for name, value in attributes:
            address = name in ("href", "src", "xlink:href", "action", "data")
            calls = address and str(value).strip().lower().startswith("javascript:")
            if MARK in str(value) and (name.startswith("on") or calls):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_data(self, data: str) -> None:
        if self.tag == "script" and data.lstrip().startswith(MARK):
            self.found.append(f"<script>{data[:80]}")


def effect(graded: Any) -> Iterator[str]:
    """What of it is alive in the page of feedback."""
    words = [sys.executable, "-m", "autograder", "feedback", "ps1", "--student=hostile-page"]
    done = subprocess.run(words, cwd=graded.course, capture_output=True, text=True)
    page = graded.course / "feedback" / "hostile-page" / "ps1" / "p1.html"
    if not page.exists():
        yield f"no page: {done.stderr}"
        return
    yield from alive(page.read_text("utf-8"))


def alive(page: str) -> list[str]:
    """Return what of a page is executed."""
    parser = Alive()
    parser.feed(page)
    return parser.found


def demonstrate(folder: Path) -> None:
    """A page made of a notebook by nbconvert, as nbgrader has it, keeps the script."""
    from nbconvert import HTMLExporter
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    html = new_output("display_data", {"text/html": f"<script>{MARK}</script>"})
    page, _ = HTMLExporter().from_notebook_node(
        new_notebook(cells=[new_code_cell("x", outputs=[html])])
    )
    assert alive(page)
