"""Checks of weight quantization: codes, scales, zero points, stored files and their effect.

Every reconstruction error is expressed in units of *our own* scale for the same numbers. A right
int8 quantizer then measures the same on any data (at most half a scale, 1/sqrt(12) of a scale on
average), while perplexity and relative errors depend on the data and hide most mistakes.
"""

from __future__ import annotations

from autograder.checks.quantization.artifact import (
    bytes_per_parameter,
    levels,
    nothing_else,
    stored_layers,
)
from autograder.checks.quantization.codes import (
    codes_in_range,
    error_in_scales,
    one_scale_per_row,
    reconstruction,
    rounding_bias,
    rounding_rms,
    rows_touch_end,
    scale_ratio,
)
from autograder.checks.quantization.effect import kl_quotient, linear_weights, mean_kl
from autograder.checks.quantization.errors import errors_in_scales, our_scale
from autograder.checks.quantization.layers import (
    Layers,
    layers_error_in_scales,
    layers_reconstruction,
    layers_rounding_rms,
    layers_scale_ratio,
    layers_touch_end,
    read_layers,
)
from autograder.checks.quantization.probes import (
    constant_arrays,
    dequantizes,
    zero_rows,
)
from autograder.checks.quantization.zero_point import (
    ends_used,
    interior_rms,
    whole_zero_point,
    zero_is_exact,
)

__all__ = [
    "Layers",
    "bytes_per_parameter",
    "codes_in_range",
    "constant_arrays",
    "dequantizes",
    "ends_used",
    "error_in_scales",
    "errors_in_scales",
    "interior_rms",
    "kl_quotient",
    "layers_error_in_scales",
    "layers_reconstruction",
    "layers_rounding_rms",
    "layers_scale_ratio",
    "layers_touch_end",
    "levels",
    "linear_weights",
    "mean_kl",
    "nothing_else",
    "one_scale_per_row",
    "our_scale",
    "read_layers",
    "reconstruction",
    "rounding_bias",
    "rounding_rms",
    "rows_touch_end",
    "scale_ratio",
    "stored_layers",
    "whole_zero_point",
    "zero_is_exact",
    "zero_rows",
]
