"""The environment that a child process inherits."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping

__all__ = ["overlaid"]


@contextlib.contextmanager
def overlaid(variables: Mapping[str, str]) -> Iterator[None]:
    """Set `variables` in this process's environment for a moment, for a child to inherit."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
