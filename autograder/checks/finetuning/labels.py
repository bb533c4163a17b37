"""Checks of what a model is trained on: token ids, labels, and batches of them.

No effect of training tells most mistakes here from the right thing: two beginnings of a text or a
labeled header change an answer's perplexity by 0.02. Ids and labels do, token by token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.finding import Bounds, Finding
from autograder.checks.finetuning.measured import array_of
from autograder.checks.measured import MISFIT, finding

__all__ = [
    "Batch",
    "Example",
    "IGNORED",
    "Message",
    "answer_labels",
    "batch_part",
    "chat_example",
    "draw_conversation",
    "end_labels",
    "prompt_labels",
    "right_padded",
    "same_tokens",
]

IGNORED = -100
"""The label that torch's cross-entropy leaves out."""

Message = Mapping[str, str]

_PEOPLE = ("Ada", "Ben", "Cleo", "Dov", "Edda", "Finn", "Gus", "Hana")
_THINGS = ("a lamp", "two eggs", "the old map", "a red kite", "his hat", "ink", "an oar", "bread")
_ASKED = ("What has {name}?", "Tell me: who has {thing}?", "{name} found {thing}. And then?")
_ANSWERED = (
    "{name} has {thing}.",
    "{name}",
    "It is {thing}, I think.",
    "Nothing.\nNot even {thing}.",
)
_SYSTEM = ("You are brief.", "Answer with one sentence, {name}.", "It is Monday.\nBe kind.")


@dataclass(frozen=True, slots=True)
class Example:
    """A conversation as a model is trained on it.

    Parameters
    ----------
    ids : integer array, shape (tokens,)
    answers : bool array, shape (tokens,)
        Which tokens the assistant wrote, the end of its turn included.
    """

    ids: NDArray[np.int64]
    answers: NDArray[np.bool_]

    @property
    def labels(self) -> NDArray[np.int64]:
        """The ids where the assistant wrote, and -100 elsewhere."""
        return np.where(self.answers, self.ids, IGNORED)


def chat_example(tokenizer: Any, messages: Sequence[Message]) -> Example:
    """Render a conversation by the tokenizer's chat template and find what the assistant wrote.

    The template must mark the assistant's part with ``{% generation %}``, up to and including the
    token that ends its turn.

    Raises
    ------
    ValueError
        If there are answers and the template marks nothing.
    """
    rendered = tokenizer.apply_chat_template(
        list(messages), return_dict=True, return_assistant_tokens_mask=True
    )
    ids = np.asarray(rendered["input_ids"], dtype=np.int64)
    answers = np.asarray(rendered["assistant_masks"], dtype=bool)
    if not answers.any() and any(message["role"] == "assistant" for message in messages):
        raise ValueError("The chat template has no generation marks.")
    return Example(ids, answers)


def draw_conversation(
    rng: np.random.Generator, *, turns: int = 1, system: bool = False
) -> list[dict[str, str]]:
    """Draw a conversation of `turns` questions and answers that is in no data set.

    Answers may have several sentences and lines; the same word may be question and answer.
    """

    def say(role: str, forms: Sequence[str]) -> dict[str, str]:
        name, thing, form = (
            among[int(rng.integers(len(among)))] for among in (_PEOPLE, _THINGS, forms)
        )
        text = form.format(name=name, thing=thing)
        return {"role": role, "content": text}

    messages = [say("system", _SYSTEM)] if system else []
    for _ in range(turns):
        messages += [say("user", _ASKED), say("assistant", _ANSWERED)]
    return messages


