"""Each fine-tuning check passes the right thing and fails its wrong variants, by a margin."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest
import torch

from autograder.checks import finetuning
from autograder.checks.errors import NotAttempted, UnacceptableValue

SEEDS = (0, 1, 2)
LEAST_MARGIN = 0.2


def lora_of(seed, **sizes):
    return finetuning.draw_lora(np.random.default_rng(seed), **sizes)


def inputs_for(lora, seed=7, shape=(6,)):
    x = np.random.default_rng(seed).normal(size=(*shape, lora.weight.shape[1]))
    return x.astype("float32")


def parts(x, lora):
    """The frozen output and the unscaled low-rank one, in float32."""
    return x @ lora.weight.T, x @ lora.a.T @ lora.b.T


RIGHT = {
    "detour": lambda x, w: parts(x, w)[0] + w.scale * parts(x, w)[1],
    "merged first": lambda x, w: x @ (w.weight + w.scale * w.b @ w.a).T,
    "scaled A": lambda x, w: parts(x, w)[0] + x @ (w.scale * w.a).T @ w.b.T,
    "a tensor": lambda x, w: torch.from_numpy(parts(x, w)[0] + w.scale * parts(x, w)[1]),
}
WRONG = {
    "no scale": lambda x, w: parts(x, w)[0] + parts(x, w)[1],
    "alpha not over the rank": lambda x, w: parts(x, w)[0] + w.alpha * parts(x, w)[1],
    "root of the rank": lambda x, w: parts(x, w)[0] + w.scale * len(w.a) ** 0.5 * parts(x, w)[1],
    "scale inverted": lambda x, w: parts(x, w)[0] + parts(x, w)[1] / w.scale,
    "subtracted": lambda x, w: parts(x, w)[0] - w.scale * parts(x, w)[1],
    "a ReLU between": lambda x, w: parts(x, w)[0] + w.scale * np.maximum(x @ w.a.T, 0) @ w.b.T,
    "dropout in evaluation": lambda x, w: (
        parts(x, w)[0] + w.scale * (x * (np.arange(x.shape[-1]) % 10 > 0) / 0.9) @ w.a.T @ w.b.T
    ),
    "merged twice": lambda x, w: parts(x, w)[0] + 2 * w.scale * parts(x, w)[1],
    "the base": lambda x, w: parts(x, w)[0],
    "zeros": lambda x, w: 0 * parts(x, w)[0],
}


def share(finding, wrong):
    """Where a threshold lies between a right and a wrong value, on the finding's scale."""
    bounds = finding.bounds
    threshold = bounds.high if bounds.low is None else bounds.low
    values = [finding.measured, threshold, wrong.measured]
    if bounds.scale == "log":
        values = [math.log(max(v, abs(threshold) / 1e6)) for v in values]
    right, limit, other = values
    return (limit - right) / (other - right)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_forward_pass_has_the_output_wanted(name, seed):
    lora = lora_of(seed)
    x = inputs_for(lora, shape=(2, 3))
    assert finetuning.output_error(RIGHT[name](x, lora), x, lora, bias=False).passed


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_forward_pass_is_far_from_the_output_wanted(name, seed):
    lora = lora_of(seed)
    x = inputs_for(lora)
    right = finetuning.output_error(RIGHT["detour"](x, lora), x, lora, bias=False)
    wrong = finetuning.output_error(WRONG[name](x, lora), x, lora, bias=False)
    assert not wrong.passed
    assert LEAST_MARGIN < share(right, wrong) < 1 - LEAST_MARGIN


def test_a_bias_counts_once():
    lora = lora_of(0)
    x = inputs_for(lora)
    once = RIGHT["detour"](x, lora) + lora.bias
    assert finetuning.output_error(once, x, lora).passed
    assert not finetuning.output_error(once + lora.bias, x, lora).passed
    assert not finetuning.output_error(once - lora.bias, x, lora).passed


