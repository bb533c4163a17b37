"""Checks of a saved LoRA adapter: what its two files say, before anything is computed with it.

An adapter is a folder with ``adapter_config.json`` and ``adapter_model.safetensors``, as peft
writes it. It is read without peft and without unpickling anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.artifacts import read_json, read_safetensors
from autograder.checks.data import number_of
from autograder.checks.errors import UnacceptableValue
from autograder.checks.finding import Bounds, Finding
from autograder.checks.measured import finding
from autograder.checks.text import clean
from autograder.checks.weights import linear_layers

__all__ = [
    "Adapter",
    "adapter_is_lora",
    "adapter_moved",
    "adapter_rank",
    "adapter_tensors",
    "layer_shapes",
    "read_adapter",
]

CONFIG = "adapter_config.json"
TENSORS = "adapter_model.safetensors"
MAX_BYTES = 64 << 20
MAX_RANK = 4096
ENDINGS = (".lora_A.weight", ".lora_B.weight")
PREFIX = "base_model.model."
# Settings that make the update something else than alpha / rank times B A, by what turns them off.
_PLAIN: Mapping[str, tuple[Any, ...]] = {
    "use_dora": (False, None),
    "use_qalora": (False, None),
    "use_bdlora": (False, None),
    "bias": ("none", None),
    "lora_bias": (False, None),
    "fan_in_fan_out": (False, None),
    "modules_to_save": ([], None),
    "rank_pattern": ({}, None),
    "alpha_pattern": ({}, None),
    "target_parameters": ([], None),
    "trainable_token_indices": ([], {}, None),
    "layer_replication": ([], None),
    "alora_invocation_tokens": ([], None),
    "arrow_config": ({}, None),
    "megatron_config": ({}, None),
}


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter as it was saved, beside the layers that it is for.

    Parameters
    ----------
    config : mapping
        ``adapter_config.json``; anything may be in it.
    tensors : mapping of str to array
        As in the file.
    shapes : mapping of str to (int, int)
        Outputs and inputs of the model's linear layers by name.
    """

    config: Mapping[str, Any]
    tensors: Mapping[str, NDArray[Any]]
    shapes: Mapping[str, tuple[int, int]]

    @property
    def rank(self) -> int | None:
        """The rank that the configuration states, or None if it states none."""
        rank = self.config.get("r")
        return rank if type(rank) is int and 1 <= rank <= MAX_RANK else None

    @property
    def scale(self) -> float | None:
        """How often the product counts: alpha over the rank, or over its root for rsLoRA."""
        alpha, rank = number_of(self.config.get("lora_alpha")), self.rank
        if rank is None or alpha is None or not math.isfinite(alpha):
            return None
        return alpha / (math.sqrt(rank) if self.config.get("use_rslora") else rank)

    @property
    def pairs(self) -> dict[str, tuple[NDArray[Any], NDArray[Any]]]:
        """A and B of each layer of the model that has both, as floating point numbers."""
        found = {}
        for name in self.shapes:
            a, b = (self.tensors.get(PREFIX + name + ending) for ending in ENDINGS)
            if a is not None and b is not None and a.dtype.kind == b.dtype.kind == "f":
                found[name] = (a, b)
        return found

    @property
    def fits(self) -> bool:
        """Whether A and B of every pair have the stated rank and fit their layer."""
        return bool(self.pairs) and not self.misfits()

    def misfits(self) -> list[str]:
        """Return the layers whose A or B has another rank than stated or does not fit."""
        return [
            name
            for name, (a, b) in self.pairs.items()
            if a.shape != (self.rank, self.shapes[name][1])
            or b.shape != (self.shapes[name][0], self.rank)
        ]

    def deltas(self) -> dict[str, NDArray[np.float32]]:
        """Return what the adapter adds to each weight, scale times B A; empty unless usable."""
        scale = self.scale
        if scale is None or not self.fits:
            return {}
        with np.errstate(all="ignore"):
            made = {
                name: (scale * (b.astype(np.float64) @ a.astype(np.float64))).astype(np.float32)
                for name, (a, b) in self.pairs.items()
            }
        return made if all(np.isfinite(delta).all() for delta in made.values()) else {}


def layer_shapes(model: Any, *, skip: Sequence[str] = ("lm_head",)) -> dict[str, tuple[int, int]]:
    """Return outputs and inputs of a model's linear layers by name; by default not of the head."""
    return {
        name: (module.out_features, module.in_features)
        for name, module in linear_layers(model, skip=skip)
    }


