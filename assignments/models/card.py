"""Measure a built model, write its card, and pin its files.

    python assignments/models/card.py FOLDER

Writes `FOLDER/CARD.md` and prints the entry of `models.toml` for the folder.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import corpus
import evaluation
import numpy as np
import questions
import tokenizer
import torch
import training
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

PINNED = (
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
)
# The held-out text on which every perplexity of a card is measured.
HELDOUT_SEED = 1
HELDOUT_DOCUMENTS = 1000
ITEMS = 300

_CARD = """\
# {name}

A Llama model of {parameters:,} parameters that was trained from nothing on generated text. It is
small enough to be loaded, changed and evaluated within seconds on one processor core, and real
enough that quantization, adapters, decoding and alignment have measurable effects on it.

| | |
|---|---|
| architecture | `LlamaForCausalLM`: {layers} layers, hidden {hidden}, MLP {mlp}, {heads} heads x \
{head_dim}, {kv_heads} key-value heads, RMSNorm 1e-5, RoPE 10,000, tied embeddings |
| context | {context} positions, trained on windows of {length} |
| tokenizer | byte-level BPE, {vocabulary} entries; {specials} |
| chat template | ChatML with `generation` marks; the base model has never seen a conversation |
| files | float16 safetensors, {megabytes:.2f} MB; load as float32 |
| licence | Apache-2.0, data and weights |

## Data
{documents:,} documents ({tokens:,} tokens) that `corpus.py` generates from our own word lists with
seed {seed}. Nothing was downloaded. Shares:
{mix}.
One document in ten, chosen by a checksum of its text (of the passage alone, where questions
follow one), is held out of every corpus that the generator makes.

No `Question:` of the corpus asks about 12 of the 60 known people, 4 of the 16 pairs of
opposites and 3 of the 12 coloured things: they are held out for later fine-tuning, and are only
met in statements.

## Recipe
{steps:,} steps of {batch} windows of {length} tokens; AdamW (0.9, 0.95), weight decay 0.05 on
the matrices, learning rate 2e-3 with {warm_up} steps of warm-up and a cosine down to 5 %,
gradients clipped at 1.0, bfloat16 autocast, seed {seed}: {cpu_seconds:,} CPU seconds on one thread.
Afterwards the embeddings of `<|im_start|>` and `<|im_end|>`, which pretraining never shows, were
set to random directions of median length, of 256 the two least probable on training text:
a pair that was not chosen took 2 % of the greedy tokens.
`build.py --steps {steps} --seed {seed}` does all of it;
another processor gives a model as good as this one but other bits.

## Measured
Perplexity per token on {heldout_documents:,} held-out documents ({heldout_tokens:,} tokens, \
`corpus.heldout_text({heldout_seed}, {heldout_documents})`), in
windows of {window} tokens of which the first is not scored:

| model | perplexity |
|---|---|
| **this one** | **{trained:.3f}** |
| pairs of tokens (bigram) | {bigram:.2f} |
| single tokens (unigram) | {unigram:.1f} |
| the same model untrained | {untrained:,.0f} |

Share of right answers, greedy, {items} questions a row:

| question | right |
|---|---|
{answers}

