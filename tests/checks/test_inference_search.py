"""Searches agree with brute force and with the library; each mistake fails its own finding."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from autograder.checks import inference
from autograder.checks.errors import UnacceptableValue


def search(seed: int, *, ends: bool = True, width: int = 3, steps: int = 6) -> inference.Search:
    table = inference.markov_table(np.random.default_rng(seed), ends=ends)
    logits = inference.table_logits(table)
    return inference.beam_search(logits, [2, 5], width=width, steps=steps, end=0)


SEARCHES = [search(seed) for seed in range(8)]


def changed(change):
    """Return what the searches kept, each hypothesis changed."""
    return [[change(step) for step in s.kept] for s in SEARCHES]


def test_a_beam_of_all_hypotheses_finds_the_best_of_all_texts():
    for seed in range(3):
        table = inference.markov_table(np.random.default_rng(seed), tokens=5)
        logits = inference.table_logits(table)
        found = inference.beam_search(logits, [1], width=5**4, steps=4, end=0)
        texts = [
            [1, *body, *tail]
            for length in range(5)
            for body in itertools.product(range(1, 5), repeat=length)
            for tail in ([[]] if length == 4 else [[0]])
        ]
        for alpha in (0.0, 0.5, 1.0):
            scores = [
                inference.log_probability(logits, [1], ids) / (len(ids) - 1) ** alpha
                for ids in texts
            ]
            best, _ = inference.best_sequence(found.kept, [1], alpha=alpha, end=0)
            assert best == texts[int(np.argmax(scores))][1:]


def test_a_beam_of_one_is_greedy_until_the_end():
    for seed in range(6):
        one = search(seed, width=1)
        tokens, _ = inference.greedy_search(one.next_logits, one.start, steps=6, end=0)
        assert one.kept[len(tokens) - 1][0][0] == one.start + tokens


@pytest.mark.slow
def test_searches_are_those_of_transformers():
    from autograder.models import load_model, load_tokenizer

    model, tokenizer = load_model("tiny-base"), load_tokenizer("tiny-base")

    @torch.inference_mode()
    def next_logits(sequences):
        return model(torch.tensor(sequences)).logits[:, -1].float()

    compared = 0
    for prompt in ("pink salt Wanda", "The opposite of", "Copy: cold light", "Meet Sven.", "Once"):
        start = tokenizer(prompt)["input_ids"]
        ids = torch.tensor([start])
        options = {"max_new_tokens": 10, "do_sample": False, "pad_token_id": 1}
        options |= {"attention_mask": torch.ones_like(ids)}
        theirs = model.generate(ids, **options)[0, len(start) :].tolist()
        ours, gap = inference.greedy_search(next_logits, start, steps=10, end=0)
        assert gap < 1e-3 or ours == theirs
        found = inference.beam_search(next_logits, start, width=4, steps=10, end=0)
        for alpha in (0.0, 1.0):
            best, lead = inference.best_sequence(found.kept, start, alpha=alpha, end=0)
            options |= {"num_beams": 4, "length_penalty": alpha, "early_stopping": "never"}
            theirs = model.generate(ids, **options)[0, len(start) :].tolist()
            if min(found.gap, lead) >= 1e-3:
                compared += 1
                assert [t for t in theirs if t != 1] == best
    assert compared >= 6


def test_an_offset_moves_no_probability_and_the_end_can_be_out_of_reach():
    plain = inference.markov_table(np.random.default_rng(3), offsets=False)
    offset = inference.markov_table(np.random.default_rng(3))
    law = inference.softmax(plain)
    assert np.allclose(law, inference.softmax(offset), atol=1e-6)
    assert not np.allclose(plain, offset)
    assert (law[:, 0] >= 0.009).all()
    assert (law[:, 0] <= 0.31).all()
    endless = inference.markov_table(np.random.default_rng(3), ends=False)
    assert inference.softmax(endless)[:, 0].max() < 1e-9


def test_the_gap_tells_a_search_that_rounding_decides():
    table = np.zeros((4, 4), dtype="float32")
    table[1] = [-9, 2.0, 1.0, 1.0 + 1e-5]
    table[2], table[3] = [-9, 3, 1, 0], [-9, 3, 1, 0]
    logits = inference.table_logits(table)
    assert inference.beam_search(logits, [1], width=2, steps=1, end=0).gap < 1e-4
    assert inference.beam_search(logits, [1], width=1, steps=1, end=0).gap > 0.9
    assert inference.greedy_search(logits, [1], steps=1, end=0)[1] == pytest.approx(1.0, abs=1e-4)


def test_sequences_are_compared_token_by_token():
    wanted = [[1, 2, 0], [3]]
    for right in (wanted, [(1, 2, 0), [3]], [torch.tensor([1, 2, 0]), np.array([3])]):
        assert inference.sequences_equal(right, wanted).passed
    finding = inference.sequences_equal([[1, 2, 0], [4]], wanted)
    assert (finding.passed, finding.measured) == (False, 1.0)
    for wrong in ([[1, 2, 0]], [[1, 2, 0], [3], []], [[1.0, 2.0, 0.0], [3]], [[True], 3], None, 7):
        assert not inference.sequences_equal(wrong, wanted).passed


def test_our_own_hypotheses_pass_everything():
    kept = changed(lambda step: step[::-1])
    answers = [[[(tuple(ids), np.float32(s)) for ids, s in step] for step in one] for one in kept]
    assert inference.hypotheses_form(answers, SEARCHES).passed
    read = [inference.must_read_kept(*pair) for pair in zip(answers, SEARCHES, strict=True)]
    for finding in (
        inference.kept_scores(read, SEARCHES),
        inference.kept_live(read, SEARCHES),
        inference.kept_ended(read, SEARCHES),
        inference.kept_ended(read, SEARCHES, missing=False),
        inference.nothing_after_end(read, SEARCHES),
        inference.width_kept(read, SEARCHES),
        inference.best_sequences(read, SEARCHES, alpha=0.0),
        inference.best_sequences(read, SEARCHES, alpha=1.0),
    ):
        assert finding.passed, finding


def test_each_mistake_fails_the_finding_that_names_it():
    forgets = changed(lambda step: [h for h in step if h[0][-1] != 0])
    assert not inference.kept_ended(forgets, SEARCHES).passed
    assert inference.kept_ended(forgets, SEARCHES, missing=False).passed
    assert inference.kept_live(forgets, SEARCHES).passed

    too_many = changed(lambda step: [*step, ([*step[-1][0][:-1], 0], -9.0)])
    assert not inference.kept_ended(too_many, SEARCHES, missing=False).passed
    assert inference.kept_ended(too_many, SEARCHES).passed

    narrower = changed(lambda step: step[:-1] or step)
    assert not inference.width_kept(narrower, SEARCHES).passed

    late = [
        [*one[:-1], [([*s.start, *[0] * 5, 3], -1.0)]]
        for one, s in zip(changed(list), SEARCHES, strict=True)
    ]
    assert not inference.nothing_after_end(late, SEARCHES).passed

    doubled = changed(lambda step: [(ids, 2 * score) for ids, score in step])
    finding = inference.kept_scores(doubled, SEARCHES)
    assert not finding.passed
    assert finding.measured > 0.1
    assert inference.kept_live(doubled, SEARCHES).passed


def test_an_answer_of_another_form_is_refused():
    ours = SEARCHES[0]
    good = ours.kept
    for wrong in (
        None,
        [],
        good[:-1],
        [*good, good[-1]],
        [[] for _ in good],
        [[pair[0] for pair in step] for step in good],
        [[(ids[1:], score) for ids, score in step] for step in good],
        [[(ids, float("nan")) for ids, score in step] for step in good],
        [[(ids, "score") for ids, score in step] for step in good],
        [[([float(i) for i in ids], score) for ids, score in step] for step in good],
    ):
        assert inference.read_kept(wrong, ours) is None
        finding = inference.hypotheses_form([wrong], [ours])
        assert finding.gate
        assert not finding.passed
        with pytest.raises(UnacceptableValue):
            inference.must_read_kept(wrong, ours)
    assert not inference.hypotheses_form([good], [ours, ours]).passed
