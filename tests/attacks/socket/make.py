"""A socket beside the notebook."""

from __future__ import annotations

import os
import stat
from typing import Any


def make(package: Any) -> None:
    os.mknod(package.folder / "socket", stat.S_IFSOCK | 0o600)
