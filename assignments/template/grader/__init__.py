"""Oracles for the hidden findings: importable in the checker and nowhere else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["entropy", "softmax"]


def softmax(x: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Return the softmax of `x` over its last axis."""
    powers = np.exp((x - x.max(axis=-1, keepdims=True)) / temperature)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def entropy(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the entropy in nats of `p` over its last axis."""
    logs = np.log(np.where(p > 0, p, 1.0))
    return np.asarray(-(p * logs).sum(axis=-1))
