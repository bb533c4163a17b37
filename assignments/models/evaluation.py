"""What a model of ours is worth: perplexity beside simple baselines, and right answers."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from typing import Any

import corpus
import numpy as np
import questions
import torch
from torch.nn import functional

WINDOW = 128


def perplexity(model: Any, ids: np.ndarray, window: int = WINDOW) -> float:
    """Return the perplexity per token over windows laid end to end.

    The first token of a window is context only. A rest shorter than a window is left out.
    """
    count = len(ids) // window
    rows = torch.from_numpy(ids[: count * window].astype(np.int64)).view(count, window)
    nats = 0.0
    with torch.no_grad():
        for part in rows.split(32):
            logits = model(input_ids=part, use_cache=False).logits[:, :-1].float()
            targets = part[:, 1:].flatten()
            nats += functional.cross_entropy(logits.flatten(0, 1), targets, reduction="sum").item()
    return math.exp(nats / (count * (window - 1)))


def unigram_perplexity(training: np.ndarray, ids: np.ndarray, vocabulary: int) -> float:
    """Return the perplexity of token frequencies, each count raised by one."""
    return float(np.exp(-np.log(_unigram(training, vocabulary)[ids]).mean()))


def bigram_perplexity(training: np.ndarray, ids: np.ndarray, vocabulary: int) -> float:
    """Return the perplexity of pair frequencies that lean on the single ones.

    p(b | a) = (count(a, b) + p(b)) / (count(a) + 1): one imagined occurrence of `a`, followed
    by tokens in their overall proportions.
    """
    single = _unigram(training, vocabulary)
    pairs = np.zeros((vocabulary, vocabulary))
    np.add.at(pairs, (training[:-1], training[1:]), 1)
    before, after = ids[:-1], ids[1:]
    share = (pairs[before, after] + single[after]) / (pairs.sum(axis=1)[before] + 1)
    return float(np.exp(-np.log(share).mean()))


def _unigram(training: np.ndarray, vocabulary: int) -> np.ndarray:
    counts: np.ndarray = np.bincount(training, minlength=vocabulary) + 1.0
    shares: np.ndarray = counts / counts.sum()
    return shares


def answers_right(model: Any, tokenizer: Any, asked: Iterable[tuple[str, str]]) -> float:
    """Return the share of prompts whose most probable continuation is the answer.

    Parameters
    ----------
    asked
        Pairs of a prompt and the text that must follow it, character for character. Each
        token of the answer must be the most probable one after those before it, which is
        what greedy decoding would give.
    """
    right = []
    with torch.no_grad():
        for prompt, answer in asked:
            start = tokenizer(prompt)["input_ids"]
            target = tokenizer(answer)["input_ids"]
            logits = model(input_ids=torch.tensor([start + target])).logits[0]
            best = logits[len(start) - 1 : -1].argmax(dim=-1).tolist()
            right.append(best == target)
    return sum(right) / len(right)


def reading_accuracy(model: Any, tokenizer: Any, people: int, n: int, seed: int) -> float:
    """Return the share of right answers about held-out texts on one or two people."""
    items = [i for i in corpus.reading_items(3 * n, seed=seed) if i.people == people][:n]
    return answers_right(model, tokenizer, [(i.prompt, f" {i.answer}.") for i in items])


def question_accuracy(
    model: Any, tokenizer: Any, kind: str, n: int, seed: int, *, held_out: bool = False
) -> float:
    """Return the share of right answers to one kind of question from memory."""
    rng = random.Random(f"questions {seed}")
    drawn = [questions.draw(rng, [kind], held_out=held_out) for _ in range(n)]
    asked = [(f"Question: {q.text} Answer:", f" {q.answer}.") for q in drawn]
    return answers_right(model, tokenizer, asked)
