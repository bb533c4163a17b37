"""The notebook is a FIFO, at which a reader waits for ever."""

from __future__ import annotations

import os
from typing import Any


def make(package: Any) -> None:
    (package.folder / "p1.ipynb").unlink()
    os.mkfifo(package.folder / "p1.ipynb")
