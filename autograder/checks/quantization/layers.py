"""Checks of a whole quantized model: the same measures over all of its layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.finding import Bounds, Finding
from autograder.checks.measured import MISFIT, finding
from autograder.checks.quantization.errors import (
    as_array,
    broadcast_scale,
    dequantize,
    errors_in_scales,
    our_scale,
    top_code,
)

__all__ = [
    "Layers",
    "layers_error_in_scales",
    "layers_reconstruction",
    "layers_rounding_rms",
    "layers_scale_ratio",
    "layers_touch_end",
    "read_layers",
]


@dataclass(frozen=True, slots=True)
class Layers:
    """Codes and scales of the layers of a model beside the weights that they stand for.

    Parameters
    ----------
    weights : mapping of str to array, shape (outputs, inputs)
        Our own weights, one matrix a layer.
    codes, scales : mapping of str to array
        What the student stored; a layer that is missing is missing.
    """

    weights: Mapping[str, NDArray[np.float32]]
    codes: Mapping[str, Any]
    scales: Mapping[str, Any]

    @property
    def complete(self) -> bool:
        """Whether every layer has codes of its shape and a scale that fits them."""
        return all(
            name in self.codes
            and name in self.scales
            and as_array(self.codes[name]).shape == weight.shape
            and broadcast_scale(self.scales[name], weight.shape) is not None
            for name, weight in self.weights.items()
        )

    def dequantized(self) -> dict[str, NDArray[np.float32]]:
        """Codes times scale of each layer, as float32; empty unless all are usable."""
        restored = {}
        for name in self.weights if self.complete else ():
            weight = dequantize(self.codes[name], self.scales[name])
            if weight is None or not np.isfinite(weight).all():
                return {}
            restored[name] = weight.astype(np.float32)
        return restored


def read_layers(
    tensors: Mapping[str, Any],
    weights: Mapping[str, NDArray[np.float32]],
    *,
    codes: str = ".codes",
    scale: str = ".scale",
) -> Layers:
    """Sort the tensors of a file by layer.

    Parameters
    ----------
    tensors : mapping of str to array
        For a layer ``q_proj`` the tensors ``q_proj.codes`` and ``q_proj.scale``.
    weights : mapping of str to array
        Our weights by the name of the layer; other layers of the file are left aside.
    codes, scale : str
        The endings of the names.
    """
    return Layers(
        weights,
        {name: tensors[name + codes] for name in weights if name + codes in tensors},
        {name: tensors[name + scale] for name in weights if name + scale in tensors},
    )


def layers_reconstruction(
    layers: Layers,
    *,
    at_most: float = 0.3,
    name: str = "relative error",
    gate: bool = True,
    hint: str = "",
) -> Finding:
    """Measure the relative error of the worst layer, a coarse stop for stubs.

    0.01 for int8, 1 or more for zeros, ones and random codes; 0.3 lies 70 % of the way on a log
    scale, so that a quantizer that clips outliers (0.12) keeps its other points. A gate, since a
    stub would pass the sizes.
    """
    restored = layers.dequantized()
    measured: float | str = MISFIT
    if restored:
        measured = max(
            float(np.linalg.norm(restored[key] - array) / (np.linalg.norm(array) or 1.0))
            for key, array in layers.weights.items()
        )
    return finding(name, measured, Bounds(None, at_most, "log"), gate=gate, hint=hint)


def layers_error_in_scales(
    layers: Layers,
    *,
    at_most: float = 0.65,
    name: str = "largest error",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the largest error of any weight, in units of our own scale of its row.

    See :func:`autograder.checks.quantization.error_in_scales`: 0.500 (0.549 with float16
    scales) against 1.0 for truncation and 7 bits, 1.8 to 2.2 for a scale a column or a tensor.
    """
    worst = _over_layers(layers, lambda e: float(np.abs(e).max()), max)
    bounds = Bounds(None, at_most, "linear")
    return finding(name, worst, bounds, unit="scales", weight=weight, hint=hint)


def layers_rounding_rms(
    layers: Layers,
    *,
    low: float = 0.20,
    high: float = 0.40,
    name: str = "typical error",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the root mean square of the errors of all weights, in our own scales.

    See :func:`autograder.checks.quantization.rounding_rms`: 0.288 against 0.575 for truncation,
    0.55 for a scale a tensor and 0.009 for float16.
    """
    total = _over_layers(layers, lambda e: float(np.square(e).sum()), lambda a, b: a + b)
    count = sum(w.size for w in layers.weights.values())
    measured = total if isinstance(total, str) else float(np.sqrt(total / count))
    bounds = Bounds(low, high, "linear")
    return finding(name, measured, bounds, unit="scales", weight=weight, hint=hint)


def layers_touch_end(
    layers: Layers,
    *,
    at_least: float = 0.999,
    name: str = "rows that use the whole range",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the share of rows, of all layers, with a code of 127 or -127. Exact.

    See :func:`autograder.checks.quantization.rows_touch_end`.
    """
    measured: float | str = MISFIT
    if layers.complete:
        magnitudes = [
            np.abs(as_array(layers.codes[n]).astype(np.float64)).max(axis=1) for n in layers.weights
        ]
        measured = float((np.concatenate(magnitudes) == top_code(8)).mean())
    bounds = Bounds(at_least, None, "exact")
    return finding(name, measured, bounds, unit="of rows", weight=weight, hint=hint)


def layers_scale_ratio(
    layers: Layers,
    *,
    at_most: float = 3e-3,
    name: str = "scales",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the largest relative distance of any row's scale to ours.

    See :func:`autograder.checks.quantization.scale_ratio`: 0, or 5e-4 stored as float16, against
    7.8e-3 for 128 instead of 127.
    """
    worst: float | str = 0.0
    for key, array in layers.weights.items():
        wide = broadcast_scale(layers.scales.get(key, "none"), array.shape)
        if wide is None:
            worst = MISFIT
            break
        with np.errstate(all="ignore"):
            worst = max(worst, float(np.abs(wide / our_scale(array, per="row") - 1).max()))
    bounds = Bounds(None, at_most, "linear")
    return finding(name, worst, bounds, unit="relative", weight=weight, hint=hint)


def _over_layers(
    layers: Layers,
    measure: Callable[[NDArray[np.float64]], float],
    join: Callable[[float, float], float],
) -> float | str:
    """Join a measure of the errors of each layer; a text if a layer cannot be measured."""
    if not layers.complete:
        return MISFIT
    total = 0.0
    for key, array in layers.weights.items():
        errors = errors_in_scales(array, layers.codes[key], layers.scales[key], per="row")
        if errors is None or not np.isfinite(errors).all():
            return "not a finite number"
        total = join(total, measure(errors))
    return total
