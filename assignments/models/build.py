"""Build the tiny base model from nothing: corpus, tokenizer, training, card, hashes.

    python assignments/models/build.py [--out DIR] [--steps 4000] [--seed 0] [--threads 1]

A rebuild on another kind of processor is as good but not equal to the last bit, which is
why the files in this folder are pinned by hash and never rebuilt in place: without `--out`
the result goes to `build/tiny-base`.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import card
import corpus
import numpy as np
import tokenizer
import torch
import training


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Build the tiny base model.")
    parser.add_argument("--out", type=Path, default=Path("build/tiny-base"))
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--save-every", type=int, default=500, help="steps between saves")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    recipe = training.Recipe(steps=options.steps, seed=options.seed)
    build(recipe, options.out, options.save_every)


def build(recipe: training.Recipe, out: Path, save_every: int) -> None:
    """Make every file of the model in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    texts = [d.text for d in corpus.documents(recipe.documents, seed=recipe.seed)]
    trained = tokenizer.train(texts[: recipe.tokenizer_documents])
    tokenizer.save(trained, out)
    stream = np.array(trained.encode(corpus.joined(iter(texts))).ids, dtype=np.uint16)
    print(f"{len(texts)} documents, {len(stream)} tokens", flush=True)

    progress = training.Progress(100, recipe.steps)

    def after_step(step: int, model: Any, loss: float) -> None:
        progress(step, loss)
        if step % save_every == 0:
            save(model, out)

    started = time.process_time()
    model = training.pretrain(stream, recipe, after_step)
    seconds = time.process_time() - started
    training.give_chat_tokens_directions(model, stream, recipe.seed)
    save(model, out)
    record = {"steps": recipe.steps, "seed": recipe.seed, "tokens": len(stream)}
    record["cpu_seconds"] = round(seconds)
    (out / "training.json").write_text(json.dumps(record) + "\n", encoding="utf-8")
    print(card.entry(out, card.write_card(out, recipe, record["cpu_seconds"])), end="")


def save(model: Any, out: Path) -> None:
    """Write a copy of the weights as fp16 safetensors, with both configurations."""
    weights = {name: value.half() for name, value in model.state_dict().items()}
    copy = type(model)(model.config).half()
    copy.load_state_dict(weights)
    copy.save_pretrained(out)


if __name__ == "__main__":
    main()