def read_adapter(
    folder: Path, shapes: Mapping[str, tuple[int, int]], *, max_bytes: int = MAX_BYTES
) -> Adapter:
    """Read an adapter's two files.

    Parameters
    ----------
    folder : Path
        Such as ``run.artifact("adapter")``.
    shapes : mapping
        As from :func:`layer_shapes`.
    max_bytes : int
        Of the tensors; an adapter of rank 16 for a model of 2.6 million weights has 0.8 MB.

    Raises
    ------
    NotAttempted
        One of the files is missing.
    UnacceptableValue
        A file is too large, does not hold together, or is no table.
    """
    config = read_json(folder / CONFIG)
    if not isinstance(config, dict):
        raise UnacceptableValue(f"{CONFIG!r} holds no table")
    tensors = read_safetensors(folder / TENSORS, max_bytes=max_bytes)
    return Adapter(config, tensors, shapes)


def adapter_is_lora(
    adapter: Adapter, *, name: str = "kind of adapter", gate: bool = True, hint: str = ""
) -> Finding:
    """Check that the configuration is one of LoRA, whose update is scale times B A.

    rsLoRA (a scale of alpha over the root of the rank) is honored. DoRA, trained biases, modules
    that are saved whole, ranks by layer and other additions are named: they are no mistake, but
    what they do cannot be read off A and B. An exact comparison; a gate by default.
    """
    odd = [key for key, plain in _PLAIN.items() if adapter.config.get(key) not in plain]
    if adapter.config.get("peft_type") != "LORA":
        odd.insert(0, "peft_type")
    if adapter.rank is None:
        odd.append("r")
    if adapter.scale is None:
        odd.append("lora_alpha")
    measured: float | str = float(len(odd))
    if odd:
        measured = clean("not plain LoRA in " + ", ".join(dict.fromkeys(odd)))
    bounds = Bounds(0.0, 0.0, "exact")
    wanted = "peft_type LORA, a rank r, a lora_alpha, nothing beyond"
    return finding(name, measured, bounds, unit="odd settings", gate=gate, hint=hint, wanted=wanted)


def adapter_tensors(
    adapter: Adapter,
    *,
    name: str = "tensors of the adapter",
    gate: bool = True,
    hint: str = "",
) -> Finding:
    """Count tensors that are not A or B of a pair for a layer named in ``target_modules``.

    A whole model handed in has 38 of them, saved embeddings one or two. A file without any pair
    fails too, and so does one with a number that is not finite. An exact comparison; a gate by
    default.
    """
    pairs = adapter.pairs
    targets = adapter.config.get("target_modules")
    named = {t for t in targets if isinstance(t, str)} if isinstance(targets, list) else None
    wanted = {
        PREFIX + layer + ending
        for layer in pairs
        if named is None or any(layer == t or layer.endswith("." + t) for t in named)
        for ending in ENDINGS
    }
    measured: float | str = float(len(set(adapter.tensors) - wanted))
    if not pairs:
        measured = "no A and B of any layer"
    elif not all(
        tensor.dtype.kind == "f" and np.isfinite(tensor).all()
        for tensor in adapter.tensors.values()
    ):
        measured = "numbers that are not finite"
    bounds = Bounds(0.0, 0.0, "exact")
    return finding(name, measured, bounds, unit="too many", gate=gate, hint=hint)


def adapter_rank(
    adapter: Adapter, *, name: str = "rank", gate: bool = True, hint: str = ""
) -> Finding:
    """Count layers whose A is not (r, inputs) or whose B is not (outputs, r) for the stated rank.

    The scale is computed from the rank that is stated, so another one is another adapter. An exact
    comparison; a gate by default.
    """
    bounds = Bounds(0.0, 0.0, "exact")
    unit = "layers of another rank or shape"
    return finding(name, float(len(adapter.misfits())), bounds, unit=unit, gate=gate, hint=hint)


def adapter_moved(
    adapter: Adapter,
    *,
    at_least: float = 0.02,
    name: str = "how far B has moved",
    gate: bool = True,
    hint: str = "",
) -> Finding:
    """Measure the mean Frobenius norm of the B matrices times the scale, a stop for stubs.

    0 for an adapter that was saved before training, 0.002 at a thousandth of the learning rate;
    1.7 to 4.5 for right recipes of 120 to 200 steps. It says nothing about right or wrong, so it
    is a gate and earns nothing.
    """
    norms = [float(np.linalg.norm(b.astype(np.float64))) for _, b in adapter.pairs.values()]
    scale = adapter.scale
    measured: float | str = "nothing to measure"
    if norms and scale is not None:
        measured = abs(scale) * sum(norms) / len(norms)
    return finding(name, measured, Bounds(at_least, None, "log"), gate=gate, hint=hint)
