"""What an adapter does to our own copy of the base model, on conversations it was not trained on.

Each measure has a mistake that only it sees. The loss on answers and the share of right answers
see few of them: a run without end tokens has a *lower* loss than a right one.

The figures are of a Llama model of 2.6 million weights, adapters of rank 4 to 16, 100 to 200
steps, 200 conversations of one or two turns; perplexities are per token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.finetuning.labels import Message, chat_example
from autograder.checks.weights import swapped

__all__ = [
    "Effects",
    "added",
    "measure_effects",
]


@dataclass(frozen=True, slots=True)
class Effects:
    """What a model does with conversations.

    Parameters
    ----------
    answer : float
        Perplexity of what the assistant says, the end of its turn included.
    prompt : float
        Perplexity of what the user says.
    end : float
        Probability of the end token after a whole answer, as a geometric mean.
    pad : float
        Probability of the padding token after a whole conversation, as a geometric mean.
    first : float
        Surprise at the first token of an answer, in nats.
    """

    answer: float
    prompt: float
    end: float
    pad: float
    first: float


@contextmanager
def added(model: Any, deltas: Mapping[str, NDArray[np.float32]]) -> Iterator[Any]:
    """Add `deltas` to the weights of some layers of `model` for a while; yield the model.

    Parameters
    ----------
    deltas : mapping of str to array, shape (outputs, inputs)
        By the name of the layer, as from :meth:`Adapter.deltas`.
    """
    weights = {
        name: model.get_submodule(name).weight.detach().cpu().numpy() + delta
        for name, delta in deltas.items()
    }
    with swapped(model, weights):
        yield model


def measure_effects(
    model: Any,
    tokenizer: Any,
    conversations: Sequence[Sequence[Message]],
    *,
    batch: int = 50,
) -> Effects:
    """Run a model over conversations and measure all effects at once.

    Parameters
    ----------
    model
        A causal language model on the CPU.
    tokenizer
        A fast tokenizer with a padding token, whose chat template has generation marks.
    conversations
        Each ends with an answer. 200 of 40 tokens take about 1.5 CPU seconds.
    batch : int
        Conversations at once.
    """
    import torch

    read = [_Read.of(tokenizer, messages) for messages in conversations]
    sums = _Sums()
    for start in range(0, len(read), batch):
        some = read[start : start + batch]
        ids = np.full((len(some), max(len(one.ids) for one in some)), tokenizer.pad_token_id)
        mask = np.zeros(ids.shape, dtype=np.int64)
        for row, one in enumerate(some):
            ids[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = 1
        with torch.inference_mode():
            logits = model(
                input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)
            ).logits
            log_p = torch.log_softmax(logits.float(), dim=-1).numpy()
        for row, one in enumerate(some):
            sums.add(log_p[row], one, tokenizer.pad_token_id)
    return sums.effects()


@dataclass(frozen=True, slots=True)
class _Read:
    """A conversation's tokens, with who said which."""

    ids: NDArray[np.int64]
    answers: NDArray[np.bool_]
    prompts: NDArray[np.bool_]

    @classmethod
    def of(cls, tokenizer: Any, messages: Sequence[Message]) -> _Read:
        example = chat_example(tokenizer, messages)
        text = tokenizer.apply_chat_template(list(messages), tokenize=False)
        offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        spans = np.asarray(offsets["offset_mapping"])
        prompts = np.zeros(len(example.ids), dtype=bool)
        at = 0
        for message in messages:
            begin = text.index(message["content"], at)
            at = begin + len(message["content"])
            if message["role"] == "user":
                prompts |= (spans[:, 0] >= begin) & (spans[:, 1] <= at)
        return cls(example.ids, example.answers, prompts)


class _Sums:
    """Log-probabilities collected over conversations."""

    def __init__(self) -> None:
        self.found: dict[str, list[float]] = {
            "answer": [],
            "prompt": [],
            "end": [],
            "pad": [],
            "first": [],
        }

    def add(self, log_p: NDArray[np.float32], one: _Read, pad: int) -> None:
        """Add a conversation; `log_p` has shape (tokens, vocabulary)."""
        at = np.arange(1, len(one.ids))
        nexts = log_p[at - 1, one.ids[1:]].astype(np.float64)
        answers = one.answers[1:]
        starts = answers & ~one.answers[:-1]
        ends = answers & ~np.append(one.answers[2:], False)
        for key, where in (
            ("answer", answers),
            ("prompt", one.prompts[1:]),
            ("end", ends),
            ("first", starts),
        ):
            self.found[key].extend(nexts[where].tolist())
        self.found["pad"].append(float(log_p[len(one.ids) - 1, pad]))

    def effects(self) -> Effects:
        """Return the means."""
        mean = {key: float(np.mean(values)) for key, values in self.found.items()}
        with np.errstate(all="ignore"):
            return Effects(
                answer=float(np.exp(-mean["answer"])),
                prompt=float(np.exp(-mean["prompt"])),
                end=float(np.exp(mean["end"])),
                pad=float(np.exp(mean["pad"])),
                first=-mean["first"],
            )
