r"""Checks of a low-rank adapter layer by value.

Hu et al. (2021, arXiv:2106.09685) add a product of two small matrices to a frozen one:
:math:`y = x W^T + b + \frac{\alpha}{r}\, x A^T B^T`, with :math:`A` of shape (r, inputs) and
:math:`B` of shape (outputs, r). The starting point of training hides mistakes: at :math:`B = 0` a
wrong sign is invisible, and so is a missing scale at :math:`\alpha = r`. Layers drawn by
:func:`draw_lora` are away from both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.finding import Bounds, Finding
from autograder.checks.finetuning.measured import array_of, relative_error
from autograder.checks.measured import MISFIT, finding

__all__ = [
    "Lora",
    "a_spread",
    "b_is_zero",
    "draw_lora",
    "drawn_anew",
    "full_rank",
    "lora_merged",
    "lora_output",
    "matrix_error",
    "output_error",
]


@dataclass(frozen=True, slots=True)
class Lora:
    """A linear layer with its adapter, as float32 arrays.

    Parameters
    ----------
    weight : array, shape (outputs, inputs)
    bias : array, shape (outputs,)
    a : array, shape (rank, inputs)
    b : array, shape (outputs, rank)
    alpha : float
        The adapter counts `alpha` / rank times.
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    a: NDArray[np.float32]
    b: NDArray[np.float32]
    alpha: float

    @property
    def scale(self) -> float:
        """How often the product of `b` and `a` counts."""
        return self.alpha / len(self.a)


def draw_lora(
    rng: np.random.Generator,
    *,
    inputs: int = 24,
    outputs: int = 40,
    rank: int = 4,
    alpha: float = 10.0,
) -> Lora:
    """Draw a layer in which the adapter contributes as much as the frozen weights.

    No two sizes are equal, `alpha` is not the rank, and neither matrix is zero.

    Raises
    ------
    ValueError
        If `alpha` equals `rank`, which would hide a missing scale.
    """
    if alpha == rank:
        raise ValueError("A layer with alpha equal to its rank hides a missing scale.")

    def normal(*shape: int, size: float) -> NDArray[np.float32]:
        return (size * rng.standard_normal(shape)).astype(np.float32)

    return Lora(
        weight=normal(outputs, inputs, size=inputs**-0.5),
        bias=normal(outputs, size=0.5),
        a=normal(rank, inputs, size=inputs**-0.5),
        b=normal(outputs, rank, size=rank**0.5 / alpha),
        alpha=alpha,
    )


def lora_merged(lora: Lora) -> NDArray[np.float64]:
    """Return the one matrix that does what the layer and its adapter do, (outputs, inputs)."""
    a, b = lora.a.astype(np.float64), lora.b.astype(np.float64)
    return lora.weight.astype(np.float64) + lora.scale * (b @ a)


def lora_output(x: Any, lora: Lora, *, bias: bool = True) -> NDArray[np.float64]:
    """Return the output of the layer with its adapter for inputs of shape (..., inputs)."""
    output = np.asarray(x, dtype=np.float64) @ lora_merged(lora).T
    return output + lora.bias.astype(np.float64) if bias else output


