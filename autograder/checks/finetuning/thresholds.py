"""Bounds on what an adapter does to the base model, each for the mistake that it sees.

The figures are of a Llama model of 2.6 million weights with 200 held-out conversations, 2 or 3
seeds each. *Right recipes* are ranks 8 and 16, all linear layers or attention only, learning rates
1e-3 to 3e-3, 120 to 200 steps, batches of 8 and 16, LoRA and rsLoRA. Without an adapter the model
measures 37,000 in answers, 1,040 in prompts, p(end) 8e-9, p(pad) 1e-7, 9.0 nats at the first token.

They cannot see a header in the loss, two beginnings of a text, or a line break after the end that
is learned: those measure as right recipes do. Compare ids and labels for that.
"""

from __future__ import annotations

from autograder.checks.finding import Bounds, Finding
from autograder.checks.finetuning.effect import Effects
from autograder.checks.measured import finding

__all__ = [
    "answer_perplexity",
    "end_probability",
    "first_token",
    "pad_probability",
    "prompt_perplexity",
]


def answer_perplexity(
    effects: Effects,
    *,
    low: float | None = 1.03,
    high: float = 2.0,
    name: str = "perplexity of answers",
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    """Bound the perplexity of held-out answers, ends included, from both sides.

    1.08 to 1.21 for right recipes. 3.0 to 4.6 where labels begin one token late, 5.2 for rank 1 on
    two projections, 6.0 to 8.8 for a single batch of 8 conversations (whose loss is 6e-4), 7 to
    48 after ten steps, 13 with the answers shuffled, 104 to 188 without ends; 78,000 to 106,000 if
    the adapter was trained on another base, 37,000 without one. Below lies 1.019, for an adapter
    that was trained on the held-out conversations themselves: *too good is wrong too*.
    """
    bounds = Bounds(low, high, "log")
    return finding(name, effects.answer, bounds, weight=weight, gate=gate, hint=hint)


def first_token(
    effects: Effects,
    *,
    at_most: float = 1.1,
    name: str = "surprise at the first token of an answer",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Bound the mean surprise at the first token of a held-out answer, in nats.

    0.13 to 0.37 for right recipes; 3.3 to 4.4 for a single batch, 3.3 to 4.7 after ten steps, 3.8
    to 5.4 where labels begin one token late, 8.5 for an adapter of another base, 9.0 without one.
    """
    bounds = Bounds(None, at_most, "log")
    return finding(name, effects.first, bounds, unit="nats", weight=weight, hint=hint)


def end_probability(
    effects: Effects,
    *,
    at_least: float = 0.75,
    name: str = "probability of the end after an answer",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Bound the probability of the end token after a whole answer from below.

    0.94 to 1.00 for right recipes; 0.63 to 0.67 for a single batch, 0.43 to 0.53 after ten
    steps, below 1e-6 without ends in the loss, whose loss is no higher than the right one.
    """
    bounds = Bounds(at_least, None, "linear")
    return finding(name, effects.end, bounds, weight=weight, hint=hint)


def prompt_perplexity(
    effects: Effects,
    *,
    at_least: float = 45.0,
    name: str = "perplexity of prompts",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Bound the perplexity of what users say from below: too good is wrong.

    420 to 650 for right recipes; 4.4 to 5.2 with prompts in the loss, which leaves answers nearly
    as good (1.20 to 1.32) and is seen by nothing else.
    """
    bounds = Bounds(at_least, None, "log")
    return finding(name, effects.prompt, bounds, weight=weight, hint=hint)


def pad_probability(
    effects: Effects,
    *,
    at_most: float = 2e-5,
    name: str = "probability of padding after a conversation",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Bound the probability of the padding token after a whole conversation.

    2e-8 to 1.1e-7 for right recipes; 1.9e-3 with padding in the loss, no more because the padding
    token shares its frozen embedding with all tokens that pretraining never showed.
    """
    bounds = Bounds(None, at_most, "log")
    return finding(name, effects.pad, bounds, weight=weight, hint=hint)