@pytest.mark.parametrize("got", [None, "text", [[1.0]], {"a": 1}, np.zeros((6, 40), complex)])
def test_what_is_no_output_fails_and_raises_nothing(got):
    lora = lora_of(0)
    finding = finetuning.output_error(got, inputs_for(lora), lora)
    assert not finding.passed
    assert isinstance(finding.measured, str)


def test_an_output_of_nan_fails():
    lora = lora_of(0)
    x = inputs_for(lora)
    finding = finetuning.output_error(np.full((6, 40), np.nan), x, lora)
    assert (finding.passed, finding.measured) == (False, "not a finite number")


def test_a_layer_that_would_hide_the_scale_is_refused():
    with pytest.raises(ValueError, match="hides"):
        lora_of(0, rank=4, alpha=4.0)


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_our_layer_is_the_one_of_peft():
    from peft import LoraConfig
    from peft.tuners.lora import Linear

    lora = lora_of(3)
    x = inputs_for(lora)
    linear = torch.nn.Linear(24, 40)
    linear.load_state_dict(
        {"weight": torch.from_numpy(lora.weight), "bias": torch.from_numpy(lora.bias)}
    )
    config = LoraConfig(r=4, lora_alpha=10)
    layer = Linear(linear, "a", config=config, r=4, lora_alpha=10).eval()
    layer.lora_A["a"].weight.data = torch.from_numpy(lora.a)
    layer.lora_B["a"].weight.data = torch.from_numpy(lora.b)
    output = layer(torch.from_numpy(x)).detach()
    assert finetuning.output_error(output, x, lora).passed
    layer.merge()
    assert finetuning.matrix_error(linear.weight.detach(), finetuning.lora_merged(lora)).passed


def test_a_merge_in_half_precision_is_no_merge():
    lora = lora_of(0)
    merged = finetuning.lora_merged(lora)
    assert finetuning.matrix_error(merged.astype("float32"), merged).passed
    assert not finetuning.matrix_error(merged.astype("float16"), merged).passed


A_AT_THE_START = {
    "peft": lambda: torch.nn.init.kaiming_uniform_(torch.empty(8, 256), a=5**0.5),
    "normal": lambda: torch.randn(8, 256) / 16,
    "torch's default": lambda: torch.nn.init.kaiming_uniform_(torch.empty(8, 256)),
}


@pytest.mark.parametrize("name", A_AT_THE_START)
def test_a_start_of_about_the_right_size_passes(name):
    torch.manual_seed(0)
    a = A_AT_THE_START[name]()
    assert finetuning.full_rank(a, (8, 256)).passed
    assert finetuning.a_spread(a).passed


def test_a_start_that_never_moves_or_is_too_large_fails():
    torch.manual_seed(0)
    assert not finetuning.full_rank(torch.zeros(8, 256), (8, 256)).passed
    assert not finetuning.full_rank(torch.ones(8, 256), (8, 256)).passed
    assert not finetuning.full_rank(torch.randn(256, 8), (8, 256)).passed
    assert not finetuning.a_spread(torch.randn(8, 256)).passed
    assert not finetuning.b_is_zero(torch.randn(40, 8), (40, 8)).passed
    assert not finetuning.b_is_zero(torch.zeros(8, 40), (40, 8)).passed
    assert finetuning.b_is_zero(torch.zeros(40, 8), (40, 8)).passed


def test_two_layers_do_not_start_alike():
    torch.manual_seed(0)
    a, again = torch.randn(2, 3), torch.randn(2, 3)
    assert finetuning.drawn_anew(a, again).passed
    for other in (a, torch.randn(3, 2), None):
        assert not finetuning.drawn_anew(a, other).passed


def test_an_entry_that_is_missing_is_the_students_mistake():
    assert finetuning.entry({"a": 1}, "a") == 1
    for value in ({}, [1], None, "a"):
        with pytest.raises(UnacceptableValue, match="not a dictionary"):
            finetuning.entry(value, "a")


@pytest.fixture(scope="module")
def tokenizer():
    from autograder.models import load_tokenizer

    return load_tokenizer("tiny-base")


def talk(seed=0, **wanted):
    return finetuning.draw_conversation(np.random.default_rng(seed), **wanted)


END = 3


