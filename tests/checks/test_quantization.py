"""Each quantization check passes the right quantizer and fails its wrong variants, by a margin."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np
import pytest
import torch

from autograder.checks import quantization
from autograder.checks.errors import NotAttempted, StudentException, UnacceptableValue
from autograder.checks.quantization.errors import as_array

SEEDS = (0, 1, 2)
LEAST_MARGIN = 0.2


def absmax(x, *, top=127, reach=None, rounding=np.round, per="row"):
    axis, keep = (1, True) if per == "row" else ((0, True) if per == "column" else (None, False))
    reach = np.abs if reach is None else reach
    scale = np.asarray(reach(x).max(axis=axis, keepdims=keep) / top)
    scale = np.where(scale > 0, scale, 1.0)
    limit = min(top, 127)
    return np.clip(rounding(x / scale), -limit, limit).astype("int8"), scale.astype("float32")


def zero_point(x, *, steps=255, rounding=np.round, round_zero=np.round, clamp=False):
    scale = (x.max() - x.min()) / steps
    zero = round_zero(-128 - x.min() / scale)
    if clamp:
        zero = np.clip(zero, -128, 127)
    codes = np.clip(rounding(x / scale + zero), -128, 127).astype("int8")
    return codes, float(scale), float(zero)


def three_sigma(x):
    scale = np.minimum(np.abs(x).max(axis=1, keepdims=True), 3 * x.std(axis=1, keepdims=True)) / 127
    return np.clip(np.round(x / scale), -127, 127).astype("int8"), scale


def half_up(x):
    return np.floor(x + 0.5)


def float16_scale(x):
    codes, scale = absmax(x)
    return codes, scale.astype("float16")


def vector_of_scales(x):
    codes, scale = absmax(x)
    return codes, scale[:, 0]


def tensors(x):
    codes, scale = absmax(x)
    return torch.from_numpy(codes), torch.from_numpy(scale)


RIGHT: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    "nearest": absmax,
    "half up": lambda x: absmax(x, rounding=half_up),
    "a scale in float16": float16_scale,
    "scales as a vector": vector_of_scales,
    "torch tensors": tensors,
}
WRONG: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    "truncation": lambda x: absmax(x, rounding=np.trunc),
    "flooring": lambda x: absmax(x, rounding=np.floor),
    "divided by 128": lambda x: absmax(x, top=128),
    "7 bits": lambda x: absmax(x, top=63),
    "maximum": lambda x: absmax(x, reach=lambda a: a),
    "a scale a column": lambda x: absmax(x, per="column"),
    "a scale a tensor": lambda x: absmax(x, per="tensor"),
    "three sigma": three_sigma,
    "float16": lambda x: (x.astype("float16"), np.float32(1.0)),
    "bfloat16": lambda x: (torch.from_numpy(x).bfloat16(), np.float32(1.0)),
}


def weights(seed: int) -> np.ndarray:
    """Return normal rows of different sizes, each with a heavy weight or two."""
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(60, 128)) * rng.uniform(0.5, 2.0, size=(60, 1))
    w[np.arange(60), rng.integers(0, 128, 60)] *= 4.0
    return w.astype("float32")


def margin(right: list[float], wrong: list[float], bounds: Any) -> float:
    """Return how far along the way from right to wrong the bound lies that parts them."""
    place = math.log if bounds.scale == "log" else float
    above = bounds.high is not None and min(wrong) > bounds.high
    bound = bounds.high if above else bounds.low
    worst, nearest = (max(right), min(wrong)) if above else (min(right), max(wrong))
    return (place(bound) - place(worst)) / (place(nearest) - place(worst))


def assert_parts(measure, right, wrong, data=weights):
    """Assert that `measure` passes all of `right` and fails all of `wrong`.

    The bound must lie a fifth of the way or more from the worst right to the nearest wrong one.
    """
    good = [measure(x, *RIGHT[name](x)) for name in right for x in map(data, SEEDS)]
    assert [f for f in good if not f.passed] == []
    bad = {name: [measure(x, *WRONG[name](x)) for x in map(data, SEEDS)] for name in wrong}
    assert [name for name, found in bad.items() if any(f.passed for f in found)] == []
    assert_margins(good, [finding for found in bad.values() for finding in found])


def assert_margins(good, bad):
    bounds = good[0].bounds
    if bounds.scale == "exact":
        return
    right = [f.measured for f in good]
    wrong = [f.measured for f in bad]
    above = [w for w in wrong if bounds.high is not None and w > bounds.high]
    below = [w for w in wrong if bounds.low is not None and w < bounds.low]
    assert len(above) + len(below) == len(wrong)
    for side in (above, below):
        if side:
            assert margin(right, side, bounds) >= LEAST_MARGIN, side


def test_codes_of_another_type_shape_or_range_fail():
    codes = np.array([[-127, 3, 127]], dtype="int8")
    assert quantization.codes_in_range(codes, shape=(1, 3)).passed
    assert quantization.codes_in_range(torch.from_numpy(codes), shape=(1, 3)).passed
    beyond = np.array([[-128, 3, 127]], dtype="int8")
    assert quantization.codes_in_range(beyond, shape=(1, 3), symmetric=False).passed
    for wrong in (
        beyond,
        codes.astype("float32"),
        codes.astype("float16"),
        codes.astype("int32"),
        codes[:, :2],
        torch.from_numpy(codes).bfloat16(),
        [[1, 2, 3]],
        "codes",
        None,
    ):
        finding = quantization.codes_in_range(wrong, shape=(1, 3))
        assert finding.gate
        assert not finding.passed
    assert not quantization.codes_in_range(codes, bits=4, shape=(1, 3)).passed


def test_the_largest_error_finds_what_perplexity_does_not():
    assert_parts(
        lambda x, codes, scale: quantization.error_in_scales(x, codes, scale, per="row"),
        RIGHT,
        [name for name in WRONG if "float16" not in name],
    )


def test_the_typical_error_has_a_lower_bound_too():
    assert_parts(
        lambda x, codes, scale: quantization.rounding_rms(x, codes, scale, per="row"),
        RIGHT,
        ["truncation", "flooring", "7 bits", "three sigma", "float16", "bfloat16"],
    )


def test_flooring_shows_as_bias_on_positive_numbers_only():
    assert_parts(
        lambda x, codes, scale: quantization.rounding_bias(x, codes, scale, per="row"),
        RIGHT,
        ["truncation", "flooring"],
        data=lambda seed: np.abs(weights(seed)),
    )
    x = weights(0)
    floored = absmax(x, rounding=np.trunc)
    assert quantization.rounding_bias(x, *floored, per="row").passed


def test_each_row_must_touch_the_end():
    assert_parts(
        lambda _x, codes, _scale: quantization.rows_touch_end(codes),
        RIGHT,
        ["truncation", "7 bits", "a scale a column", "a scale a tensor", "float16"],
    )


def test_a_scale_is_compared_with_ours():
    assert_parts(
        lambda x, _codes, scale: quantization.scale_ratio(x, scale, per="row"),
        RIGHT,
        ["divided by 128", "7 bits", "maximum", "a scale a column", "three sigma"],
    )


def test_the_relative_error_stops_stubs_and_lets_near_misses_pass():
    rng = np.random.default_rng(0)
    for seed in SEEDS:
        x = weights(seed)
        good = quantization.reconstruction(x, *absmax(x))
        assert good.passed
        assert good.gate
        assert quantization.reconstruction(x, *WRONG["7 bits"](x)).passed
        for codes in (
            np.zeros(x.shape, "int8"),
            np.ones(x.shape, "int8"),
            rng.integers(-127, 128, x.shape).astype("int8"),
            x.astype("int8"),
        ):
            bad = quantization.reconstruction(x, codes, 1.0)
            assert not bad.passed
            assert_margins([good], [bad])


def test_one_scale_a_row_is_neither_one_scale_nor_one_a_column():
    assert quantization.one_scale_per_row(np.ones((4, 1), "float32"), rows=4).passed
    assert quantization.one_scale_per_row(np.ones(4, "float16"), rows=4).passed
    for wrong in (1.0, np.ones((1, 6)), np.zeros((4, 1)), np.full((4, 1), np.nan), "x", None):
        assert not quantization.one_scale_per_row(wrong, rows=4).passed


def lopsided(seed: int) -> np.ndarray:
    x = np.random.default_rng(seed).normal(scale=2.0, size=3000)
    x = (x / (1 + np.exp(-x))).astype("float32")
    x[:5] = 0.0
    x[7] = -31 * x.min()
    return x


def test_the_error_inside_the_range_finds_truncation_and_a_symmetric_ruler():
    good = [quantization.interior_rms(x, *zero_point(x)) for x in map(lopsided, SEEDS)]
    assert all(f.passed for f in good)
    for wrong in (
        lambda x: zero_point(x, rounding=np.trunc),
        lambda x: zero_point(x, rounding=np.floor),
        lambda x: (*absmax(x, per="tensor"), 0),
    ):
        bad = [quantization.interior_rms(x, *wrong(x)) for x in map(lopsided, SEEDS)]
        assert not any(f.passed for f in bad)
        assert_margins(good, bad)


def test_only_the_image_of_zero_tells_that_a_zero_point_was_not_rounded():
    for seed in SEEDS:
        x = lopsided(seed)
        right, unrounded = zero_point(x), zero_point(x, round_zero=lambda z: z)
        assert quantization.zero_is_exact(x, *right).passed
        assert quantization.whole_zero_point(right[2]).passed
        assert not quantization.zero_is_exact(x, *unrounded).passed
        assert not quantization.whole_zero_point(unrounded[2]).passed
        assert quantization.interior_rms(x, *unrounded).passed
        assert quantization.error_in_scales(x, *unrounded, scheme="range").passed


def test_a_clamped_zero_point_shows_on_numbers_far_from_zero():
    for seed in SEEDS:
        near = lopsided(seed)
        far = np.random.default_rng(seed).uniform(3, 4, 1000).astype("float32")
        for x, passes in ((near, True), (far, False)):
            found = zero_point(x, clamp=True)
            assert quantization.error_in_scales(x, *found, scheme="range").passed is passes
        assert quantization.error_in_scales(far, *zero_point(far), scheme="range").passed


def test_256_steps_instead_of_255_do_not_fit():
    for seed in SEEDS:
        x = lopsided(seed)
        for steps, passes in ((255, True), (256, False)):
            codes, scale, zero = zero_point(x, steps=steps)
            ratio = quantization.scale_ratio(x, scale, scheme="range", at_most=2e-3)
            error = quantization.error_in_scales(x, codes, scale, zero, scheme="range")
            assert (ratio.passed, error.passed) == (passes, passes)


def test_a_symmetric_ruler_leaves_half_of_the_codes_unused():
    x = lopsided(0)
    assert quantization.ends_used(zero_point(x)[0]).passed
    assert not quantization.ends_used(absmax(x, per="tensor")[0]).passed


@dataclass(frozen=True)
class FunctionRun:
    """A run whose student wrote one function."""

    function: Callable[..., Any]

    @property
    def rng(self) -> np.random.Generator:
        return np.random.default_rng(0)

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.function(*args, **kwargs)
        except NotImplementedError as error:
            raise NotAttempted(function) from error
        except Exception as error:
            raise StudentException(type(error).__name__, str(error)) from error

    def value(self, name: str, /) -> NoReturn:
        raise NotAttempted(name)

    def artifact(self, name: str, /) -> Path:
        raise NotAttempted(name)

    def outputs(self, grade_id: str, /) -> NoReturn:
        raise NotAttempted(grade_id)

    def student_source(self, grade_id: str, /) -> NoReturn:
        raise NotAttempted(grade_id)


def rows_in_torch(w, guarded=True):
    largest = w.abs().amax(dim=1, keepdim=True)
    scale = torch.where(largest > 0, largest / 127, 1.0) if guarded else largest / 127
    return torch.round(w / scale).to(torch.int8), scale


def test_a_row_of_zeros_needs_a_guard():
    assert quantization.zero_rows(FunctionRun(rows_in_torch), "f").passed
    numpy_run = FunctionRun(absmax)
    assert quantization.zero_rows(numpy_run, "f", library="numpy").passed
    for wrong in (
        lambda w: rows_in_torch(w, guarded=False),
        lambda w: w,
        lambda w: None,
        lambda w: (w, "scale"),
        lambda w: 1 // 0,
    ):
        assert not quantization.zero_rows(FunctionRun(wrong), "f").passed


def zero_point_in_torch(x, guarded=True):
    low, high = x.min().item(), x.max().item()
    if guarded and low == high:
        return torch.sign(x).to(torch.int8), abs(low) or 1.0, 0
    scale = (high - low) / 255
    zero = round(-128 - low / scale)
    return torch.clamp(torch.round(x / scale) + zero, -128, 127).to(torch.int8), scale, zero


def test_equal_numbers_come_back_as_they_were():
    assert quantization.constant_arrays(FunctionRun(zero_point_in_torch), "f").passed
    for wrong in (
        lambda x: zero_point_in_torch(x, guarded=False),
        lambda x: (torch.round(x).to(torch.int8), 1.0, 0),
        lambda x: (torch.full_like(x, torch.nan), 1.0, 0),
        lambda x: (x, 1.0),
    ):
        assert not quantization.constant_arrays(FunctionRun(wrong), "f").passed


def test_dequantizing_in_int8_wraps_around():
    codes = torch.arange(-128, 128).to(torch.int8)
    near = torch.arange(-60, 60).to(torch.int8)

    def right(codes, scale, zero_point):
        return (codes.float() - zero_point) * scale

    def wraps(codes, scale, zero_point):
        return ((codes - zero_point) * scale).float()

    for zero in (-117, -893):
        assert quantization.dequantizes(FunctionRun(right), "f", codes, 0.02, zero).passed
        assert not quantization.dequantizes(FunctionRun(wraps), "f", codes, 0.02, zero).passed
    assert quantization.dequantizes(FunctionRun(wraps), "f", near, 0.02, 3).passed
    for wrong in (lambda *a: a[0], lambda *a: None, lambda *a: "x", lambda *a: torch.zeros(3)):
        assert not quantization.dequantizes(FunctionRun(wrong), "f", codes, 0.02, 3).passed


def test_a_stub_is_not_attempted_rather_than_wrong():
    def stub(*_):
        raise NotImplementedError

    with pytest.raises(NotAttempted):
        quantization.zero_rows(FunctionRun(stub), "f")
    with pytest.raises(NotAttempted):
        quantization.constant_arrays(FunctionRun(stub), "f")
    with pytest.raises(NotAttempted):
        quantization.dequantizes(FunctionRun(stub), "f", torch.zeros(2).to(torch.int8), 1.0)


class TinyModel(torch.nn.Module):
    """Two linear layers between an embedding and a head."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.embed = torch.nn.Embedding(50, 48)
        self.up = torch.nn.Linear(48, 96, bias=False)
        self.down = torch.nn.Linear(96, 48, bias=False)
        self.lm_head = torch.nn.Linear(48, 50, bias=False)
        for layer in (self.up, self.down):
            torch.nn.init.normal_(layer.weight, std=0.1)

    def forward(self, input_ids: torch.Tensor) -> SimpleNamespace:
        x = self.embed(input_ids)
        x = x + self.down(torch.relu(self.up(x)))
        return SimpleNamespace(logits=self.lm_head(x))


