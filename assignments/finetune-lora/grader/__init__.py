"""Data and oracles for the hidden findings: importable in the checker and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["EXAMPLE", "heldout", "logits"]

# The conversation on which the notebook compares the merged with the unmerged model.
EXAMPLE = [
    {"role": "system", "content": "You are a calm assistant."},
    {"role": "user", "content": "Order: pen, apple, ink"},
    {"role": "assistant", "content": "apple, ink, pen"},
    {"role": "user", "content": "What is after six?"},
    {"role": "assistant", "content": "seven"},
]


def heldout() -> list[list[dict[str, str]]]:
    """Return 200 conversations about people and words that no released one mentions."""
    lines = (Path(__file__).parent / "heldout.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["messages"] for line in lines]


def logits(model: Any, tokenizer: Any) -> NDArray[np.float64]:
    """Return the logits of a model for `EXAMPLE`, shape (tokens, vocabulary)."""
    import torch

    ids = tokenizer.apply_chat_template(EXAMPLE, return_dict=True)["input_ids"]
    with torch.inference_mode():
        found: NDArray[np.float64] = model(input_ids=torch.tensor([ids])).logits[0].double().numpy()
    return found