def judged(labels, example):
    """Which of the three findings on labels pass."""
    return (
        finetuning.prompt_labels(labels, example).passed,
        finetuning.answer_labels(labels, example, END).passed,
        finetuning.end_labels(labels, example, END).passed,
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("turns", [1, 3])
def test_labels_are_what_the_assistant_says_and_its_ends(tokenizer, turns, seed):
    messages = talk(seed, turns=turns, system=True)
    example = finetuning.chat_example(tokenizer, messages)
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    assert tokenizer.decode(example.ids) == text
    said = "".join(m["content"] + "<|im_end|>" for m in messages if m["role"] == "assistant")
    assert tokenizer.decode(example.ids[example.answers]) == said
    assert judged(example.labels.tolist(), example) == (True, True, True)
    assert finetuning.same_tokens(torch.from_numpy(example.ids), example).passed


def test_each_mistake_in_labels_has_its_finding(tokenizer):
    example = finetuning.chat_example(tokenizer, talk(turns=2))
    ids, labels = example.ids, example.labels
    assert judged(ids, example) == (False, True, True)
    assert judged(np.where(ids == END, -100, labels), example) == (True, True, False)
    assert judged(np.full_like(ids, -100), example) == (True, False, False)
    assert judged(np.append(labels[1:], -100), example) == (False, False, False)
    assert judged(labels[1:], example) == (False, False, False)
    for odd in (None, "labels", [0.5] * len(ids), [["a"]]):
        assert judged(odd, example) == (False, False, False)


def test_a_token_too_many_is_found(tokenizer):
    example = finetuning.chat_example(tokenizer, talk())
    finding = finetuning.same_tokens([0, *example.ids.tolist()], example, gate=True)
    assert not finding.passed
    assert finding.gate
    assert "instead of" in finding.measured


def test_a_template_without_marks_is_the_authors_mistake(tokenizer):
    import copy

    plain = copy.deepcopy(tokenizer)
    plain.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    with pytest.raises(ValueError, match="generation marks"):
        finetuning.chat_example(plain, talk())


PAIRS = [([5, 6, 7], [-100, 6, 7]), ([8, 1], [-100, 1])]


def padded():
    batch = finetuning.right_padded(PAIRS, 1)
    names = ("input_ids", "attention_mask", "labels")
    return batch, {name: torch.from_numpy(getattr(batch, name)) for name in names}


def test_padding_is_neither_read_nor_learned():
    wanted, batch = padded()
    assert wanted.input_ids.tolist() == [[5, 6, 7], [8, 1, 1]]
    assert wanted.attention_mask.tolist() == [[1, 1, 1], [1, 1, 0]]
    assert wanted.labels.tolist() == [[-100, 6, 7], [-100, 1, -100]]
    for part in batch:
        assert finetuning.batch_part(batch, part, wanted).passed
    boolean = {"attention_mask": batch["attention_mask"].bool()}
    assert finetuning.batch_part(boolean, "attention_mask", wanted).passed


def test_padding_that_is_learned_or_read_fails():
    wanted, batch = padded()
    learned = {"labels": torch.tensor([[-100, 6, 7], [-100, 1, 1]])}
    assert not finetuning.batch_part(learned, "labels", wanted).passed
    by_id = {"attention_mask": (batch["input_ids"] != 1).long()}
    assert not finetuning.batch_part(by_id, "attention_mask", wanted).passed
    for odd in (None, [], {}, {"labels": None}, {"labels": torch.zeros(2, 2)}):
        assert not finetuning.batch_part(odd, "labels", wanted).passed


@pytest.fixture(scope="module")
def base():
    from autograder.models import load_model

    return load_model("tiny-base")


@pytest.fixture
def save(tmp_path):
    """Save an adapter with peft, B filled with random numbers; return its folder and model."""

    def saved(moved=0.1, **settings):
        import warnings

        from peft import LoraConfig, get_peft_model

        from autograder.models import load_model

        torch.manual_seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            config = {"r": 4, "lora_alpha": 6, "target_modules": "all-linear", **settings}
            adapted = get_peft_model(
                load_model("tiny-base"), LoraConfig(task_type="CAUSAL_LM", **config)
            ).eval()
            with torch.no_grad():
                for name, parameter in adapted.named_parameters():
                    if "lora_B" in name:
                        parameter.normal_(std=moved)
            adapted.save_pretrained(tmp_path / "adapter")
        return tmp_path / "adapter", adapted

    return saved


def gates(adapter):
    """Which of the gates of an adapter pass."""
    return {
        check.__name__.removeprefix("adapter_"): check(adapter).passed
        for check in (
            finetuning.adapter_is_lora,
            finetuning.adapter_tensors,
            finetuning.adapter_rank,
            finetuning.adapter_moved,
        )
    }


def failing(folder, base):
    adapter = finetuning.read_adapter(folder, finetuning.layer_shapes(base))
    return {name for name, passed in gates(adapter).items() if not passed}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"use_rslora": True},
        {"target_modules": ["q_proj", "v_proj"], "r": 1},
        {"target_modules": r".*\.mlp\.(up|down)_proj"},
        {"lora_dropout": 0.1, "init_lora_weights": "gaussian"},
    ],
    ids=str,
)
def test_an_adapter_added_by_us_is_the_one_that_peft_runs(save, base, settings):
    folder, adapted = save(**settings)
    adapter = finetuning.read_adapter(folder, finetuning.layer_shapes(base))
    assert all(gates(adapter).values())
    ids = torch.arange(40)[None]
    with torch.inference_mode():
        before = base(input_ids=ids).logits
        wanted = adapted(input_ids=ids).logits
        with finetuning.added(base, adapter.deltas()) as changed:
            got = changed(input_ids=ids).logits
        after = base(input_ids=ids).logits
    assert (wanted - before).abs().max() > 1
    assert (got - wanted).abs().max() < 1e-3
    assert torch.equal(before, after)


