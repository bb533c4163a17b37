"""The linear layers of a model, and other weights for them for a while."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["linear_layers", "swapped"]


def linear_layers(model: Any, *, skip: Collection[str] = ("lm_head",)) -> Iterator[tuple[str, Any]]:
    """Yield name and module of a model's linear layers.

    Parameters
    ----------
    model : torch.nn.Module
    skip : collection of str
        Last parts of names to leave out; by default the head, which is tied to the embeddings.
    """
    import torch

    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and name.rpartition(".")[2] not in skip:
            yield name, module


@contextmanager
def swapped(model: Any, weights: Mapping[str, NDArray[np.float32]]) -> Iterator[None]:
    """Give some layers other weights for a while.

    Parameters
    ----------
    model : torch.nn.Module
    weights : mapping of str to array, shape (outputs, inputs)
        By the name of the layer.
    """
    import torch

    originals = {}
    try:
        with torch.no_grad():
            for name, array in weights.items():
                parameter = model.get_submodule(name).weight
                originals[name] = parameter.detach().clone()
                parameter.copy_(torch.from_numpy(array))
        yield
    finally:
        with torch.no_grad():
            for name, original in originals.items():
                model.get_submodule(name).weight.copy_(original)
