"""The notebook asks for a kernel of its own."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.notebook("p1")["metadata"]["kernelspec"] = {
        "name": "no-such-kernel",
        "display_name": "Mine",
        "language": "python",
    }
    package.save("p1")
