"""A notebook that the assignment does not have."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.save("scratch", package.notebook("p1"))
