"""The notebook is the instructor's file under a second name."""

from __future__ import annotations

import os
from typing import Any


def make(package: Any) -> None:
    (package.folder / "p1.ipynb").unlink()
    os.link(package.course / "source" / "ps1" / "p1.ipynb", package.folder / "p1.ipynb")
