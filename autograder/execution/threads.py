"""How many threads numeric libraries may use, said through the environment."""

from __future__ import annotations

__all__ = ["thread_variables"]

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
