"""The kernel exits successfully before the tests, which then say nothing."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer("p1", "square", "import os\nos._exit(0)")
