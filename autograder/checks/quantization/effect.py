"""What quantization does to a model's predictions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.finding import Bounds, Finding
from autograder.checks.measured import finding
from autograder.checks.quantization.errors import our_scale
from autograder.checks.quantization.layers import Layers
from autograder.checks.weights import linear_layers, swapped

if TYPE_CHECKING:
    import torch

__all__ = ["kl_quotient", "linear_weights", "mean_kl"]


def linear_weights(
    model: Any, *, skip: Collection[str] = ("lm_head",)
) -> dict[str, NDArray[np.float32]]:
    """Return the weight matrices of a model's linear layers by the name of the layer.

    Parameters
    ----------
    model
        On any device.
    skip
        Last parts of names to leave out; by default the head, which is tied to the embeddings.

    Returns
    -------
    dict of str to array, shape (outputs, inputs)
        Copies, as float32.
    """
    return {
        name: module.weight.detach().float().cpu().numpy().copy()
        for name, module in linear_layers(model, skip=skip)
    }


def mean_kl(model: Any, weights: Mapping[str, NDArray[np.float32]], ids: Any) -> float:
    r"""Measure how far a model with other weights diverges from the model, a token.

    .. math:: \mathrm{KL} = \frac{1}{T} \sum_t \sum_v p_t(v) \log \frac{p_t(v)}{q_t(v)}

    Parameters
    ----------
    model
        A causal language model, :math:`p`; unchanged afterwards.
    weights
        Weights for some of its layers, by the name of the layer; they make :math:`q`.
    ids : integer array, shape (windows, tokens)

    Returns
    -------
    float
        In nats.
    """
    log_p = _log_probabilities(model, ids)
    with swapped(model, weights):
        log_q = _log_probabilities(model, ids)
    return float((log_p.exp() * (log_p - log_q)).sum(-1).mean())


def kl_quotient(
    model: Any,
    layers: Layers,
    ids: Any,
    *,
    low: float = 0.4,
    high: float = 2.0,
    name: str = "effect on held-out text",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the divergence of the student's quantized model over that of our own int8 model.

    We dequantize the student's codes and scales ourselves and run both models on the same text.
    The divergence itself depends on model and text (2e-6 to 8e-5 nats measured); the quotient
    does not: 0.78 to 1.09 for absmax and zero point, 3.0 and more for a scale a tensor, 7 bits or
    truncation, 0.06 and less for half precision. The ratio of perplexities is within 0.03 % for
    all of these. A scale a column (1.0 to 1.9) is for other checks to find.

    Parameters
    ----------
    model
        The model that was quantized; unchanged afterwards.
    layers
        The student's codes and scales beside the weights of `model`.
    ids : integer array, shape (windows, tokens)
        Text of about 4,000 tokens that the student does not have.
    """
    bounds = Bounds(low, high, "log")
    theirs = layers.dequantized()
    if not theirs:
        return finding(name, "no usable weights", bounds, weight=weight, hint=hint)
    ours = {key: _int8(array) for key, array in layers.weights.items()}
    measured = mean_kl(model, theirs, ids) / mean_kl(model, ours, ids)
    unit = "of the divergence of our int8 model"
    return finding(name, measured, bounds, unit=unit, weight=weight, hint=hint)


def _int8(array: NDArray[np.float32]) -> NDArray[np.float32]:
    scale = our_scale(array, per="row")
    restored: NDArray[np.float32] = (np.round(array / scale) * scale).astype(np.float32)
    return restored


def _log_probabilities(model: Any, ids: Any) -> torch.Tensor:
    import torch

    batch = torch.as_tensor(np.asarray(ids, dtype=np.int64), device=next(model.parameters()).device)
    with torch.inference_mode():
        logits = model(input_ids=batch).logits
        # float64: the divergence of an 8-bit model is close to the rounding of float32.
        return torch.log_softmax(logits.double(), dim=-1)
