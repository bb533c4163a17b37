"""What is particular to the assignment: its cases, its rate of false alarms, a true text."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import nbformat
import numpy as np
import pytest
import torch

from autograder.checks import inference
from autograder.course import load_assignment, load_roadmap
from autograder.models import load_model, load_tokenizer

FOLDER = Path(__file__).resolve().parents[2] / "assignments" / "decoding-strategies"
SEEDS = (0, 1, 2)


def load_grader() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "decoding_grader", FOLDER / "grader" / "__init__.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its module up while it is made.
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
    return module


grader = load_grader()


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(FOLDER / "decoding-strategies.ipynb", as_version=4)


@pytest.fixture(scope="module")
def text(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.fixture(scope="module")
def encode():
    tokenizer = load_tokenizer("tiny-base")
    return lambda words: tokenizer(words)["input_ids"]


@pytest.fixture(scope="module")
def next_logits():
    model = load_model("tiny-base")

    @torch.inference_mode()
    def logits(sequences):
        return model(torch.tensor(sequences)).logits[:, -1].float()

    return logits


def test_points_and_what_it_covers(notebook):
    graded = [
        c.metadata.nbgrader for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")
    ]
    assert sum(told.points for told in graded if not told.solution) == 23
    assert [told.points for told in graded if told.solution] == [2]
    assignment = load_assignment(FOLDER, roadmap=load_roadmap())
    assert assignment.topics == ("scientist-1",)
    assert assignment.notebooks == ("decoding-strategies-in-large-language-models",)


def test_a_right_sampler_is_refused_less_than_once_in_ten_thousand_gradings(notebook):
    source = next(c.source for c in notebook.cells if c.id == "sample")
    tests = len(re.findall(r"yield inference\.(?:sampled_law|spread_of_counts)", source))
    assert tests == 8
    assert "at_least" not in source
    nominal = inference.sampled_law([[0, 1] * 1000], [np.array([0.5, 0.5])]).bounds.low
    # A decade is kept for the tail of the statistic, which is heavier than chi-square's.
    assert 10 * tests * nominal <= 1e-4


def test_nobody_finds_a_prompt_of_the_grader_in_the_notebook(notebook):
    source = "\n".join(cell.source for cell in notebook.cells)
    prompts = (FOLDER / "grader" / "prompts.txt").read_text(encoding="utf-8").splitlines()
    assert len(set(prompts)) == len(prompts) >= 30
    shown = [prompt for prompt in prompts if f'"{prompt}"' in source]
    assert shown == []


@pytest.mark.parametrize("seed", SEEDS)
def test_greedy_cases_are_clear_and_some_end(seed):
    rng = np.random.default_rng(seed)
    for ends in (False, True):
        table, prompts, walks = grader.greedy_cases(rng, ends=ends)
        ended = sum(walk[-1] == 0 for walk in walks)
        assert (ended >= 2) if ends else (ended == 0)
        for prompt, walk in zip(prompts, walks, strict=True):
            ours, gap = inference.greedy_search(
                inference.table_logits(table), prompt, steps=8, end=0
            )
            assert ours == walk
            assert gap >= grader.CLEAR


@pytest.mark.parametrize("seed", SEEDS)
def test_thirty_beams_of_each_kind_are_clear(seed):
    rng = np.random.default_rng(seed)
    for ends in (False, True):
        cases = grader.beam_cases(rng, ends=ends)
        assert len(cases.searches) == 30
        assert min(search.gap for search in cases.searches) >= grader.CLEAR
        assert any(search.ended() for search in cases.searches) is ends


@pytest.mark.parametrize("seed", SEEDS)
def test_each_choice_tells_the_mistake_that_it_is_for(seed):
    rng = np.random.default_rng(seed)

    def by(case, alpha, start):
        return inference.best_sequence(case.kept, start, alpha=alpha, end=0)[0]

    for case in grader.choices(rng, alpha=0.0):
        assert len(case.wanted) > 1
    for case in grader.choices(rng, alpha=1.0):
        assert by(case, 0.0, case.start) != case.wanted
    for case in grader.choices(rng, alpha=1.0, prompt=12):
        assert len(case.start) == 12
        assert by(case, 1.0, [])[12:] != case.wanted
    for case in grader.choices(rng, alpha=1.0, ends=False):
        assert all(ids[-1] != 0 for step in case.kept for ids, _ in step)


@pytest.mark.parametrize("seed", SEEDS)
def test_nuclei_end_clearly_and_a_running_sum_reaches_one_at_once(seed):
    rng = np.random.default_rng(seed)
    sums = np.cumsum(np.sort(inference.softmax(grader.nucleus_logits(rng, 0.8)))[::-1])
    assert np.abs(sums - 0.8).min() > grader.CLEAR
    left = (inference.law(grader.nucleus_rows(rng, 0.7), p=0.7) > 0).sum(axis=1)
    assert left[0] != left[1]
    tail = torch.from_numpy(grader.long_tail(rng))
    ordered = tail.softmax(dim=-1).sort(descending=True).values
    assert (ordered.cumsum(dim=-1) - ordered)[1:].min() >= 1
    assert (inference.law(tail.numpy()) > 1e-14).all()


def test_six_prompts_of_the_model_are_clear():
    rng = np.random.default_rng(0)
    prompts, texts = grader.greedy_on_model(rng)
    assert len(prompts) == len(texts) == 6
    assert len(grader.beam_on_model(rng).searches) == 6


def test_the_text_says_what_the_model_does(text, encode, next_logits):
    duck = encode(" duck")[0]
    chances = [next_logits([encode("A") + [duck] * n])[0].softmax(-1)[duck].item() for n in (0, 1)]
    assert "probability of 0.32, the second one 0.92" in text
    assert chances == pytest.approx([0.32, 0.92], abs=0.005)

    logits = next_logits([encode("The best food of Anton is")])[0]
    for temperature, odds in ((1.0, "9.6"), (0.5, "91"), (2.0, "3.1")):
        law = inference.law(logits, temperature=temperature)
        corn, pasta = (law[encode(word)[0]] for word in (" corn", " pasta"))
        assert corn / pasta == pytest.approx(float(odds), rel=0.01)
        assert odds in text
    tail = [1 - np.sort(inference.law(logits, temperature=t))[-10:].sum() for t in (1.0, 2.0)]
    assert tail == pytest.approx([0.002, 0.19], abs=0.005)
    left = [
        int((inference.law(logits, **settings) > 0).sum())
        for settings in (
            {"p": 0.9},
            {"temperature": 2.0, "p": 0.9},
            {"temperature": 2.0, "k": 8, "p": 0.9},
        )
    ]
    assert left == [7, 98, 7]
    assert "has 7 tokens as the model is, and 98 at $T = 2$" in text
    nuclei = [
        int((inference.law(next_logits([encode(prompt)])[0], p=0.9) > 0).sum())
        for prompt in ("Question: What is the colour of snow? Answer:", "One day")
    ]
    assert nuclei == [1, 80]

    seen = next_logits([encode("A") + [duck] * 3])[0]
    assert "$12.28$" in text and "$-3.19$" in text
    assert seen[duck].item() == pytest.approx(12.28, abs=0.01)
    assert seen[encode("A")[0]].item() == pytest.approx(-3.19, abs=0.01)


def test_the_two_texts_of_section_three_are_equally_probable(text, encode, next_logits):
    start = encode("pink salt Wanda")
    search = inference.beam_search(next_logits, start, width=4, steps=24, end=0)
    scores = {tuple(ids): score for step in search.kept for ids, score in step}
    for alpha, length, total, mean in ((0.0, 5, -1.71, -0.34), (1.0, 13, -1.72, -0.13)):
        best, _ = inference.best_sequence(search.kept, start, alpha=alpha, end=0)
        score = scores[tuple(start + best)]
        assert len(best) == length
        assert score == pytest.approx(total, abs=0.006)
        assert score / length == pytest.approx(mean, abs=0.006)
        assert f"${total}$ with {length}" in text
        assert f"${mean}$" in text
