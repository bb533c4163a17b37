"""Greedy and beam search, and how close their decisions were: the oracle of the sequence checks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograder.checks.inference.laws import log_softmax

__all__ = [
    "Hypothesis",
    "NextLogits",
    "Search",
    "beam_search",
    "best_sequence",
    "greedy_search",
    "log_probability",
    "markov_table",
    "table_logits",
]

NextLogits: TypeAlias = Callable[[list[list[int]]], Any]
Hypothesis: TypeAlias = tuple[list[int], float]


@dataclass(frozen=True, slots=True)
class Search:
    """A finished beam search.

    Parameters
    ----------
    start : list of int
        The prompt.
    kept : list of list of (list of int, float)
        For each step the hypotheses that it kept, prompt included, with the sums of their
        log-probabilities: those that ended in it, then those that go on.
    end : int
        The token that ends a hypothesis.
    gap : float
        The smallest distance in score, over all steps, between what was kept and what was not.
        Where it is near 0, rounding decides, and the search is no test.
    next_logits : callable
        What was searched.
    """

    start: list[int]
    kept: list[list[Hypothesis]]
    end: int
    gap: float
    next_logits: NextLogits

    def ended(self) -> list[Hypothesis]:
        """Return all hypotheses that ended, in whatever step."""
        return [h for step in self.kept for h in step if h[0][-1] == self.end]

    def first(self, steps: int) -> Search:
        """Return the search as it was after some steps."""
        return dataclasses.replace(self, kept=self.kept[:steps])

    def live(self, step: int) -> list[Hypothesis]:
        """Return the hypotheses that went on after a step."""
        return [h for h in self.kept[step] if h[0][-1] != self.end]


def greedy_search(
    next_logits: NextLogits, start: Sequence[int], *, steps: int, end: int
) -> tuple[list[int], float]:
    """Return the most probable token again and again, until `end` comes or `steps` are over.

    Parameters
    ----------
    next_logits : callable
        From sequences of equal length to logits of shape (sequences, tokens).
    start : sequence of int
        The prompt.

    Returns
    -------
    tokens : list of int
        The new ones, with `end` if it came.
    gap : float
        The smallest distance between the two largest logits of a step.
    """
    tokens: list[int] = []
    gap = np.inf
    for _ in range(steps):
        logits = log_softmax(next_logits([[*start, *tokens]]))[0]
        second, first = np.sort(logits)[-2:]
        gap = min(gap, float(first - second))
        tokens.append(int(np.argmax(logits)))
        if tokens[-1] == end:
            break
    return tokens, gap


def beam_search(
    next_logits: NextLogits, start: Sequence[int], *, width: int, steps: int, end: int
) -> Search:
    """Return what a beam search keeps in each step.

    Of all one-token extensions of the live hypotheses, those that end and are among the `width`
    best are kept and never extended; the `width` best that do not end go on. All `steps` are
    made. With :func:`best_sequence` this is the search of transformers with
    ``early_stopping="never"``.

    References
    ----------
    Graves (2012), arXiv:1211.3711; Sutskever et al. (2014), arXiv:1409.3215.
    """
    live: list[Hypothesis] = [(list(start), 0.0)]
    kept: list[list[Hypothesis]] = []
    gap = np.inf
    for _ in range(steps):
        log_p = log_softmax(next_logits([ids for ids, _ in live]))
        totals = np.asarray([score for _, score in live])[:, np.newaxis] + log_p
        scores, tokens = totals.ravel(), np.tile(np.arange(log_p.shape[1]), len(live))
        order = np.argsort(-scores, kind="stable")
        going = order[tokens[order] != end]
        best = order[:width]
        gap = min(gap, _gap(scores, order, width), _gap(scores, going, width))

        def grown(places: NDArray[np.int64], totals: Any = totals, old: Any = live) -> Any:
            rows, columns = np.divmod(places, totals.shape[1])
            return [
                ([*old[row][0], int(column)], float(totals[row, column]))
                for row, column in zip(rows, columns, strict=True)
            ]

        ended = grown(best[tokens[best] == end])
        live = grown(going[:width])
        kept.append(ended + live)
    return Search(list(start), kept, end, float(gap), next_logits)


def best_sequence(
    kept: Sequence[Sequence[Hypothesis]], start: Sequence[int], *, alpha: float, end: int
) -> tuple[list[int], float]:
    r"""Return the new tokens of the best hypothesis, and its lead on the second.

    Best is the largest :math:`\log p / n^\alpha`, with `n` new tokens, the end token included,
    among all that ended and those that were live after the last step.

    References
    ----------
    Wu et al. (2016), arXiv:1609.08144, in the plain form that most libraries have.
    """
    ended = [h for step in kept for h in step if h[0][-1] == end]
    candidates = ended + [h for h in kept[-1] if h[0][-1] != end]
    scores = [score / (len(ids) - len(start)) ** alpha for ids, score in candidates]
    order = np.argsort(-np.asarray(scores), kind="stable")
    gap = scores[order[0]] - scores[order[1]] if len(order) > 1 else np.inf
    return list(candidates[order[0]][0][len(start) :]), float(gap)


def log_probability(next_logits: NextLogits, start: Sequence[int], ids: Sequence[int]) -> float:
    """Return the log-probability of the tokens of `ids` that come after `start`."""
    places = range(len(start), len(ids))
    return float(sum(log_softmax(next_logits([list(ids[:i])]))[0][ids[i]] for i in places))


def markov_table(
    rng: np.random.Generator,
    *,
    tokens: int = 12,
    ends: bool = True,
    offsets: bool = True,
) -> NDArray[np.float32]:
    """Draw logits of the next token for each last token, shape (tokens, tokens); token 0 ends.

    A language model that fits into a message, on which a search can be tested in milliseconds.
    A story model hardly ever ends within 16 tokens, so there a search that handles the end badly
    looks right (14 to 15 of 16 prompts); here it loses most starts.

    Parameters
    ----------
    ends : bool
        The end has 1 to 30 % in each row, even on a log scale; otherwise it is out of reach.
    offsets : bool
        Add a constant to each row. Probabilities are the same, sums of logits are not.
    """
    logits = rng.normal(scale=1.0, size=(tokens, tokens))
    logits[:, 0] = -30.0
    logits = log_softmax(logits)
    if ends:
        share = np.exp(rng.uniform(np.log(0.01), np.log(0.3), size=tokens))
        logits[:, 0] = np.log(share / (1 - share))
        logits = log_softmax(logits)
    if offsets:
        logits = logits + rng.normal(scale=4.0, size=(tokens, 1))
    return logits.astype(np.float32)


def table_logits(table: NDArray[Any]) -> NextLogits:
    """Return the callable from sequences to the table's rows for their last tokens."""
    return lambda sequences: table[[ids[-1] for ids in sequences]]


def _gap(scores: Any, order: Any, width: int) -> float:
    """The distance between the last that is taken and the first that is not."""
    if len(order) <= width:
        return np.inf
    return float(scores[order[width - 1]] - scores[order[width]])
