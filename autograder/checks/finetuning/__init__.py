"""Checks of fine-tuning: a LoRA layer by value, labels token by token, an adapter and its effect.

In this order: the student's functions on inputs of ours tell nearly every mistake, exactly and at
once; the two files of an adapter tell what was handed in; its effect on our own base model tells
that it was trained, and on what. Loss curves and exact answers tell least: leaving the end of
answers unlearned lowers the loss.
"""

from __future__ import annotations

from autograder.checks.finetuning.adapter import (
    Adapter,
    adapter_is_lora,
    adapter_moved,
    adapter_rank,
    adapter_tensors,
    layer_shapes,
    read_adapter,
)
from autograder.checks.finetuning.effect import Effects, added, measure_effects
from autograder.checks.finetuning.labels import (
    Batch,
    Example,
    answer_labels,
    batch_part,
    chat_example,
    draw_conversation,
    end_labels,
    prompt_labels,
    right_padded,
    same_tokens,
)
from autograder.checks.finetuning.lora import (
    Lora,
    a_spread,
    b_is_zero,
    draw_lora,
    drawn_anew,
    full_rank,
    lora_merged,
    lora_output,
    matrix_error,
    output_error,
)
from autograder.checks.finetuning.measured import entry
from autograder.checks.finetuning.thresholds import (
    answer_perplexity,
    end_probability,
    first_token,
    pad_probability,
    prompt_perplexity,
)

__all__ = [
    "Adapter",
    "Batch",
    "Effects",
    "Example",
    "Lora",
    "a_spread",
    "adapter_is_lora",
    "adapter_moved",
    "adapter_rank",
    "adapter_tensors",
    "added",
    "answer_labels",
    "answer_perplexity",
    "b_is_zero",
    "batch_part",
    "chat_example",
    "draw_conversation",
    "draw_lora",
    "drawn_anew",
    "end_labels",
    "end_probability",
    "entry",
    "first_token",
    "full_rank",
    "layer_shapes",
    "lora_merged",
    "lora_output",
    "matrix_error",
    "measure_effects",
    "output_error",
    "pad_probability",
    "prompt_labels",
    "prompt_perplexity",
    "read_adapter",
    "right_padded",
    "same_tokens",
]