def output_error(
    got: Any,
    x: Any,
    lora: Lora,
    *,
    bias: bool = True,
    at_most: float = 1e-4,
    name: str = "output with the adapter",
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    """Measure the relative distance of a layer's output to ours.

    float32 stays below 5e-7. On layers of :func:`draw_lora` no scale is off by 0.4, alpha not
    over the rank by 2, the root of the rank by 0.7, the scale inverted by 0.6, the wrong sign by
    1.4, an activation between A and B by 0.5, a bias added twice by 0.3. 1e-4 lies in the middle
    on a log scale.

    Parameters
    ----------
    got : array, shape (..., outputs)
        What the student's layer returned for `x`.
    x : array, shape (..., inputs)
    bias : bool
        Whether the layer was given its bias.
    """
    measured = relative_error(got, lora_output(x, lora, bias=bias))
    bounds = Bounds(None, at_most, "log")
    return finding(name, measured, bounds, unit="relative", weight=weight, gate=gate, hint=hint)


def matrix_error(
    got: Any,
    wanted: NDArray[Any],
    *,
    at_most: float = 1e-4,
    name: str = "merged weight",
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    """Measure the relative distance of a matrix to `wanted`, such as that of :func:`lora_merged`.

    float32 stays below 5e-7, a merge stored as float16 measures 2e-4 and fails; merged twice,
    subtracted or unscaled is 0.4 to 1.5.
    """
    measured = relative_error(got, wanted.astype(np.float64))
    bounds = Bounds(None, at_most, "log")
    return finding(name, measured, bounds, unit="relative", weight=weight, gate=gate, hint=hint)


def b_is_zero(
    b: Any,
    shape: tuple[int, int],
    *,
    name: str = "B at the start",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Check that B starts at zero, so that training starts at the model itself. Exact.

    A random B leaves no trace after training: 1.062 to 1.070 in perplexity, as without.
    """
    array = array_of(b)
    measured: float | str = MISFIT
    if array is not None and array.shape == shape:
        measured = float(np.abs(array).max())
    bounds = Bounds(0.0, 0.0, "exact")
    return finding(name, measured, bounds, unit="largest number", weight=weight, hint=hint)


def full_rank(
    a: Any,
    shape: tuple[int, int],
    *,
    name: str = "rank of A at the start",
    weight: float = 1.0,
    gate: bool = False,
    hint: str = "",
) -> Finding:
    """Check that the rows of A are independent; equal rows stay equal throughout training. Exact.

    Zeros have rank 0 (with B zero too nothing ever moves), a constant matrix has 1.
    """
    array = array_of(a)
    measured: float | str = MISFIT
    if array is not None and array.shape == shape and np.isfinite(array).all():
        measured = float(np.linalg.matrix_rank(array))
    bounds = Bounds(shape[0], shape[0], "exact")
    return finding(name, measured, bounds, weight=weight, gate=gate, hint=hint)


def a_spread(
    a: Any,
    *,
    low: float = 0.01,
    high: float = 3.5,
    name: str = "size of A at the start",
    weight: float = 1.0,
    hint: str = "",
) -> Finding:
    """Measure the standard deviation of A at the start, in units of 1 / sqrt(inputs).

    0.58 for peft's uniform numbers between plus and minus 1 / sqrt(inputs), 1.0 for normal ones
    of that size, 1.4 for torch's default for weights before a ReLU. Normal numbers of size 1 make
    inputs of 256 features 16 times larger instead of keeping them. From below the bound is wide: a
    small A learns slowly, but is no mistake.

    Parameters
    ----------
    a : array, shape (rank, inputs)
        Of some hundred numbers, or chance decides.
    """
    array = array_of(a)
    measured: float | str = MISFIT
    if array is not None and array.ndim == 2 and array.size:
        with np.errstate(all="ignore"):
            measured = float(array.std() * np.sqrt(array.shape[1]))
    bounds = Bounds(low, high, "log")
    return finding(name, measured, bounds, unit="of 1/√inputs", weight=weight, hint=hint)


def drawn_anew(
    a: Any, again: Any, *, name: str = "A of another call", weight: float = 1.0, hint: str = ""
) -> Finding:
    """Check that two calls draw different numbers, or all layers would start alike. Exact.

    Measures the largest difference of the two.
    """
    first, second = array_of(a), array_of(again)
    measured: float | str = MISFIT
    if first is not None and second is not None and first.shape == second.shape and first.size:
        with np.errstate(all="ignore"):
            measured = float(np.abs(first - second).max())
    bounds = Bounds(1e-6, None, "exact")
    return finding(name, measured, bounds, unit="apart", weight=weight, hint=hint)