## What it can and cannot do
It reads a text about somebody it never met and answers a question about it, knows the people of
its corpus, counts to twelve, sorts three words and repeats a line. When a text is about two
people, it finds the right kind of fact but not whose it is: a guess between the two is right
half of the time. It knows nothing about the world, speaks only the few sentence forms of its
corpus, falls into them after any other text, and does not follow instructions or hold
a conversation before it is fine-tuned. Beyond {length} positions it was not trained and gets worse.
"""


def measure(model: Any, words: Any, recipe: training.Recipe) -> dict[str, float]:
    """Measure perplexities and answers; the keys are those of `models.toml`."""

    def ids(text: str) -> np.ndarray:
        # The tokenizer's own back end does not warn that this is longer than the context.
        return np.array(words.backend_tokenizer.encode(text).ids, dtype=np.uint16)

    texts = (d.text for d in corpus.documents(recipe.documents, seed=recipe.seed))
    seen = ids(corpus.joined(texts))
    held_out = ids(corpus.heldout_text(HELDOUT_SEED, HELDOUT_DOCUMENTS))
    size = tokenizer.VOCABULARY
    result: dict[str, float] = {
        "training_tokens": len(seen),
        "heldout_tokens": len(held_out),
        "perplexity": evaluation.perplexity(model, held_out),
        "bigram": evaluation.bigram_perplexity(seen, held_out, size),
        "unigram": evaluation.unigram_perplexity(seen, held_out, size),
        "untrained": evaluation.perplexity(training.new_model(recipe.seed).eval(), held_out),
    }
    for people in (1, 2):
        result[f"reading_{people}"] = evaluation.reading_accuracy(
            model, words, people, ITEMS, HELDOUT_SEED
        )
    for kind in questions.KINDS:
        result[kind] = evaluation.question_accuracy(model, words, kind, ITEMS, HELDOUT_SEED)
    for kind in questions.KINDS_WITH_HELD_OUT_ENTITIES:
        result[f"{kind}_never_asked"] = evaluation.question_accuracy(
            model, words, kind, ITEMS, HELDOUT_SEED, held_out=True
        )
    return {key: round(value, 4) for key, value in result.items()}


def write_card(folder: Path, recipe: training.Recipe, cpu_seconds: int) -> dict[str, float]:
    """Measure the model in a folder, write its card, and return the measurements."""
    words = PreTrainedTokenizerFast.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    measured = measure(model, words, recipe)
    config = model.config
    total = sum(corpus.MIX.values())
    card = _CARD.format(
        name=folder.name,
        parameters=model.num_parameters(),
        layers=config.num_hidden_layers,
        hidden=config.hidden_size,
        mlp=config.intermediate_size,
        heads=config.num_attention_heads,
        head_dim=config.head_dim,
        kv_heads=config.num_key_value_heads,
        context=config.max_position_embeddings,
        vocabulary=f"{config.vocab_size:,}",
        specials=", ".join(f"`{t}` {i}" for i, t in enumerate(tokenizer.SPECIAL_TOKENS)),
        megabytes=(folder / "model.safetensors").stat().st_size / 1e6,
        mix=", ".join(f"{kind} {100 * share / total:.0f} %" for kind, share in corpus.MIX.items()),
        documents=recipe.documents,
        tokens=measured["training_tokens"],
        heldout_tokens=measured["heldout_tokens"],
        heldout_documents=HELDOUT_DOCUMENTS,
        heldout_seed=HELDOUT_SEED,
        window=evaluation.WINDOW,
        items=ITEMS,
        seed=recipe.seed,
        steps=recipe.steps,
        batch=recipe.batch,
        length=recipe.length,
        warm_up=recipe.warm_up,
        cpu_seconds=cpu_seconds,
        trained=measured["perplexity"],
        bigram=measured["bigram"],
        unigram=measured["unigram"],
        untrained=measured["untrained"],
        answers="\n".join(f"| {label} | {measured[key]:.2f} |" for key, label in _ROWS.items()),
    )
    (folder / "CARD.md").write_text(card, encoding="utf-8")
    return measured


_ROWS = {
    "reading_1": "reading: a new text about one new person",
    "reading_2": "reading: a new text about two new people",
    "fact": "a fact about a known person",
    "opposite": "the opposite of a word",
    "colour": "the colour of a thing",
    "count": "count from one number to another",
    "after": "the number after a number",
    "sort": "sort three words",
    "fact_never_asked": "a fact about a person whom no question of the corpus is about",
    "opposite_never_asked": "an opposite that no question of the corpus asks for",
    "colour_never_asked": "a colour that no question of the corpus asks for",
}


def entry(folder: Path, measured: dict[str, float]) -> str:
    """Return the entry of `models.toml` for a folder."""
    lines = [f"[{folder.name}]", 'licence = "Apache-2.0"', "", f"[{folder.name}.files]"]
    for file in PINNED:
        digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        lines.append(f'"{file}" = "{digest}"')
    lines += ["", f"[{folder.name}.measured]"]
    lines += [f"heldout_seed = {HELDOUT_SEED}", f"heldout_documents = {HELDOUT_DOCUMENTS}"]
    lines += [f"{key} = {value}" for key, value in measured.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Measure a model and write its card.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    record = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    recipe = training.Recipe(steps=record["steps"], seed=record["seed"])
    print(entry(folder, write_card(folder, recipe, record["cpu_seconds"])), end="")


if __name__ == "__main__":
    main()
