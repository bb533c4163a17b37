from __future__ import annotations

import tomllib
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.models import path

CONVERSATION = [
    {"role": "user", "content": "Where does Ada live?"},
    {"role": "assistant", "content": "Ada lives in Rovik."},
    {"role": "user", "content": "What comes after two?"},
    {"role": "assistant", "content": "three."},
]


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    index = path("tiny-base").parent / "models.toml"
    return dict(tomllib.loads(index.read_text(encoding="utf-8"))["tiny-base"]["measured"])


def test_the_special_tokens_have_the_first_ids(tokenizer: Any) -> None:
    specials = ["<|endoftext|>", "<|pad|>", "<|im_start|>", "<|im_end|>"]
    assert tokenizer.convert_tokens_to_ids(specials) == [0, 1, 2, 3]
    assert tokenizer("".join(specials))["input_ids"] == [0, 1, 2, 3]
    assert (tokenizer.eos_token_id, tokenizer.pad_token_id) == (0, 1)
    assert len(tokenizer) == 1024


def test_any_text_comes_back_from_the_tokenizer(tokenizer: Any) -> None:
    text = "  Ünïcode, 数 and\ttabs!\n"
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_nothing_is_put_before_a_text(tokenizer: Any) -> None:
    assert (
        tokenizer("Text:")["input_ids"] == tokenizer("Text:", add_special_tokens=False)["input_ids"]
    )


def test_the_names_of_the_corpus_are_single_tokens(tokenizer: Any, world: ModuleType) -> None:
    assert {len(tokenizer(f" {p.name}")["input_ids"]) for p in world.PEOPLE} == {1}


def test_the_chat_template_marks_what_the_assistant_wrote(tokenizer: Any) -> None:
    encoded = tokenizer.apply_chat_template(
        CONVERSATION, return_dict=True, return_assistant_tokens_mask=True
    )
    ids, mask = encoded["input_ids"], encoded["assistant_masks"]
    written = [token for token, own in zip(ids, mask, strict=True) if own]
    assert tokenizer.decode(written) == "Ada lives in Rovik.<|im_end|>three.<|im_end|>"


def test_the_chat_template_is_chatml(tokenizer: Any) -> None:
    text = tokenizer.apply_chat_template(
        CONVERSATION[:1], tokenize=False, add_generation_prompt=True
    )
    assert text == ("<|im_start|>user\nWhere does Ada live?<|im_end|>\n<|im_start|>assistant\n")


def test_the_perplexity_on_other_held_out_text_is_near_that_of_the_card(
    model: Any,
    tokenizer: Any,
    corpus: ModuleType,
    evaluation: ModuleType,
    measured: dict[str, float],
) -> None:
    text = corpus.heldout_text(seed=2, n_documents=300)
    ids = np.array(tokenizer.backend_tokenizer.encode(text).ids)
    found = evaluation.perplexity(model, ids)
    assert found == pytest.approx(measured["perplexity"], rel=0.05)
    assert found < measured["bigram"] / 3
    assert measured["bigram"] < measured["unigram"] < measured["untrained"]


def test_the_model_answers_about_a_text_on_somebody_it_never_met(
    model: Any, tokenizer: Any, evaluation: ModuleType
) -> None:
    assert evaluation.reading_accuracy(model, tokenizer, people=1, n=60, seed=7) >= 0.95


def test_the_embeddings_of_the_chat_tokens_differ(model: Any) -> None:
    from torch.nn.functional import cosine_similarity

    table = model.get_input_embeddings().weight
    assert abs(cosine_similarity(table[2], table[3], dim=0).item()) < 0.3
    lengths = table.norm(dim=1)
    assert lengths[2].item() == pytest.approx(lengths.median().item(), rel=0.01)


def test_the_card_names_the_carded_perplexity(measured: dict[str, float]) -> None:
    card = (path("tiny-base") / "CARD.md").read_text(encoding="utf-8")
    assert f"**{measured['perplexity']:.3f}**" in card
    assert "Apache-2.0" in card


def test_the_base_model_hardly_ever_says_a_chat_token(model: Any, tokenizer: Any) -> None:
    import torch

    for opening in ("One day", "Meet Ada.", "Question: Where does Ben live?", "Copy: red hat"):
        ids = torch.tensor([tokenizer(opening)["input_ids"]])
        with torch.no_grad():
            shares = model(input_ids=ids).logits.softmax(dim=-1)
        assert shares[0, -1, [2, 3]].max().item() < 0.01