def stored(model, quantize=absmax):
    file = {}
    for name, w in quantization.linear_weights(model).items():
        codes, scale = quantize(w)
        file[f"{name}.codes"], file[f"{name}.scale"] = np.asarray(as_array(codes)), scale
    return file


def layers_of(model, quantize=absmax):
    return quantization.read_layers(stored(model, quantize), quantization.linear_weights(model))


def test_the_linear_layers_of_a_model_are_all_but_the_head():
    assert set(quantization.linear_weights(TinyModel(0))) == {"up", "down"}


@pytest.mark.parametrize(
    ("measure", "wrong"),
    [
        (quantization.layers_error_in_scales, ["truncation", "7 bits", "a scale a column"]),
        (quantization.layers_rounding_rms, ["truncation", "7 bits", "float16"]),
        (quantization.layers_touch_end, ["truncation", "7 bits", "a scale a tensor"]),
        (quantization.layers_scale_ratio, ["divided by 128", "a scale a tensor"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_model_is_measured_over_all_of_its_layers(measure, wrong):
    good = [measure(layers_of(TinyModel(seed))) for seed in SEEDS]
    bad = [measure(layers_of(TinyModel(seed), WRONG[name])) for seed in SEEDS for name in wrong]
    assert all(f.passed for f in good)
    assert not any(f.passed for f in bad)
    assert_margins(good, bad)


def test_what_a_file_holds_is_compared_with_what_it_should():
    model = TinyModel(0)
    ours = quantization.linear_weights(model)
    file = stored(model)
    layers = quantization.read_layers(file, ours)
    assert quantization.stored_layers(layers).passed
    assert quantization.layers_reconstruction(layers).passed
    assert quantization.nothing_else(file, layers).passed
    assert quantization.bytes_per_parameter(file).passed
    assert quantization.levels(layers.codes.values()).passed

    halves = stored(model, WRONG["float16"])
    half = quantization.read_layers(halves, ours)
    assert not quantization.stored_layers(half).passed
    assert not quantization.bytes_per_parameter(halves).passed
    assert not quantization.levels(half.codes.values(), at_most=2000).passed

    both = file | {"up.weight": ours["up"]}
    assert not quantization.nothing_else(both, layers).passed
    assert not quantization.bytes_per_parameter(both).passed

    seven = layers_of(model, WRONG["7 bits"])
    assert not quantization.levels(seven.codes.values()).passed

    zeros = quantization.read_layers({k: 0 * v for k, v in file.items()}, ours)
    assert not quantization.layers_reconstruction(zeros).passed

    missing = {key: value for key, value in file.items() if not key.startswith("up")}
    assert not quantization.stored_layers(quantization.read_layers(missing, ours)).passed
    assert not quantization.bytes_per_parameter({}).passed


def test_the_effect_is_measured_against_our_own_quantized_model():
    for seed in SEEDS:
        model = TinyModel(seed)
        ids = np.random.default_rng(seed).integers(0, 50, (8, 64))
        before = {name: value.clone() for name, value in model.state_dict().items()}
        good = quantization.kl_quotient(model, layers_of(model), ids)
        assert good.passed
        assert good.measured == pytest.approx(1, rel=1e-3)
        for name in ("truncation", "7 bits", "bfloat16"):
            bad = quantization.kl_quotient(model, layers_of(model, WRONG[name]), ids)
            assert not bad.passed, name
            assert_margins([good], [bad])
        after = model.state_dict()
        assert all(torch.equal(after[name], value) for name, value in before.items())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: {},
        lambda file: file | {"up.codes": file["up.codes"][:, :3]},
        lambda file: file | {"up.scale": np.float32("nan")},
        lambda file: file | {"up.scale": np.ones((7, 3), "float32")},
        lambda file: file | {"up.codes": np.full((96, 48), "a")},
    ],
    ids=["empty", "shape", "nan", "scale", "text"],
)
def test_an_unusable_file_fails_every_measure_and_raises_nothing(spoil):
    model = TinyModel(0)
    file = spoil(stored(model))
    layers = quantization.read_layers(file, quantization.linear_weights(model))
    ids = np.zeros((1, 8), dtype=np.int64)
    assert not quantization.layers_error_in_scales(layers).passed
    assert not quantization.layers_rounding_rms(layers).passed
    assert not quantization.layers_reconstruction(layers).passed
    assert not quantization.kl_quotient(model, layers, ids).passed


@pytest.mark.parametrize(
    "scale", [None, "text", np.nan, np.inf, 0.0, np.ones((9, 9)), True, 1j], ids=repr
)
def test_a_useless_scale_fails_and_raises_nothing(scale):
    x = np.abs(weights(0))
    codes, _ = absmax(x)
    for check in (
        quantization.error_in_scales,
        quantization.rounding_rms,
        quantization.rounding_bias,
        quantization.reconstruction,
    ):
        assert not check(x, codes, scale).passed
    assert not quantization.scale_ratio(x, scale, per="row").passed


def test_what_is_no_array_of_numbers_is_the_students_mistake():
    with pytest.raises(UnacceptableValue):
        quantization.error_in_scales(np.ones(3), [[1], [2, 3]], 1.0)
