"""Laws of the next token agree with the library; filters are compared by the law they leave."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from autograder.checks import inference


def logits(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(scale=2.0, size=shape).astype("float32")


@pytest.mark.parametrize("seed", range(5))
def test_laws_and_penalty_are_those_of_transformers(seed):
    from transformers import (
        RepetitionPenaltyLogitsProcessor,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    x = logits(seed, 3, 40)
    scores = torch.from_numpy(x)
    for warper, settings in (
        (TemperatureLogitsWarper(0.7), {"temperature": 0.7}),
        (TopKLogitsWarper(7), {"k": 7}),
        (TopPLogitsWarper(0.83), {"p": 0.83}),
    ):
        theirs = inference.softmax(warper(None, scores))
        assert inference.total_variation(theirs, inference.law(x, **settings)).max() < 1e-6
    chain = TopPLogitsWarper(0.9)(
        None, TopKLogitsWarper(9)(None, TemperatureLogitsWarper(1.6)(None, scores))
    )
    ours = inference.law(x, temperature=1.6, k=9, p=0.9)
    assert inference.total_variation(inference.softmax(chain), ours).max() < 1e-6
    ids = [3, 9, 9, 30, 3]
    theirs = RepetitionPenaltyLogitsProcessor(1.3)(torch.tensor([ids]), scores[:1])
    assert np.allclose(theirs[0], inference.penalized(x[0], ids, 1.3), atol=1e-5)


def test_what_ties_with_the_last_place_stays():
    kept = np.isfinite(inference.top_k([3.0, 1.0, 2.0, 2.0, 0.0], 2))
    assert kept.tolist() == [True, False, True, True, False]
    assert np.isfinite(inference.top_k([3.0, 1.0], 9)).all()


def test_the_token_that_crosses_p_belongs_to_the_nucleus():
    probabilities = np.array([0.1, 0.5, 0.15, 0.25])
    for p, left in ((0.3, {1}), (0.6, {1, 3}), (0.8, {1, 3, 2}), (1.0, {0, 1, 2, 3})):
        kept = np.isfinite(inference.top_p(np.log(probabilities), p))
        assert set(np.flatnonzero(kept)) == left


def test_two_rows_have_a_filter_each():
    x = logits(1, 2, 30)
    for settings in ({"k": 5}, {"p": 0.6}):
        both = inference.law(x, **settings)
        alone = [inference.law(row, **settings) for row in x]
        assert np.allclose(both, alone)


def test_equal_laws_pass_however_they_are_written():
    x = logits(2, 2, 16)
    wanted = inference.law(x, k=5)
    kept = torch.from_numpy(np.where(wanted > 0, x, -np.inf).astype("float32"))
    for right in (kept, kept + 3.0, kept.log_softmax(dim=-1), kept.clamp(min=-1e9), kept.numpy()):
        finding = inference.law_equal(right, wanted)
        assert finding.passed, finding
        assert finding.measured <= 1e-6


def test_another_law_fails_and_says_how_it_differs():
    x = logits(3, 16)
    wanted = inference.law(x, k=5)
    for k, said in ((4, "1 token too few"), (7, "2 tokens too many"), (16, "11 tokens too many")):
        finding = inference.law_equal(torch.from_numpy(inference.top_k(x, k)), wanted)
        assert (finding.passed, str(finding.measured)) == (False, said)
    moved = np.roll(inference.top_k(x, 5), 1)
    assert not inference.law_equal(moved, wanted).passed
    warmer = inference.law_equal(inference.top_k(x, 5) / 1.1, wanted)
    assert not warmer.passed
    assert warmer.measured > 1e-3
    for no_logits in (None, "x", 1.0, np.zeros(15), np.full(16, np.nan), np.full(16, -np.inf)):
        assert not inference.law_equal(no_logits, wanted).passed
    assert not inference.law_equal(np.full(16, np.inf), wanted).passed
    assert not inference.law_equal(np.ones(16, dtype=int), wanted).passed


def test_a_token_of_no_weight_is_a_token_too_few():
    x = np.append(logits(4, 10), -25.0)
    cut = np.where(x < -20, -np.inf, x)
    finding = inference.law_equal(cut, inference.law(x))
    assert str(finding.measured) == "1 token too few"


def test_a_nucleus_that_is_too_small_is_told_from_one_that_is_too_large():
    x = logits(5, 24)
    order = np.argsort(-x)
    size = int(np.isfinite(inference.top_p(x, 0.8)).sum())
    for left, reaches, smallest in (
        (size - 1, False, True),
        (size, True, True),
        (size + 1, True, False),
    ):
        kept = np.full(24, -np.inf)
        kept[order[:left]] = x[order[:left]]
        assert inference.nucleus_reaches(kept, x, 0.8).passed is reaches
        assert inference.nucleus_smallest(kept, x, 0.8).passed is smallest
    for no_logits in (None, np.zeros(3), np.full(24, -np.inf)):
        assert not inference.nucleus_reaches(no_logits, x, 0.8).passed
        assert not inference.nucleus_smallest(no_logits, x, 0.8).passed


def test_gates_stop_what_does_nothing():
    x = logits(6, 2, 12)
    assert inference.filters_some(inference.top_k(x, 4), x).passed
    one_row = np.stack([inference.top_k(x[0], 4), x[1]])
    for nothing in (x, np.zeros_like(x), one_row, np.full_like(x, -math.inf), None):
        finding = inference.filters_some(nothing, x)
        assert finding.gate
        assert not finding.passed
    assert inference.flattens(x * 2, x / 2).passed
    for cold, hot in ((x, x), (x / 2, x * 2), (np.zeros(3), np.zeros(3)), (x, None), (x, x[0])):
        finding = inference.flattens(cold, hot)
        assert finding.gate
        assert not finding.passed
