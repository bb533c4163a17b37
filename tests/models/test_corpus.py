from __future__ import annotations

import random
from types import ModuleType

import pytest


def test_the_same_seed_gives_the_same_documents(corpus: ModuleType) -> None:
    first = list(corpus.documents(300, seed=5))
    assert first == list(corpus.documents(300, seed=5))
    assert first != list(corpus.documents(300, seed=6))


def test_no_held_out_document_is_in_the_training_split_of_any_seed(corpus: ModuleType) -> None:
    held_out = {d.text for d in corpus.documents(3000, seed=1, split="heldout")}
    trained = {d.text for seed in range(4) for d in corpus.documents(5000, seed=seed)}
    assert not held_out & trained


def test_every_kind_of_document_has_its_share(corpus: ModuleType) -> None:
    kinds = [d.kind for d in corpus.documents(4000, seed=0)]
    total = sum(corpus.MIX.values())
    for kind, share in corpus.MIX.items():
        assert kinds.count(kind) / len(kinds) == pytest.approx(share / total, abs=0.03)


def test_a_mix_of_one_kind_gives_that_kind_only(corpus: ModuleType) -> None:
    assert {d.kind for d in corpus.documents(50, seed=0, mix={"copy": 1})} == {"copy"}


def test_a_mix_with_an_unknown_kind_is_refused(corpus: ModuleType) -> None:
    with pytest.raises(KeyError, match="poem"):
        list(corpus.documents(1, seed=0, mix={"poem": 1}))


def test_held_out_text_ends_every_document(corpus: ModuleType) -> None:
    text = corpus.heldout_text(seed=2, n_documents=20)
    *documents, rest = text.split(corpus.END_OF_TEXT)
    assert len(documents) == 20
    assert rest == ""
    assert {corpus.split_of(document) for document in documents} == {"heldout"}


def test_the_corpus_never_asks_about_held_out_people(corpus: ModuleType, world: ModuleType) -> None:
    names = {p.name for p in world.HELD_OUT_PEOPLE}
    assert len(names) == 12
    assert len(world.PEOPLE) == 60
    asked = " ".join(d.text for d in corpus.documents(4000, seed=0, mix={"question": 1}))
    stated = " ".join(d.text for d in corpus.documents(4000, seed=0, mix={"fact": 1}))
    for name in names:
        assert f" {name}?" not in asked
        assert f" {name} " not in asked
        assert f" {name} " in stated


def test_the_corpus_never_asks_about_held_out_opposites_and_colours(
    corpus: ModuleType, world: ModuleType
) -> None:
    assert len(world.HELD_OUT_OPPOSITES) == 4
    assert len(world.HELD_OUT_COLOURS) == 3
    asked = " ".join(d.text for d in corpus.documents(4000, seed=0, mix={"question": 1}))
    for word in (w for pair in world.HELD_OUT_OPPOSITES for w in pair):
        assert f"opposite of {word}?" not in asked
    for thing in world.HELD_OUT_COLOURS:
        assert f"colour of {thing}?" not in asked


def test_held_out_questions_are_about_held_out_people_only(
    questions: ModuleType, world: ModuleType
) -> None:
    rng = random.Random(0)
    drawn = [questions.draw(rng, ["fact"], held_out=True) for _ in range(200)]
    people = {p.name: p for p in world.HELD_OUT_PEOPLE}
    assert {q.entity for q in drawn} == set(people)
    for q in drawn:
        assert q.answer in {people[q.entity].value(field) for field in world.FIELDS}


def test_the_answer_of_a_reading_item_stands_in_its_text(corpus: ModuleType) -> None:
    for item in corpus.reading_items(100, seed=3):
        text, _, _ = item.prompt.partition(" Question:")
        assert f" {item.answer}." in text
        assert corpus.split_of(f"{item.prompt} {item.answer}.") == "heldout"
