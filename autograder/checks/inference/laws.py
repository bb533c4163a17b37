"""Laws of the next token in float64: what a right sampler draws from, and what near misses do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograder.checks.data import numbers_of

__all__ = [
    "Floats",
    "Law",
    "law",
    "log_softmax",
    "near_misses",
    "penalized",
    "softmax",
    "top_k",
    "top_p",
    "total_variation",
]

Floats: TypeAlias = NDArray[np.float64]
Law: TypeAlias = Callable[[Floats], Floats]


def log_softmax(logits: Any) -> Floats:
    """Return the log-probabilities of logits of shape (..., tokens)."""
    array = np.asarray(numbers_of(logits), dtype=np.float64)
    array = array - array.max(axis=-1, keepdims=True)
    result: Floats = array - np.log(np.exp(array).sum(axis=-1, keepdims=True))
    return result


def softmax(logits: Any) -> Floats:
    """Return the probabilities of logits of shape (..., tokens); of minus infinity it is 0."""
    return np.asarray(np.exp(log_softmax(logits)), dtype=np.float64)


def top_k(logits: Any, k: int) -> Floats:
    """Return logits with minus infinity for all that are below the k-th largest of their row.

    What is tied with the k-th largest stays, so that more than `k` may be left; a `k` above the
    number of tokens keeps everything.

    References
    ----------
    Fan et al. (2018), arXiv:1805.04833.
    """
    array = np.asarray(numbers_of(logits), dtype=np.float64)
    place = max(array.shape[-1] - k, 0)
    least = np.sort(array, axis=-1)[..., place : place + 1]
    return np.where(array < least, -np.inf, array)


def top_p(logits: Any, p: float) -> Floats:
    """Return logits with minus infinity outside the nucleus of their row.

    The nucleus is the smallest set of most probable tokens whose probabilities add up to `p` or
    more: the token that crosses `p` belongs to it, one token at least is left, and 1 keeps
    everything. Of equally probable tokens those with smaller numbers come first.

    References
    ----------
    Holtzman et al. (2020), arXiv:1904.09751.
    """
    array = np.asarray(numbers_of(logits), dtype=np.float64)
    if p >= 1:
        return array
    order = np.argsort(-array, axis=-1, kind="stable")
    probabilities = np.take_along_axis(softmax(array), order, axis=-1)
    before = np.cumsum(probabilities, axis=-1) - probabilities
    kept = np.empty(array.shape, dtype=bool)
    np.put_along_axis(kept, order, before < p, axis=-1)
    return np.where(kept, array, -np.inf)


def penalized(logits: Any, ids: Sequence[int], penalty: float) -> Floats:
    """Return the logits of one row, those of the tokens in `ids` made less likely, once each.

    A positive logit is divided by `penalty`, a negative one multiplied: either way it falls, for
    a penalty above 1.

    References
    ----------
    Keskar et al. (2019), arXiv:1909.05858, with the case of negative logits that they leave out.
    """
    array = np.asarray(numbers_of(logits), dtype=np.float64).copy()
    seen = sorted(set(ids))
    array[seen] = np.where(array[seen] > 0, array[seen] / penalty, array[seen] * penalty)
    return array


def law(logits: Any, *, temperature: float = 1.0, k: int | None = None, p: float = 1.0) -> Floats:
    """Return the probabilities after temperature, then top-k, then top-p, as is the custom.

    Parameters
    ----------
    logits : array, shape (..., tokens)
    temperature : float
        Positive.
    k : int or None
        None keeps all tokens.
    p : float
        Of the law that top-k leaves, renormalized; 1 keeps all tokens.
    """
    array = np.asarray(numbers_of(logits), dtype=np.float64) / temperature
    if k is not None:
        array = top_k(array, k)
    return softmax(top_p(array, p))


def total_variation(one: Floats, other: Floats) -> Floats:
    """Return half of the sum of the absolute differences along the last axis."""
    return np.asarray(0.5 * np.abs(one - other).sum(axis=-1), dtype=np.float64)


def near_misses(
    *, temperature: float = 1.0, k: int | None = None, p: float = 1.0
) -> dict[str, Law]:
    """Return the laws of plausible wrong samplers for these settings, by name.

    Only what differs from the right law: with ``temperature=1`` there is no temperature to
    misplace. Each takes logits of shape (tokens,) in float64.
    """
    settings: dict[str, Any] = {"temperature": temperature, "k": k, "p": p}
    found: dict[str, Law] = {
        "greedy": lambda x: np.eye(len(x))[int(np.argmax(x))],
        "uniform": lambda x: np.full(len(x), 1 / len(x)),
        "softmax twice": lambda x: softmax(law(x, **settings)),
    }
    if temperature != 1:
        found |= _temperature_misses(temperature, k, p)
    if k is not None:
        found |= _top_k_misses(temperature, k, p)
    if p < 1:
        found |= _top_p_misses(temperature, k, p)
    if k is not None and p < 1:
        found["top-p before top-k"] = lambda x: softmax(top_k(top_p(x / temperature, p), k))
        found["top-p on the unfiltered law"] = lambda x: _both(x / temperature, k, p)
    return found


def _temperature_misses(t: float, k: int | None, p: float) -> dict[str, Law]:
    found: dict[str, Law] = {
        "temperature multiplied": lambda x: law(x, temperature=1 / t, k=k, p=p),
        "temperature ignored": lambda x: law(x, k=k, p=p),
        "temperature applied twice": lambda x: law(x, temperature=t * t, k=k, p=p),
        "root of the temperature": lambda x: law(x, temperature=t**0.5, k=k, p=p),
        "temperature on probabilities": lambda x: law(softmax(x) / t, k=k, p=p),
    }
    if p < 1:
        found["temperature last"] = lambda x: softmax(np.log(law(x, k=k, p=p) + 1e-300) / t)
    return found


def _top_k_misses(t: float, k: int, p: float) -> dict[str, Law]:
    return {
        "k - 1": lambda x: law(x, temperature=t, k=k - 1, p=p),
        "k + 1": lambda x: law(x, temperature=t, k=k + 1, p=p),
        "top-k ignored": lambda x: law(x, temperature=t, p=p),
        "filtered logits set to 0": lambda x: softmax(
            top_p(np.where(np.isfinite(top_k(x / t, k)), x / t, 0.0), p)
        ),
        "uniform over what is left": lambda x: _uniform(law(x, temperature=t, k=k, p=p)),
    }


def _top_p_misses(t: float, k: int | None, p: float) -> dict[str, Law]:
    return {
        "top-p ignored": lambda x: law(x, temperature=t, k=k),
        "crossing token left out": lambda x: _resized(x, t, k, p, -1),
        "one token more": lambda x: _resized(x, t, k, p, 1),
        "uniform over what is left": lambda x: _uniform(law(x, temperature=t, k=k, p=p)),
        "top-p unsorted": lambda x: _unsorted(law(x, temperature=t, k=k), p),
    }


def _uniform(probabilities: Floats) -> Floats:
    kept = probabilities > 0
    return np.asarray(kept / kept.sum(), dtype=np.float64)


def _resized(x: Floats, t: float, k: int | None, p: float, more: int) -> Floats:
    """The law of a nucleus that is `more` tokens larger, of one token at least."""
    whole = law(x, temperature=t, k=k)
    size = int((law(x, temperature=t, k=k, p=p) > 0).sum()) + more
    kept = np.argsort(-whole, kind="stable")[: max(size, 1)]
    result = np.zeros_like(whole)
    result[kept] = whole[kept]
    return np.asarray(result / result.sum(), dtype=np.float64)


def _unsorted(probabilities: Floats, p: float) -> Floats:
    kept = np.cumsum(probabilities) - probabilities < p
    result = np.where(kept, probabilities, 0.0)
    return np.asarray(result / result.sum(), dtype=np.float64)


def _both(x: Floats, k: int | None, p: float) -> Floats:
    """Both filters on the same law, and what passes both."""
    filtered = top_p(x, p)
    if k is not None:
        filtered = np.where(np.isfinite(top_k(x, k)), filtered, -np.inf)
    return softmax(filtered)
