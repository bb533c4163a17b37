"""The goodness-of-fit test passes right samplers and finds every wrong one it is designed for."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
import torch

from autograder.checks import inference
from autograder.checks.errors import CheckError, NotAttempted

COUNT = 2000
SETTINGS = [
    {},
    {"temperature": 0.7},
    {"k": 8},
    {"p": 0.8},
    {"temperature": 1.5, "p": 0.8},
    {"k": 8, "p": 0.8},
    {"temperature": 2.0, "k": 8, "p": 0.9},
]


def contexts_for(settings, rng, **options):
    law = partial(inference.law, **settings)
    misses = inference.near_misses(**settings)
    contexts = inference.designed_contexts(rng, law, misses.values(), **options)
    return contexts, [law(x) for x in contexts], misses


def samples(laws, rng):
    return [torch.from_numpy(rng.choice(len(law), COUNT, p=law / law.sum())) for law in laws]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_right_samples_pass_and_every_near_miss_fails_by_far(settings):
    rng = np.random.default_rng(5)
    contexts, laws, misses = contexts_for(settings, rng)
    right = samples(laws, rng)
    assert inference.sampled_roughly(right, laws).passed
    assert inference.sampled_law(right, laws).measured > 1e-4
    assert inference.spread_of_counts(right, laws).measured > 1e-4
    for name, miss in misses.items():
        wrong = samples([miss(x.astype(float)) for x in contexts], rng)
        finding = inference.sampled_law(wrong, laws)
        assert not finding.passed, name
        assert finding.measured < 1e-20, name


def test_designed_contexts_keep_their_distance():
    settings = SETTINGS[-1]
    contexts, laws, misses = contexts_for(settings, np.random.default_rng(2), count=3, least=0.06)
    assert len(contexts) == 3
    for x, law in zip(contexts, laws, strict=True):
        assert x.dtype == np.float32
        for miss in misses.values():
            assert inference.total_variation(law, miss(x.astype(float))) >= 0.06


def test_contexts_that_cannot_be_are_the_authors_mistake():
    with pytest.raises(CheckError, match="0 of 6"):
        inference.designed_contexts(
            np.random.default_rng(0), inference.softmax, [inference.softmax]
        )


def test_quotas_have_the_right_shares_and_fail():
    rng = np.random.default_rng(3)
    _, laws, _ = contexts_for({}, rng)
    quotas = []
    for law in laws:
        tokens = np.repeat(np.arange(len(law)), np.rint(COUNT * law).astype(int))
        quotas.append(rng.permutation(np.resize(tokens, COUNT)))
    assert inference.sampled_law(quotas, laws).passed
    finding = inference.spread_of_counts(quotas, laws)
    assert not finding.passed
    assert finding.measured < 1e-20


def test_the_statistic_is_pearsons_on_pooled_cells():
    statistic, freedom = inference.pearson([30, 20, 50], [0.25, 0.25, 0.5])
    assert (statistic, freedom) == (pytest.approx(25 / 25 + 25 / 25), 2)
    law = [0.5, 0.42, 0.03, 0.03, 0.02]
    statistic, freedom = inference.pearson([50, 40, 5, 3, 2], law)
    assert (statistic, freedom) == (pytest.approx(4 / 42 + 4 / 8), 2)
    # What is pooled is still too little, so the rarest other token joins it.
    statistic, freedom = inference.pearson([50, 40, 7, 3], [0.5, 0.4, 0.07, 0.03])
    assert (statistic, freedom) == (0.0, 2)
    assert inference.pearson([99, 0, 1], [0.5, 0.5, 0.0])[0] == np.inf
    assert inference.pearson([100, 0], [1.0, 0.0]) == (0.0, 0)


def test_tails_are_those_of_the_tables():
    for freedom, statistic in ((1, 3.841459), (4, 9.487729), (10, 18.307038), (100, 124.342113)):
        upper, lower = inference.chi_square_tails(statistic, freedom)
        assert upper == pytest.approx(0.05, abs=1e-6)
        assert upper + lower == pytest.approx(1.0)
    assert inference.chi_square_tails(np.inf, 3) == (0.0, 1.0)
    assert inference.chi_square_tails(0.0, 0) == (1.0, 1.0)


def test_the_false_alarm_rate_is_the_nominal_one():
    rng = np.random.default_rng(11)
    _, laws, _ = contexts_for({"k": 8, "p": 0.8}, rng)
    counts = [rng.multinomial(COUNT, law / law.sum(), size=3000) for law in laws]
    found = np.array([inference.fit(row, laws) for row in zip(*counts, strict=True)])
    # 30 of 3,000 are expected at 1 %; Bonferroni makes the first somewhat rarer.
    assert 5 <= (found[:, 0] < 0.01).sum() <= 55
    assert 10 <= (found[:, 1] < 0.01).sum() <= 55


def test_what_are_no_tokens_is_not_counted():
    assert inference.counts_of(torch.tensor([0, 2, 2]), 4, 3).tolist() == [1, 0, 2, 0]
    assert inference.counts_of([0, 2, 2], 4, 3).tolist() == [1, 0, 2, 0]
    for wrong in (
        torch.tensor([0.0, 2.0, 2.0]),
        torch.tensor([0, 2]),
        torch.tensor([0, 2, 4]),
        torch.tensor([0, -1, 2]),
        torch.tensor([[0, 2, 2]]),
        torch.tensor([True, False, True]),
        "abc",
        None,
    ):
        assert inference.counts_of(wrong, 4, 3) is None
        law = np.full(4, 0.25)
        assert not inference.sampled_roughly([wrong], [law], count=3).passed
        assert not inference.sampled_law([wrong], [law], count=3).passed
        assert not inference.spread_of_counts([wrong], [law], count=3).passed


def test_a_coarse_gate_stops_stubs():
    rng = np.random.default_rng(4)
    _, laws, misses = contexts_for({}, rng)
    right = inference.sampled_roughly(samples(laws, rng), laws)
    assert right.gate
    assert right.measured < 0.1
    for stub in (np.zeros(COUNT, dtype=int), rng.integers(0, 24, COUNT), np.arange(COUNT) % 24):
        finding = inference.sampled_roughly([stub] * len(laws), laws)
        assert not finding.passed
        assert finding.measured > 0.3


def test_two_calls_with_one_seed_are_found():
    rng = np.random.default_rng(6)
    one, other = ([rng.integers(0, 9, COUNT) for _ in range(3)] for _ in range(2))
    assert inference.two_calls_differ(one, other).passed
    finding = inference.two_calls_differ(one, [other[0], one[1], other[2]])
    assert (finding.passed, finding.measured) == (False, 1.0)


class SamplerRun:
    """A run whose student wrote a sampler with numpy."""

    rng = np.random.default_rng(0)

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Any:
        logits, count = args
        law = inference.law(logits, **kwargs)
        return torch.from_numpy(self.rng.choice(len(law), count, p=law / law.sum()))

    def value(self, name: str, /) -> NoReturn:
        raise NotAttempted(name)

    def artifact(self, name: str, /) -> Path:
        raise NotAttempted(name)

    def outputs(self, grade_id: str, /) -> NoReturn:
        raise NotAttempted(grade_id)

    def student_source(self, grade_id: str, /) -> NoReturn:
        raise NotAttempted(grade_id)


def test_one_call_draws_all_samples_of_a_context():
    settings = {"temperature": 1.5, "p": 0.8}
    contexts, laws, _ = contexts_for(settings, np.random.default_rng(8), count=2)
    drawn = inference.draw(SamplerRun(), "sample", contexts, **settings)
    assert [tuple(s.shape) for s in drawn] == [(COUNT,), (COUNT,)]
    assert inference.sampled_law(drawn, laws).passed
    assert not inference.sampled_law(drawn[::-1], laws).passed