def same_tokens(
    ids: Any,
    wanted: Example,
    *,
    name: str = "tokens",
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    """Count the tokens that are not those of the rendered conversation. Exact.

    Compares ids, since a beginning-of-text token that is there twice shows in no text.
    """
    array = _whole(ids)
    measured: float | str = "no list of whole numbers"
    if array is not None and array.shape != wanted.ids.shape:
        measured = f"{array.size} tokens instead of {wanted.ids.size}"
    elif array is not None:
        measured = float((array != wanted.ids).sum())
    bounds = Bounds(0.0, 0.0, "exact")
    return finding(name, measured, bounds, unit="differ", weight=weight, gate=gate, hint=hint)


def prompt_labels(
    labels: Any,
    wanted: Example,
    *,
    name: str = "labels outside answers",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Count labels other than -100 where the assistant wrote nothing. Exact."""
    return _labels(labels, wanted, ~wanted.answers, name, weight, hint)


def answer_labels(
    labels: Any,
    wanted: Example,
    end: int,
    *,
    name: str = "labels of answers",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Count tokens of answers whose label is not the token itself. Exact.

    Labels stay where their tokens are: models of transformers shift them themselves.

    Parameters
    ----------
    end : int
        The token that ends a turn, which :func:`end_labels` looks at.
    """
    return _labels(labels, wanted, wanted.answers & (wanted.ids != end), name, weight, hint)


def end_labels(
    labels: Any,
    wanted: Example,
    end: int,
    *,
    name: str = "labels of ends",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Count ends of the assistant's turns that are not labeled; without them it never stops.

    Exact.
    """
    return _labels(labels, wanted, wanted.answers & (wanted.ids == end), name, weight, hint)


def _labels(
    labels: Any, wanted: Example, where: NDArray[np.bool_], name: str, weight: float, hint: str
) -> Finding:
    array = _whole(labels)
    measured: float | str = "no list of whole numbers"
    if array is not None and array.shape != wanted.ids.shape:
        measured = f"{array.size} labels for {wanted.ids.size} tokens"
    elif array is not None:
        measured = float((array != wanted.labels)[where].sum())
    bounds = Bounds(0.0, 0.0, "exact")
    return finding(name, measured, bounds, unit="wrong", weight=weight, hint=hint)


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples padded to the longest: integer arrays of shape (examples, tokens)."""

    input_ids: NDArray[np.int64]
    attention_mask: NDArray[np.int64]
    labels: NDArray[np.int64]


def right_padded(examples: Sequence[tuple[Sequence[int], Sequence[int]]], pad: int) -> Batch:
    """Pad pairs of ids and labels on the right: ids by `pad`, labels by -100, the mask by 0."""
    length = max(len(ids) for ids, _ in examples)
    shape = (len(examples), length)
    batch = Batch(np.full(shape, pad), np.zeros(shape, dtype=np.int64), np.full(shape, IGNORED))
    for row, (ids, labels) in enumerate(examples):
        batch.input_ids[row, : len(ids)] = ids
        batch.attention_mask[row, : len(ids)] = 1
        batch.labels[row, : len(ids)] = labels
    return batch


def batch_part(
    batch: Any,
    part: str,
    wanted: Batch,
    *,
    name: str = "",
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    """Count the entries of one part of a batch that are not as wanted. Exact.

    A padding token that is a label is learned, 1,000 times as probable after the end as it should
    be; one that the mask shows is read.

    Parameters
    ----------
    batch : mapping
        What the student's function returned.
    part : {"input_ids", "attention_mask", "labels"}
    """
    expected = getattr(wanted, part)
    got = batch.get(part) if isinstance(batch, Mapping) else None
    array = None if got is None else _whole(got)
    measured: float | str = f"no {part} of whole numbers"
    if array is not None and array.shape != expected.shape:
        measured = MISFIT
    elif array is not None:
        measured = float((array != expected).sum())
    bounds = Bounds(0.0, 0.0, "exact")
    finding_name = name or part.replace("_", " ")
    return finding(
        finding_name, measured, bounds, unit="differ", weight=weight, gate=gate, hint=hint
    )


def _whole(value: Any) -> NDArray[np.int64] | None:
    """Return whole numbers, an attention mask of booleans included, or None."""
    array = array_of(value)
    if array is None or not np.isfinite(array).all() or (array != np.round(array)).any():
        return None
    return array.astype(np.int64)
