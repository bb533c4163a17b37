"""How far a threshold is from right and wrong, on the scale that a check declares."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.grading.margins import Measurement, margins


def measured(
    value: Any,
    *,
    variant: str = "reference",
    right: bool | None = None,
    seed: int = 0,
    low: float | None = None,
    high: float | None = None,
    scale: str = "linear",
    name: str = "error",
) -> Measurement:
    bounds = {"low": low, "high": high, "scale": scale}
    finding = {"name": name, "measured": value, "bounds": bounds, "passed": True}
    is_right = variant == "reference" if right is None else right
    return Measurement(variant, is_right, seed, "absmax", finding)


def test_a_linear_margin_is_the_share_of_the_way_from_right_to_wrong() -> None:
    (margin,) = margins([measured(1.0, high=2.0), measured(5.0, high=2.0, variant="stub")])
    assert (margin.side, margin.threshold, margin.scale) == ("at most", 2.0, "linear")
    assert (margin.right, margin.wrong, margin.variant) == (1.0, 5.0, "stub")
    assert margin.share == pytest.approx(0.25)


def test_a_logarithmic_margin_counts_factors() -> None:
    right = measured(1e-6, high=1e-4, scale="log")
    wrong = measured(1e-2, high=1e-4, scale="log", variant="stub")
    (margin,) = margins([right, wrong])
    assert margin.share == pytest.approx(0.5)


def test_a_right_value_of_zero_counts_as_a_millionth_of_the_threshold() -> None:
    right = measured(0.0, high=1e-4, scale="log")
    (margin,) = margins([right, measured(1e-2, high=1e-4, scale="log", variant="stub")])
    assert margin.share == pytest.approx(6 / 8)


def test_the_worst_right_value_and_the_nearest_wrong_one_count_over_all_seeds() -> None:
    values = [measured(v, high=10.0, seed=s) for s, v in enumerate([1.0, 4.0, 2.0])]
    values += [measured(v, high=10.0, seed=s, variant="far") for s, v in enumerate([90.0, 40.0])]
    values += [measured(v, high=10.0, seed=s, variant="near") for s, v in enumerate([50.0, 16.0])]
    (margin,) = margins(values)
    assert (margin.right, margin.wrong, margin.variant) == (4.0, 16.0, "near")
    assert margin.share == pytest.approx(0.5)


def test_a_lower_bound_is_measured_downwards() -> None:
    (margin,) = margins([measured(8.0, low=4.0), measured(0.0, low=4.0, variant="stub")])
    assert (margin.side, margin.right, margin.wrong) == ("at least", 8.0, 0.0)
    assert margin.share == pytest.approx(0.5)


def test_a_finding_with_two_bounds_has_two_margins() -> None:
    values = [measured(v, low=1.0, high=3.0, seed=s) for s, v in enumerate([1.5, 2.5])]
    values += [measured(0.5, low=1.0, high=3.0, variant="low")]
    values += [measured(4.0, low=1.0, high=3.0, variant="high")]
    high, low = margins(values)
    assert (high.side, high.right, high.wrong, high.variant) == ("at most", 2.5, 4.0, "high")
    assert (low.side, low.right, low.wrong, low.variant) == ("at least", 1.5, 0.5, "low")
    assert high.share == pytest.approx(1 / 3)
    assert low.share == pytest.approx(0.5)


def test_a_wrong_value_within_the_bounds_tells_nothing_about_the_threshold() -> None:
    (margin,) = margins([measured(1.0, high=2.0), measured(1.5, high=2.0, variant="elsewhere")])
    assert (margin.wrong, margin.variant, margin.share) == (None, "", None)


def test_a_variant_that_answers_this_question_right_counts_among_the_right() -> None:
    values = [measured(1.0, high=4.0), measured(3.0, high=4.0, variant="other", right=True)]
    (margin,) = margins([*values, measured(5.0, high=4.0, variant="stub")])
    assert margin.right == 3.0
    assert margin.share == pytest.approx(0.5)


def test_what_is_no_finite_number_has_no_place_on_a_scale() -> None:
    odd = [measured(v, high=2.0, variant=str(v)) for v in (None, True, "text", float("nan"))]
    (margin,) = margins([measured(1.0, high=2.0), *odd])
    assert margin.wrong is None
    assert margins(odd) == []


def test_a_result_that_could_not_be_compared_has_no_place_on_the_scale() -> None:
    misfit = measured(6.2, variant="scalar", high=2.0)
    misfit = Measurement("scalar", False, 0, "absmax", {**misfit.finding, "bounds": None})
    (margin,) = margins([measured(1.0, high=2.0), misfit])
    assert margin.wrong is None


def test_exact_comparisons_and_findings_without_bounds_have_no_margin() -> None:
    exact = measured(1, low=1, high=1, scale="exact")
    unbounded = measured(1.0)
    unbounded = Measurement("reference", True, 0, "absmax", {**unbounded.finding, "bounds": None})
    assert margins([exact]) == []
    assert margins([unbounded]) == []


def test_each_finding_of_each_question_has_margins_of_its_own() -> None:
    values = [measured(1.0, high=2.0, name=name) for name in ("error", "bias")]
    values.append(Measurement("reference", True, 0, "rows", values[0].finding))
    assert {(m.question, m.finding) for m in margins(values)} == {
        ("absmax", "error"),
        ("absmax", "bias"),
        ("rows", "error"),
    }
