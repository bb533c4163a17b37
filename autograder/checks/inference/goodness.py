"""Goodness of fit: whether samples come from a law, at a stated false-alarm rate.

Pearson's statistic against the chi-square law. A limit on the total variation would be the wrong
test: what it is under the right law depends on the number of samples and of tokens (0.05 for 2,000
samples of 24 tokens), and that is more than most mistakes in a sampler cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.data import describe, numbers_of
from autograder.checks.errors import UnacceptableValue
from autograder.checks.finding import Bounds, Finding
from autograder.checks.inference.laws import Floats
from autograder.checks.measured import finding
from autograder.checks.run import Run
from autograder.checks.text import StudentText

__all__ = [
    "chi_square_tails",
    "counts_of",
    "draw",
    "fit",
    "pearson",
    "sampled_law",
    "sampled_roughly",
    "spread_of_counts",
    "two_calls_differ",
]

LEAST_EXPECTED = 5.0
Counts = NDArray[np.int64]


def pearson(counts: Any, law: Any) -> tuple[float, int]:
    r"""Return Pearson's statistic of counts against a law, and its degrees of freedom.

    .. math:: X^2 = \sum_i \frac{(n_i - N p_i)^2}{N p_i}

    Tokens that are expected fewer than 5 times are pooled into one cell, which takes in the
    rarest other token if it is still expected fewer than 5 times. The statistic is infinite if a
    token of probability 0 was drawn.

    Parameters
    ----------
    counts, law : array, shape (tokens,)

    References
    ----------
    Cochran (1954), "Some methods for strengthening the common chi-square tests", Biometrics 10.
    """
    found = np.asarray(counts, dtype=np.float64)
    probabilities = np.asarray(law, dtype=np.float64)
    possible = probabilities > 0
    if found[~possible].any():
        return np.inf, max(int(possible.sum()) - 1, 1)
    order = np.argsort(-probabilities[possible], kind="stable")
    expected = found.sum() * probabilities[possible][order]
    found = found[possible][order]
    cells = int((expected >= LEAST_EXPECTED).sum())
    if cells < len(expected):
        if cells and expected[cells:].sum() < LEAST_EXPECTED:
            cells -= 1
        found = np.append(found[:cells], found[cells:].sum())
        expected = np.append(expected[:cells], expected[cells:].sum())
    if len(expected) < 2:
        return 0.0, 0
    return float(((found - expected) ** 2 / expected).sum()), len(expected) - 1


def chi_square_tails(statistic: float, freedom: int) -> tuple[float, float]:
    """Return the probabilities of a chi-square value that is as large, and as small, or more so.

    The regularized incomplete gamma functions are torch's, in float64.
    """
    if freedom == 0:
        return 1.0, 1.0
    if not np.isfinite(statistic):
        return 0.0, 1.0
    import torch

    shape = torch.tensor(freedom / 2, dtype=torch.float64)
    half = torch.tensor(statistic / 2, dtype=torch.float64)
    return float(torch.special.gammaincc(shape, half)), float(torch.special.gammainc(shape, half))


def fit(counts: Sequence[Any], laws: Sequence[Any]) -> tuple[float, float]:
    """Return how well counts fit several laws: the p-value against misfit, and against quotas.

    The first is small if some context deviates (the smallest p-value of a context, times their
    number) or all of them do a little (the p-value of the sum of the statistics); the smaller of
    the two counts, times 2. The second is the lower tail of the sum: counts closer to what is
    expected than chance allows.

    Returns
    -------
    misfit, quota : float
        Each at most 1, and under the right law at most x with a probability of about x.
    """
    found = [pearson(count, law) for count, law in zip(counts, laws, strict=True)]
    worst = min(chi_square_tails(*one)[0] for one in found)
    total = sum(statistic for statistic, _ in found), sum(freedom for _, freedom in found)
    upper, lower = chi_square_tails(*total)
    return min(1.0, 2 * min(len(found) * worst, upper)), lower


def draw(
    run: Run, function: str, contexts: Sequence[Any], count: int = 2000, **settings: Any
) -> list[Any]:
    """Return what the student's ``function(logits, count, **settings)`` drew for each context.

    One call returns all samples of a context: a call a sample would take seconds.

    Parameters
    ----------
    contexts : sequence of float32 array, shape (tokens,)
        Sent as torch tensors.
    """
    import torch

    return [run.call(function, torch.from_numpy(x), count, **settings) for x in contexts]


def counts_of(samples: Any, tokens: int, count: int) -> Counts | None:
    """Return how often each token was drawn, or None if `samples` are no `count` tokens."""
    try:
        array = numbers_of(samples)
    except UnacceptableValue:
        return None
    kind = str(getattr(samples, "dtype", "int")).removeprefix("torch.")
    if array.shape != (count,) or not kind.startswith(("int", "uint")):
        return None
    if count and (array.min() < 0 or array.max() >= tokens):
        return None
    return np.bincount(array.astype(np.int64), minlength=tokens)


def sampled_roughly(
    samples: Sequence[Any],
    laws: Sequence[Floats],
    *,
    count: int = 2000,
    at_most: float = 0.25,
    name: str = "samples",
    hint: str = "",
) -> Finding:
    """Check that samples are tokens and look at all like the law: a gate.

    Measured is the largest total variation between the shares of the tokens and the law, over all
    contexts: 0.02 to 0.06 for 2,000 right samples in six designed contexts of 24 tokens, 0.6 or
    more for one token or for all alike. The threshold lies a third of the way. It stops stubs;
    whether the law is right, only :func:`sampled_law` can tell.
    """
    bounds = Bounds(None, at_most, "linear")
    worst = 0.0
    for drawn, law in zip(samples, laws, strict=True):
        counts = counts_of(drawn, len(law), count)
        if counts is None:
            text = StudentText(f"{describe(drawn)}", "not that many tokens")
            wanted = f"whole numbers from 0 to {len(law) - 1}, shape ({count},)"
            return finding(name, text, bounds, gate=True, hint=hint, wanted=wanted)
        worst = max(worst, 0.5 * float(np.abs(counts / count - law).sum()))
    return finding(name, worst, bounds, unit="total variation", gate=True, hint=hint)


def sampled_law(
    samples: Sequence[Any],
    laws: Sequence[Floats],
    *,
    count: int = 2000,
    at_least: float = 1e-6,
    name: str = "law of the samples",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Test whether samples of several contexts come from their laws, by Pearson's chi-square.

    Measured is the p-value of :func:`fit`. A right sampler falls below `at_least` about that
    often: of 166,950 right findings 0.11 % were below 1e-3, 9e-5 below 1e-4 and 6e-6 below 1e-5.
    The tail of a pooled statistic can be heavier than that of chi-square, so state a rate a
    decade above the sum of the nominal ones. On :func:`designed_contexts` no near miss measured
    more than 2e-27 (``benchmarks/sampling_test.py``).

    Parameters
    ----------
    samples : sequence
        What :func:`draw` returned.
    laws : sequence of array, shape (tokens,)
        One a context.
    count : int
        Samples a context.
    at_least : float
        Nominal false-alarm rate of this finding.
    """
    found = _counts(samples, laws, count)
    p_value = None if found is None else fit(found, laws)[0]
    return _p_value(p_value, at_least, name=name, weight=weight, hint=hint)