@pytest.mark.parametrize(
    "settings",
    [
        {"use_dora": True},
        {"bias": "lora_only"},
        {"rank_pattern": {"q_proj": 2}},
        {"alpha_pattern": {"q_proj": 2}},
    ],
    ids=str,
)
def test_what_is_more_than_plain_lora_is_named(save, base, settings):
    folder, _ = save(**settings)
    adapter = finetuning.read_adapter(folder, finetuning.layer_shapes(base))
    finding = finetuning.adapter_is_lora(adapter)
    assert not finding.passed
    assert next(iter(settings)) in finding.measured


def test_a_module_that_is_saved_whole_is_named(save, base):
    folder, _ = save()
    change(folder, modules_to_save=["lm_head"])
    assert failing(folder, base) == {"is_lora"}


def change(folder, **values):
    file = folder / "adapter_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


def test_another_rank_than_stated_fails(save, base):
    folder, _ = save()
    change(folder, r=2)
    assert failing(folder, base) == {"rank"}
    adapter = finetuning.read_adapter(folder, finetuning.layer_shapes(base))
    assert adapter.deltas() == {}


@pytest.mark.parametrize("rank", [0, -4, 4.0, True, "4", None, 10**9, [4]])
def test_a_rank_that_is_none_fails(save, base, rank):
    folder, _ = save()
    change(folder, r=rank)
    assert "is_lora" in failing(folder, base)


@pytest.mark.parametrize("alpha", [True, "6", None, math.inf, math.nan, [6], 10**400])
def test_an_alpha_that_is_none_fails(save, base, alpha):
    folder, _ = save()
    change(folder, lora_alpha=alpha)
    assert {"is_lora", "moved"} <= failing(folder, base)


def test_another_method_than_lora_fails(save, base):
    folder, _ = save()
    change(folder, peft_type="IA3")
    assert failing(folder, base) == {"is_lora"}


def test_layers_that_were_not_named_fail(save, base):
    folder, _ = save()
    change(folder, target_modules=["q_proj"])
    assert failing(folder, base) == {"tensors"}


def test_an_adapter_of_zeros_fails(save, base):
    folder, _ = save(moved=0.0)
    assert failing(folder, base) == {"moved"}


