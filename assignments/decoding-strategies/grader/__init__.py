"""Cases and oracles for the hidden findings: importable in the checker and nowhere else."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks import inference

__all__ = [
    "MODEL_STEPS",
    "BeamCases",
    "Choice",
    "beam_cases",
    "beam_on_model",
    "choices",
    "greedy_cases",
    "greedy_on_model",
    "long_tail",
    "nucleus_logits",
    "nucleus_rows",
]

END = 0
# Decisions that are closer than this, in nats, are left out: there rounding would decide.
CLEAR = 1e-3
STEPS, WIDTH, TABLES, STARTS = 8, 3, 5, 6
MODEL_STEPS, MODEL_WIDTH, MODEL_PROMPTS = 12, 4, 6
CHOICES = 12

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BeamCases:
    """Beam searches that were made, and how to have the student make them.

    Parameters
    ----------
    requests : tuple of (function, arguments)
        Names of the notebook's helpers, with their arguments; each returns a list of answers.
    searches : list of Search
        Ours, in the order of the answers.
    """

    requests: tuple[tuple[str, tuple[Any, ...]], ...]
    searches: list[inference.Search]

    def ask(self, run: Any) -> list[Any]:
        """Return what the student's searches kept, read; a gate raises if one cannot be read."""
        answers: list[Any] = []
        for function, arguments in self.requests:
            answers += run.call(function, *arguments)
        return [
            inference.must_read_kept(one, search)
            for one, search in zip(answers, self.searches, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Choice:
    """A finished search from which one sequence is to be chosen."""

    kept: list[list[inference.Hypothesis]]
    start: list[int]
    alpha: float
    wanted: list[int]


def greedy_cases(
    rng: np.random.Generator, *, ends: bool
) -> tuple[Floats, list[list[int]], list[list[int]]]:
    """Return a table, prompts and greedy walks; with `ends` two or more reach the end."""
    while True:
        table = inference.markov_table(rng, ends=ends)
        logits = inference.table_logits(table)
        prompts = [_prompt(rng, token) for token in range(1, len(table))]
        walks = [inference.greedy_search(logits, x, steps=STEPS, end=END) for x in prompts]
        clear = [i for i, (_, gap) in enumerate(walks) if gap >= CLEAR]
        wanted = [walks[i][0] for i in clear]
        ended = sum(walk[-1] == END for walk in wanted)
        if len(clear) >= 8 and (not ends or len(wanted) > ended >= 2):
            return table, [prompts[i] for i in clear], wanted


def greedy_on_model(rng: np.random.Generator) -> tuple[list[list[int]], list[list[int]]]:
    """Return prompts of the model and its greedy texts, six whose decisions are clear."""
    prompts, wanted = [], []
    for prompt in _model_prompts(rng):
        tokens, gap = inference.greedy_search(_model(), prompt, steps=MODEL_STEPS, end=END)
        if gap >= CLEAR:
            prompts.append(prompt)
            wanted.append(tokens)
        if len(prompts) == MODEL_PROMPTS:
            break
    return prompts, wanted


def beam_cases(rng: np.random.Generator, *, ends: bool) -> BeamCases:
    """Return searches on five tables from six starts each, all of them clear.

    Without an end the tables hold log-probabilities; with one, each row has an offset of its own,
    and in half of the searches the most probable text is longer than the end token.
    """
    requests, searches = [], []
    while len(requests) < TABLES:
        table = inference.markov_table(rng, ends=ends, offsets=ends)
        found = _clear_searches(rng, table, STARTS)
        # Texts that end at once are too easy to guess.
        longer = sum(len(_best(search, 0.0)) > 1 for search in found)
        if len(found) == STARTS and longer >= STARTS / 2:
            import torch

            prompts = [search.start for search in found]
            arguments = (torch.from_numpy(table), prompts, WIDTH, STEPS, END)
            requests.append(("beam_on_table", arguments))
            searches += found
    return BeamCases(tuple(requests), searches)


def beam_on_model(rng: np.random.Generator) -> BeamCases:
    """Return searches on six prompts of the model whose decisions are clear."""
    searches: list[inference.Search] = []
    for prompt in _model_prompts(rng):
        search = inference.beam_search(
            _model(), prompt, width=MODEL_WIDTH, steps=MODEL_STEPS, end=END
        )
        if search.gap >= CLEAR and _lead(search, 0.0) >= CLEAR:
            searches.append(search)
        if len(searches) == MODEL_PROMPTS:
            break
    prompts = [search.start for search in searches]
    arguments = (prompts, MODEL_WIDTH, MODEL_STEPS, END)
    return BeamCases((("beam_on_model", arguments),), searches)


def choices(
    rng: np.random.Generator, *, alpha: float, prompt: int | None = None, ends: bool = True
) -> list[Choice]:
    """Return twelve finished searches with a clear best sequence.

    With an `alpha` above 0, normalizing makes a difference in each of them, if anything can end;
    with 0, the best is longer than the end token. With a `prompt` of some length it makes a
    difference too whether the prompt is counted.
    """
    found: list[Choice] = []
    while len(found) < CHOICES:
        table = inference.markov_table(rng, ends=ends)
        for search in _clear_searches(rng, table, STARTS, prompt):
            wanted = _best(search, alpha)
            # The most probable text is often the empty one, which is too easy to guess.
            telling = len(wanted) > 1 if alpha == 0 else not ends or wanted != _best(search, 0.0)
            if prompt is not None:
                telling &= wanted != _best(search, alpha, whole=True)
            if telling and _lead(search, alpha) >= CLEAR and len(found) < CHOICES:
                found.append(Choice(search.kept, search.start, alpha, wanted))
    return found


def nucleus_logits(rng: np.random.Generator, p: float, tokens: int = 20) -> Floats:
    """Return logits in random order whose nucleus has 4 to 10 tokens and a clear end."""
    while True:
        logits = rng.normal(scale=1.6, size=tokens).astype(np.float32)
        law = np.sort(inference.softmax(logits))[::-1]
        sums = np.cumsum(law)
        size = int((sums - law < p).sum())
        if 4 <= size <= 10 and np.abs(sums - p).min() > CLEAR:
            return logits


def nucleus_rows(rng: np.random.Generator, p: float) -> Floats:
    """Return two rows of logits whose nuclei differ in size and in every place."""
    while True:
        rows = np.stack([nucleus_logits(rng, p), nucleus_logits(rng, p) - np.float32(6.0)])
        left = inference.law(rows, p=p) > 0
        if left[0].sum() != left[1].sum() and (left[0] != left[1]).sum() >= 6:
            return rows


def long_tail(rng: np.random.Generator) -> Floats:
    """Return logits of which the first token holds 1 in float32, and the others 1e-12 to 1e-9.

    A running sum in float32 is then 1 from the first token on, in whatever way it is computed.
    """
    tail = rng.uniform(-27.0, -21.0, size=19)
    return rng.permutation(np.append(tail, 0.0)).astype(np.float32)


def _clear_searches(
    rng: np.random.Generator, table: Floats, count: int, prompt: int | None = None
) -> list[inference.Search]:
    found: list[inference.Search] = []
    for token in rng.permutation(np.arange(1, len(table))):
        search = inference.beam_search(
            inference.table_logits(table),
            _prompt(rng, int(token), prompt),
            width=WIDTH,
            steps=STEPS,
            end=END,
        )
        if search.gap >= CLEAR and min(_lead(search, 0.0), _lead(search, 1.0)) >= CLEAR:
            found.append(search)
        if len(found) == count:
            break
    return found


def _best(search: inference.Search, alpha: float, *, whole: bool = False) -> list[int]:
    """The best new tokens; with `whole`, normalized by the length of the prompt as well."""
    if not whole:
        return inference.best_sequence(search.kept, search.start, alpha=alpha, end=END)[0]
    tokens, _ = inference.best_sequence(search.kept, [], alpha=alpha, end=END)
    return tokens[len(search.start) :]


def _lead(search: inference.Search, alpha: float) -> float:
    return inference.best_sequence(search.kept, search.start, alpha=alpha, end=END)[1]


def _prompt(rng: np.random.Generator, last: int, length: int | None = None) -> list[int]:
    length = int(rng.integers(1, 4)) if length is None else length
    return [*rng.integers(1, 12, size=length - 1).tolist(), last]


def _model_prompts(rng: np.random.Generator) -> list[list[int]]:
    from autograder.models import load_tokenizer

    lines = (Path(__file__).parent / "prompts.txt").read_text(encoding="utf-8").splitlines()
    tokenizer = load_tokenizer("tiny-base")
    return [tokenizer(lines[i])["input_ids"] for i in rng.permutation(len(lines))]


@functools.cache
def _model() -> Callable[[list[list[int]]], Any]:
    import torch

    from autograder.models import load_model

    model = load_model("tiny-base")

    @torch.inference_mode()
    def next_logits(sequences: list[list[int]]) -> Any:
        return model(torch.tensor(sequences)).logits[:, -1].float()

    return next_logits