def spread_of_counts(
    samples: Sequence[Any],
    laws: Sequence[Floats],
    *,
    count: int = 2000,
    at_least: float = 1e-6,
    name: str = "spread of the counts",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Test that counts scatter as chance has it: the lower tail of Pearson's statistic.

    Who hands out each token as often as the law says, rounded, has the right shares and has not
    sampled; the p-value is then 1e-20 or less for a handful of contexts. *Too good is wrong too.*

    Parameters
    ----------
    samples, laws, count, at_least
        As in :func:`sampled_law`; the statistics of all contexts are added, so give many.
    """
    found = _counts(samples, laws, count)
    p_value = None if found is None else fit(found, laws)[1]
    return _p_value(p_value, at_least, name=name, weight=weight, hint=hint)


def two_calls_differ(
    one: Sequence[Any],
    other: Sequence[Any],
    *,
    name: str = "two calls",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that two calls with the same arguments drew different samples, for every context.

    An exact comparison: 2,000 independent samples agree by chance with a probability of zero for
    any purpose. A sampler that seeds its generator in each call fails.
    """
    same = 0
    for first, second in zip(one, other, strict=True):
        left, right = numbers_of(first), numbers_of(second)
        same += left.shape == right.shape and bool(np.array_equal(left, right))
    return finding(
        name,
        float(same),
        Bounds(None, 0.0, "exact"),
        unit=f"of {len(one)} contexts with the same samples",
        weight=weight,
        hint=hint,
        wanted="samples that differ from call to call",
    )


def _counts(samples: Sequence[Any], laws: Sequence[Floats], count: int) -> list[Counts] | None:
    found = [counts_of(s, len(law), count) for s, law in zip(samples, laws, strict=True)]
    whole = [counts for counts in found if counts is not None]
    return whole if len(whole) == len(found) else None


def _p_value(
    p_value: float | None, at_least: float, *, name: str, weight: float, hint: str
) -> Finding:
    bounds = Bounds(at_least, None, "log")
    missing = StudentText("not that many tokens", "not that many tokens")
    measured = missing if p_value is None else p_value
    return finding(name, measured, bounds, unit="p-value", weight=weight, hint=hint)
