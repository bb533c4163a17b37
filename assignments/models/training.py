"""Pretraining of the tiny Llama model on a packed stream of token ids."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tokenizer
import torch
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM

END_OF_TEXT_ID = 0


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the model is trained; every number of it is in the card."""

    steps: int = 4000
    seed: int = 0
    documents: int = 50_000
    tokenizer_documents: int = 12_000
    batch: int = 16
    length: int = 128
    learning_rate: float = 2e-3
    warm_up: int = 40
    final_share: float = 0.05
    weight_decay: float = 0.05
    betas: tuple[float, float] = (0.9, 0.95)
    clip: float = 1.0


def new_model(seed: int) -> Any:
    """Return the untrained model."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=tokenizer.VOCABULARY,
        hidden_size=256,
        intermediate_size=512,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=64,
        rms_norm_eps=1e-5,
        max_position_embeddings=tokenizer.CONTEXT,
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=1,
    )
    return LlamaForCausalLM(config)


def learning_rate(step: int, recipe: Recipe) -> float:
    """Return the rate at a step: linear warm-up, then a cosine down to `final_share`."""
    if step < recipe.warm_up:
        return recipe.learning_rate * (step + 1) / recipe.warm_up
    done = (step - recipe.warm_up) / max(1, recipe.steps - recipe.warm_up)
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
    return recipe.learning_rate * (recipe.final_share + (1 - recipe.final_share) * cosine)


def pretrain(
    stream: np.ndarray, recipe: Recipe, after_step: Callable[[int, Any, float], None]
) -> Any:
    """Train a new model on windows of the stream, each from the beginning of a document.

    Windows that begin anywhere would often ask about a passage that they do not show.

    Parameters
    ----------
    stream
        Token ids of all documents, each ended by the end-of-text token.
    recipe
        Steps, seed and the rest.
    after_step
        Called with the number of steps done, the model and the loss in nats.
    """
    model = new_model(recipe.seed)
    model.train()
    matrices = [p for p in model.parameters() if p.dim() > 1]
    norms = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": recipe.weight_decay},
            {"params": norms, "weight_decay": 0.0},
        ],
        lr=recipe.learning_rate,
        betas=recipe.betas,
        fused=True,
    )
    data = torch.from_numpy(stream.astype(np.int64))
    windows = torch.Generator().manual_seed(recipe.seed)
    offsets = torch.arange(recipe.length + 1)
    beginnings = torch.nonzero(data[: -recipe.length - 1] == END_OF_TEXT_ID).flatten() + 1
    for step in range(recipe.steps):
        drawn = torch.randint(len(beginnings), (recipe.batch, 1), generator=windows)
        ids = data[beginnings[drawn] + offsets]
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, recipe)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(input_ids=ids[:, :-1], use_cache=False).logits
        loss = functional.cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        after_step(step + 1, model, loss.item())
    return model.eval()


def give_chat_tokens_directions(model: Any, stream: np.ndarray, seed: int) -> None:
    """Give the chat tokens embeddings of their own.

    Pretraining never shows them, so that all unseen tokens end on one and the same vector,
    which a frozen head cannot tell apart. A random direction of median length is enough for
    a later fine-tuning to find them. With tied embeddings it is also an output that takes
    probability from the words of the corpus, so of many directions the least probable ones
    on the beginning of the training text are kept.
    """
    generator = torch.Generator().manual_seed(seed + 1)
    rows = torch.from_numpy(stream[: 64 * 128].astype(np.int64)).view(64, 128)
    with torch.no_grad():
        table = model.get_input_embeddings().weight
        candidates = torch.randn(256, table.shape[1], generator=generator)
        candidates *= table.norm(dim=1).median() / candidates.norm(dim=1, keepdim=True)
        states = model.model(input_ids=rows, use_cache=False).last_hidden_state.flatten(0, 1)
        others = (states @ table.T).logsumexp(dim=1, keepdim=True)
        probable = (states @ candidates.T - others).exp().mean(dim=0)
        chosen = probable.argsort()[: len(tokenizer.CHAT_TOKEN_IDS)]
        table[list(tokenizer.CHAT_TOKEN_IDS)] = candidates[chosen]


class Progress:
    """Prints loss and speed now and then."""

    def __init__(self, every: int, steps: int) -> None:
        self.every = every
        self.steps = steps
        self.started = time.perf_counter()
        self.cpu_started = time.process_time()

    def __call__(self, step: int, loss: float) -> None:
        """Report a step, if it is its turn."""
        if step % self.every and step != self.steps:
            return
        wall = time.perf_counter() - self.started
        cpu = time.process_time() - self.cpu_started
        print(
            f"step {step}/{self.steps} loss {loss:.4f} wall {wall:.0f} s CPU {cpu:.0f} s",
            flush=True,
        )
