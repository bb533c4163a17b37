"""Oracles and data for the hidden findings: importable in the checker and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["heldout_ids", "kl_divergence", "perplexity"]

WINDOWS, TOKENS = 32, 128


def heldout_ids() -> NDArray[np.int64]:
    """Return tokens of a text that is in no release, shape (32, 128)."""
    from autograder.models import load_tokenizer

    text = (Path(__file__).parent / "heldout.txt").read_text(encoding="utf-8")
    # The text is cut into windows, so it may be longer than the model's context.
    ids = load_tokenizer("tiny-base")(text, verbose=False)["input_ids"][: WINDOWS * TOKENS]
    return np.asarray(ids, dtype=np.int64).reshape(WINDOWS, TOKENS)


def perplexity(logits: Any, ids: Any) -> float:
    """Return the perplexity of tokens 1 to T-1, each predicted from the logits before it.

    Parameters
    ----------
    logits : array, shape (T, V)
    ids : integer array, shape (T,)
    """
    log_p = _log_softmax(logits)[:-1]
    targets = np.asarray(ids)[1:]
    return float(np.exp(-log_p[np.arange(len(targets)), targets].mean()))


def kl_divergence(logits_p: Any, logits_q: Any) -> float:
    """Return KL(p || q) in nats, averaged over positions; both arrays of shape (T, V)."""
    log_p, log_q = _log_softmax(logits_p), _log_softmax(logits_q)
    return float((np.exp(log_p) * (log_p - log_q)).sum(axis=1).mean())


def _log_softmax(logits: Any) -> NDArray[np.float64]:
    array = np.asarray(logits, dtype=np.float64)
    array = array - array.max(axis=-1, keepdims=True)
    result: NDArray[np.float64] = array - np.log(np.exp(array).sum(axis=-1, keepdims=True))
    return result
