"""Logits on which wrong samplers differ from the right one by enough to be found."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from autograder.checks.errors import CheckError
from autograder.checks.inference.laws import Law, total_variation

__all__ = ["designed_contexts"]

TRIES = 20_000


def designed_contexts(
    rng: np.random.Generator,
    right: Law,
    wrong: Iterable[Law],
    *,
    count: int = 6,
    tokens: int = 24,
    least: float = 0.05,
) -> list[NDArray[np.float32]]:
    """Draw contexts in which each wrong law is far from the right one.

    Contexts from a model are poor for this: a nucleus that is one token too large often weighs
    nothing there. Here logits are ``-a * rank`` with noise of 0.25, `a` even on [0.15, 0.6], in
    random order and with a random constant added, drawn again until every wrong law is `least`
    away in total variation. With 2,000 samples on each of 6 such contexts, 30 wrong samplers were
    found every time at a false-alarm rate of 1e-6 (``benchmarks/sampling_test.py``).

    Parameters
    ----------
    rng : numpy.random.Generator
    right : callable
        From logits of shape (tokens,) to probabilities.
    wrong : iterable of callable
        Likewise; see :func:`near_misses`.
    count, tokens : int
        How many contexts, and how many tokens each has.
    least : float
        Total variation.

    Returns
    -------
    list of float32 array, shape (tokens,)

    Raises
    ------
    CheckError
        20,000 draws were not enough: some wrong law is too near to the right one.
    """
    wrong = tuple(wrong)
    found: list[NDArray[np.float32]] = []
    for _ in range(TRIES):
        slope = rng.uniform(0.15, 0.6)
        logits = -slope * np.arange(tokens) + rng.normal(scale=0.25, size=tokens)
        shifted = rng.permutation(logits) + rng.normal(scale=3.0)
        rounded = shifted.astype(np.float32)
        wide = rounded.astype(np.float64)
        law = right(wide)
        if all(total_variation(law, other(wide)) >= least for other in wrong):
            found.append(rounded)
            if len(found) == count:
                return found
    raise CheckError(
        f"Only {len(found)} of {count} contexts were found on which every wrong law is "
        f"{least:g} away; lower that distance or leave a wrong law out."
    )
