"""Checks of a file of quantized weights: what is stored, as which type, in how many bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograder.checks.finding import Bounds, Finding
from autograder.checks.measured import finding
from autograder.checks.quantization.errors import as_array, dtype_name
from autograder.checks.quantization.layers import Layers

__all__ = ["bytes_per_parameter", "levels", "nothing_else", "stored_layers"]


def stored_layers(
    layers: Layers,
    *,
    dtype: str = "int8",
    name: str = "layers in the file",
    gate: bool = True,
    hint: str = "",
) -> Finding:
    """Check that every layer is stored as codes of type `dtype` and of its own shape, with a scale.

    The type is the one in the header of the file: half-precision numbers called int8 fail here.
    Counts the layers that are as wanted. An exact comparison; a gate by default.
    """
    sound = [
        key
        for key, weight in layers.weights.items()
        if key in layers.codes
        and key in layers.scales
        and dtype_name(layers.codes[key]) == dtype
        and as_array(layers.codes[key]).shape == weight.shape
    ]
    total = len(layers.weights)
    bounds = Bounds(total, total, "exact")
    wanted = f"{total}, each with {dtype} codes of its shape and a scale"
    return finding(
        name, float(len(sound)), bounds, unit="layers", gate=gate, hint=hint, wanted=wanted
    )


def nothing_else(
    tensors: Mapping[str, Any],
    layers: Layers,
    *,
    codes: str = ".codes",
    scale: str = ".scale",
    name: str = "other tensors in the file",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that the file holds codes and scales of the wanted layers only.

    An exact comparison.
    """
    wanted = {key + ending for key in layers.weights for ending in (codes, scale)}
    bounds = Bounds(0.0, 0.0, "exact")
    return finding(name, float(len(set(tensors) - wanted)), bounds, weight=weight, hint=hint)


def bytes_per_parameter(
    tensors: Mapping[str, Any],
    *,
    codes: str = ".codes",
    at_most: float = 1.3,
    name: str = "bytes a weight",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the bytes of all tensors of a file over the number of codes in it.

    1 + 4 / inputs for int8 codes and one float32 scale a row (1.02 for 256 inputs, 1.03 with a
    zero point), 2 for float16, 5 if the original weights are in the file as well. 1.3 lies 29 %
    of the way to float16.

    Parameters
    ----------
    tensors : mapping of str to array
        As read from the file, in the types of its header.
    codes : str
        The ending of the names of codes.
    """
    stored = sum(_bytes(tensor) for tensor in tensors.values())
    count = sum(as_array(t).size for key, t in tensors.items() if key.endswith(codes))
    measured: float | str = stored / count if count else "no codes"
    return finding(name, measured, Bounds(None, at_most, "linear"), weight=weight, hint=hint)


def levels(
    codes: Iterable[Any],
    *,
    at_least: int = 200,
    at_most: int | None = None,
    name: str = "different codes",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Count the different values that the codes of a model take.

    255 for absmax over more than a few thousand weights, 256 with a zero point; 127 for 7 bits,
    15 for 4. An upper bound finds float16 (130,974 levels measured) where no type was asked for.

    Parameters
    ----------
    codes : iterable of arrays
    """
    values = [np.unique(as_array(array)) for array in codes]
    measured = float(np.unique(np.concatenate(values)).size) if values else 0.0
    bounds = Bounds(at_least, at_most, "linear")
    return finding(name, measured, bounds, unit="levels", weight=weight, hint=hint)


def _bytes(tensor: Any) -> int:
    if hasattr(tensor, "element_size"):
        return int(tensor.element_size() * tensor.numel())
    return int(as_array(tensor).nbytes)
