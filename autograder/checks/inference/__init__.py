"""Checks of decoding: searches token by token, filters by their laws, samplers by their samples.

Three things make these checks sharp. Searches run on tables of our own, with an end token and an
offset in each row, where the mistakes show that a model's own text hides. Filters are compared by
the law that they leave, exactly. And samples are tested for goodness of fit, on contexts in which
every known wrong sampler is far from the right one, at a stated false-alarm rate.
"""

from __future__ import annotations

from autograder.checks.inference.contexts import designed_contexts
from autograder.checks.inference.filters import (
    filters_some,
    flattens,
    law_equal,
    law_of,
    nucleus_reaches,
    nucleus_smallest,
)
from autograder.checks.inference.goodness import (
    chi_square_tails,
    counts_of,
    draw,
    fit,
    pearson,
    sampled_law,
    sampled_roughly,
    spread_of_counts,
    two_calls_differ,
)
from autograder.checks.inference.laws import (
    Law,
    law,
    log_softmax,
    near_misses,
    penalized,
    softmax,
    top_k,
    top_p,
    total_variation,
)
from autograder.checks.inference.search import (
    Hypothesis,
    NextLogits,
    Search,
    beam_search,
    best_sequence,
    greedy_search,
    log_probability,
    markov_table,
    table_logits,
)
from autograder.checks.inference.sequences import (
    best_sequences,
    hypotheses_form,
    kept_ended,
    kept_live,
    kept_scores,
    must_read_kept,
    nothing_after_end,
    read_kept,
    sequences_equal,
    width_kept,
)

__all__ = [
    "Hypothesis",
    "Law",
    "NextLogits",
    "Search",
    "beam_search",
    "best_sequence",
    "best_sequences",
    "chi_square_tails",
    "counts_of",
    "designed_contexts",
    "draw",
    "filters_some",
    "fit",
    "flattens",
    "greedy_search",
    "hypotheses_form",
    "kept_ended",
    "kept_live",
    "kept_scores",
    "law",
    "law_equal",
    "law_of",
    "log_probability",
    "log_softmax",
    "markov_table",
    "must_read_kept",
    "near_misses",
    "nothing_after_end",
    "nucleus_reaches",
    "nucleus_smallest",
    "pearson",
    "penalized",
    "read_kept",
    "sampled_law",
    "sampled_roughly",
    "sequences_equal",
    "softmax",
    "spread_of_counts",
    "table_logits",
    "top_k",
    "top_p",
    "total_variation",
    "two_calls_differ",
    "width_kept",
]
