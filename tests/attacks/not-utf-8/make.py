"""The notebook is saved as UTF-16."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.write("p1.ipynb", package.text("p1").encode("utf-16"))