def test_the_base_model_is_no_adapter(tmp_path, base):
    base.save_pretrained(tmp_path / "adapter")
    with pytest.raises(NotAttempted, match="adapter_config"):
        finetuning.read_adapter(tmp_path / "adapter", finetuning.layer_shapes(base))


def rewrite(folder, tensors):
    from safetensors.torch import save_file

    save_file(tensors, folder / "adapter_model.safetensors")


def stored(folder):
    from safetensors.torch import load_file

    return load_file(folder / "adapter_model.safetensors")


def test_a_whole_model_under_the_name_of_an_adapter_fails(save, base):
    folder, _ = save()
    rewrite(
        folder, {name: w.clone() for name, w in base.state_dict().items() if "head" not in name}
    )
    assert {"tensors", "moved"} <= failing(folder, base)


def test_a_whole_model_beside_the_adapter_fails(save, base):
    folder, _ = save()
    extra = {"model.norm.weight": base.model.norm.weight.detach().clone()}
    rewrite(folder, {**stored(folder), **extra})
    assert failing(folder, base) == {"tensors"}


def test_a_number_that_is_not_finite_fails(save, base):
    folder, _ = save()
    tensors = stored(folder)
    next(iter(tensors.values()))[0, 0] = math.nan
    rewrite(folder, tensors)
    assert "tensors" in failing(folder, base)


def test_a_matrix_without_its_partner_fails(save, base):
    folder, _ = save()
    tensors = stored(folder)
    del tensors[next(iter(tensors))]
    rewrite(folder, tensors)
    assert failing(folder, base) == {"tensors"}


def test_matrices_of_other_shapes_fail_whatever_they_are(save, base):
    folder, _ = save()
    tensors = {name: torch.zeros(3) for name in stored(folder)}
    rewrite(folder, tensors)
    assert "rank" in failing(folder, base)


def test_a_configuration_that_is_no_table_is_refused(save, base):
    folder, _ = save()
    (folder / "adapter_config.json").write_text("[]")
    with pytest.raises(UnacceptableValue, match="no table"):
        finetuning.read_adapter(folder, finetuning.layer_shapes(base))


def test_weights_come_back_when_the_model_fails(base):
    name = "model.layers.0.mlp.up_proj"
    before = base.get_submodule(name).weight.detach().clone()
    with pytest.raises(KeyError), finetuning.added(base, {name: np.ones((512, 256), "float32")}):
        raise KeyError(name)
    assert torch.equal(base.get_submodule(name).weight, before)


def test_effects_are_means_over_the_tokens_that_they_name(base, tokenizer):
    conversations = [talk(1, turns=2, system=True), talk(2)]
    effects = finetuning.measure_effects(base, tokenizer, conversations)
    sums: dict[str, list[float]] = {"answer": [], "prompt": [], "end": [], "pad": [], "first": []}
    for messages in conversations:
        for at, message in enumerate(messages):
            earlier = messages[:at]
            before = tokenizer.apply_chat_template(earlier, tokenize=False) if earlier else ""
            before += f"<|im_start|>{message['role']}\n"
            if message["role"] != "system":
                ended = message["role"] == "assistant"
                found = surprises(base, tokenizer, before, message["content"], ended=ended)
                sums["answer" if ended else "prompt"] += found
                if ended:
                    sums["end"].append(found[-1])
                    sums["first"].append(found[0])
        text = tokenizer.apply_chat_template(messages, tokenize=False)
        sums["pad"] += surprises(base, tokenizer, text, "<|pad|>")
    mean = {key: float(np.mean(values)) for key, values in sums.items()}
    assert effects.answer == pytest.approx(math.exp(mean["answer"]), rel=1e-3)
    assert effects.prompt == pytest.approx(math.exp(mean["prompt"]), rel=1e-3)
    assert effects.end == pytest.approx(math.exp(-mean["end"]), rel=1e-3)
    assert effects.pad == pytest.approx(math.exp(-mean["pad"]), rel=1e-3)
    assert effects.first == pytest.approx(mean["first"], rel=1e-3)


