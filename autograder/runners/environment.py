"""The environment of workers: as many threads as their job has processors."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping

__all__ = ["overlaid", "thread_variables"]

VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
)


def thread_variables(cpus: int) -> dict[str, str]:
    """Return what makes numeric libraries use `cpus` threads; tokenizers do not like forks."""
    return {**dict.fromkeys(VARIABLES, str(cpus)), "TOKENIZERS_PARALLELISM": "false"}


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