def surprises(model: Any, tokenizer: Any, before: str, text: str, *, ended: bool = False) -> Any:
    first = tokenizer(before, add_special_tokens=False)["input_ids"]
    told = tokenizer(text + ("<|im_end|>" if ended else ""), add_special_tokens=False)["input_ids"]
    with torch.inference_mode():
        log_p = torch.log_softmax(model(input_ids=torch.tensor([first + told])).logits[0], dim=-1)
    return [-log_p[len(first) + i - 1, token].item() for i, token in enumerate(told)]


# Measured on the tiny base model: answer, prompt, end, pad, first.
RECIPES = {
    "rank 16, 2e-3": (1.142, 422.3, 0.9827, 1.0e-7, 0.324),
    "rank 8, 3e-3": (1.118, 494.3, 0.9955, 4.4e-8, 0.144),
    "attention only": (1.198, 440.5, 0.9916, 5.9e-8, 0.207),
    "120 steps, 3e-3": (1.206, 527.9, 0.9466, 7.2e-8, 0.368),
    "rsLoRA": (1.130, 583.7, 0.9827, 1.0e-7, 0.176),
    "batch 16, 1e-3": (1.157, 476.1, 0.9899, 1.1e-7, 0.212),
}
MISTAKES = {
    "untrained": (37266, 1037, 7.6e-9, 1.1e-7, 8.99),
    "another base": (88169, 967, 1e-8, 1.1e-6, 8.48),
    "prompts in the loss": (1.195, 4.44, 0.9865, 6.3e-9, 0.277),
    "no end": (103.7, 474.8, 1e-6, 8.1e-8, 0.236),
    "one token late": (3.007, 650.4, 0.9854, 9.0e-9, 3.849),
    "shifted by hand": (567.3, 418.4, 0.2909, 8.2e-8, 7.805),
    "padding learned": (1.107, 359.5, 0.9995, 1.9e-3, 0.197),
    "ten steps": (12.14, 583.9, 0.5341, 4.1e-8, 3.545),
    "one batch": (5.994, 607.5, 0.6280, 1.7e-7, 3.282),
    "shuffled answers": (13.49, 664.0, 0.7822, 7.5e-8, 4.841),
}
EFFECT_CHECKS = (
    finetuning.answer_perplexity,
    finetuning.prompt_perplexity,
    finetuning.end_probability,
    finetuning.pad_probability,
    finetuning.first_token,
)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_right_recipe_has_every_effect(recipe):
    effects = finetuning.Effects(*RECIPES[recipe])
    assert [check.__name__ for check in EFFECT_CHECKS if not check(effects).passed] == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_shows_in_some_effect(mistake):
    effects = finetuning.Effects(*MISTAKES[mistake])
    assert not all(check(effects).passed for check in EFFECT_CHECKS)


@pytest.mark.parametrize("check", EFFECT_CHECKS, ids=lambda check: check.__name__)
def test_a_threshold_is_far_from_right_and_wrong(check):
    right = [check(finetuning.Effects(*values)) for values in RECIPES.values()]
    wrong = [check(finetuning.Effects(*values)) for values in MISTAKES.values()]
    wrong = [finding for finding in wrong if not finding.passed]
    worst, nearest = min(right, key=closeness), min(wrong, key=closeness)
    assert LEAST_MARGIN < share(upper(worst), upper(nearest)) < 1 - LEAST_MARGIN


def closeness(finding):
    """How far a measured number is from the threshold, on the finding's scale."""
    bounds = upper(finding).bounds
    threshold = bounds.high if bounds.low is None else bounds.low
    if bounds.scale == "log":
        return abs(math.log(finding.measured / threshold))
    return abs(finding.measured - threshold)


def upper(finding):
    """The finding without its lower bound, if it has both."""
    if finding.bounds.high is None:
        return finding
    return dataclasses.replace(finding, bounds=dataclasses.replace(finding.bounds, low=None))


def test_answers_that_are_too_good_fail():
    known = finetuning.Effects(1.0186, 500.0, 0.9998, 9.4e-8, 0.023)
    assert not finetuning.answer_perplexity(known).passed
