"""Findings about plain values, whatever a student returned."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from autograder.checks import values
from autograder.checks.errors import CheckError, UnacceptableValue
from autograder.checks.finding import Finding
from autograder.checks.text import StudentText

# One of each kind of thing that the codec lets through.
ANYTHING: list[Any] = [
    None, True, 3, -(10**4000), 2.5, math.nan, 1 + 2j, "text", "x" * 10**6, b"raw", [], [1, [2]],
    ["a"], (1,), {"a": 1}, {1, 2}, np.float32(1), np.bool_(True), np.array(1), np.array([]),
    np.ones((2, 3), "c8"), np.ones(2, bool), torch.tensor(1.0), torch.ones(2, dtype=torch.bfloat16),
    torch.zeros(2, dtype=torch.float8_e5m2), [torch.ones(2), torch.ones(3)],
    [torch.ones(2, dtype=torch.bfloat16)], [np.ones(2), None], {(1, 2): [3]},
]  # fmt: skip
WANTED: list[Any] = [1, True, None, "a", [1, 2], {"a": 1}, {1}, np.ones(2), torch.ones(2), 1.5]


@pytest.mark.parametrize("got", ANYTHING, ids=lambda got: repr(got)[:30])
def test_no_finding_raises_for_what_a_student_returned(got: Any) -> None:
    findings = [values.equal("x", got, wanted) for wanted in WANTED]
    findings += [
        values.close("x", got, np.array([7.0, 8.0])),
        values.close("x", got, 77.0),
        values.between("x", got, 100, 200),
        values.shape_is("x", got, (9, 9)),
        values.dtype_is("x", got, "int4"),
    ]
    assert not any(finding.passed for finding in findings[len(WANTED) :])
    findings.append(values.is_finite("x", got))
    for finding in findings:
        assert finding.measured is not None and len(str(finding.measured)) < 200


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (3, 3), (3.0, 3), (np.int8(3), 3), (np.array(3), 3), (math.nan, math.nan), ("a", "a"),
        (True, True), (np.bool_(True), True), (None, None), ([1, 2], (1, 2)), (1 + 1j, 1 + 1j),
        ({"a": [1.0]}, {"a": (1,)}), ({1, 2}, frozenset({1, 2})), (b"a", b"a"),
        (np.ones(2, "f2"), np.ones(2)), (torch.ones(2, dtype=torch.bfloat16), torch.ones(2)),
        (np.array([math.nan]), np.array([math.nan])), ([np.ones(2)], [np.ones(2)]),
        (np.array([2**63 - 1]), np.array([2**63 - 1])),
        (torch.tensor([True]), torch.tensor([True])),
        (np.complex64(1j), 1j),
    ],
    ids=repr,
)  # fmt: skip
def test_equal_values_are_equal(got: Any, wanted: Any) -> None:
    assert values.equal("x", got, wanted).passed


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (4, 3), (1, True), (True, 1), (np.bool_(True), 1), ("3", 3), (None, 0), ([1], [1, 2]),
        ({1}, [1]), ([1], 1), ({"a": 1, "b": 2}, {"a": 1}), (np.ones((2, 1)), np.ones(2)),
        (torch.ones(2), np.ones(2)), (np.ones(2), torch.ones(2)), ([1.0, 1.0], np.ones(2)),
        (torch.tensor(1), 1), (np.array([2**63 - 2]), np.array([2**63 - 1])), (b"a", "a"),
        (torch.tensor([2**62]), torch.tensor([2**62 + 1])), (np.ones(2, bool), "x"),
    ],
    ids=repr,
)  # fmt: skip
def test_different_values_are_not_equal(got: Any, wanted: Any) -> None:
    assert not values.equal("x", got, wanted).passed


def test_a_wanted_value_that_nobody_could_return_is_the_checks_fault() -> None:
    with pytest.raises(CheckError, match="object is nothing"):
        values.equal("x", 1, object())


def test_close_measures_the_largest_error_in_tolerances() -> None:
    finding = values.close("x", [1.0, 2.5], np.array([1.0, 2.0]), rtol=0.1, atol=0.05)
    assert finding.measured == pytest.approx(2.0) and not finding.passed
    assert finding.bounds is not None and finding.bounds.high == 1.0 and finding.weight == 1.0
    assert values.close("x", torch.tensor([1.0, 2.2]), [1.0, 2.0], rtol=0.2).passed
    assert values.close("x", [0.0, math.inf, math.nan], [0.0, math.inf, math.nan], atol=0).passed
    assert not values.close("x", [math.inf], [1.0]).passed
    assert not values.close("x", [1.0], [math.inf]).passed
    assert not values.close("x", [math.nan], [1.0]).passed
    assert not values.close("x", [-math.inf], [math.inf]).passed
    assert not values.close("x", [1.0], [0.0], atol=0).passed
    assert values.close("x", np.zeros(0), np.zeros(0)).passed


def test_close_says_when_the_shape_is_another() -> None:
    finding = values.close("x", np.ones((2, 1), "f4"), np.ones(2))
    assert not finding.passed and finding.wanted == "numbers of shape (2,)"
    assert finding.measured == "a numpy array of float32, shape (2, 1)"


def test_between_has_bounds_on_both_sides() -> None:
    assert values.between("x", 1, 1, 2).passed and values.between("x", np.float16(2), 1, 2).passed
    assert values.between("x", torch.tensor(1.5), 1, 2, unit="nats").measured == 1.5
    assert not values.between("x", 0.99, 1).passed and not values.between("x", 2.1, high=2).passed
    for nothing in (math.nan, True, "1.5", [1.5], None, 1.5 + 0j):
        assert not values.between("x", nothing, 1, 2).passed


def test_shape_dtype_and_finiteness_are_gates() -> None:
    tensor = torch.zeros(2, 3, dtype=torch.int8)
    gates = [
        values.shape_is("s", tensor, (2, 3)),
        values.shape_is("s", [[1, 2]], [1, 2]),
        values.dtype_is("d", tensor, "int8"),
        values.dtype_is("d", np.ones(1), "float64"),
        values.is_finite("f", tensor),
        values.is_finite("f", [1.0, 2]),
    ]
    assert all(finding.passed and finding.gate for finding in gates)
    wrong = [
        values.shape_is("s", tensor, (3, 2)),
        values.dtype_is("d", tensor, "uint8"),
        values.dtype_is("d", [1], "int8"),
        values.is_finite("f", [1.0, math.nan, math.inf]),
        values.is_finite("f", "text"),
    ]
    assert not any(finding.passed for finding in wrong)
    assert wrong[3].measured == "2 of 3 are not finite"


def test_a_failing_attempt_costs_one_finding(run: Any, student: Callable[[str], None]) -> None:
    student("def half(x): return x / 2\ndef bad(): raise ValueError('no')")

    def is_half(got: Any) -> Finding:
        return values.equal("other name", got, 2.0, hint="inner")

    passed = values.attempt("half", run, "half", 4, then=is_half, weight=2)
    assert (passed.name, passed.passed, passed.weight, passed.hint) == ("half", True, 2, "inner")
    assert values.attempt("half", run, "half", kwargs={"x": 4}, then=is_half).passed
    failed = values.attempt("bad", run, "bad", then=is_half, weight=2, gate=True, hint="h")
    assert (failed.passed, failed.weight, failed.gate, failed.hint) == (False, 2, True, "h")
    assert failed.measured == "raised ValueError: no" and failed.attempted
    assert isinstance(failed.measured, StudentText)
    assert not values.attempt("none", run, "none", then=is_half).attempted


def test_unpack_takes_exactly_as_many_as_asked() -> None:
    assert values.unpack([1, 2], 2) == (1, 2)
    for wrong in ([1], np.ones(2), None, {"a": 1, "b": 2}):
        with pytest.raises(UnacceptableValue, match="not 2 values"):
            values.unpack(wrong, 2)


@pytest.mark.parametrize(
    ("got", "wanted", "told"),
    [
        ([b"h", b"u"] * 9, [b"h", b"n"] * 9, ("item 1 is b'u'", "item 1 is b'n'")),
        (
            [(b"a", b"b")] * 8 + [(b"p", b"u")],
            [(b"a", b"b")] * 8 + [(b"u", b"n")],
            ("item 8, item 0 is b'p'", "item 8, item 0 is b'u'"),
        ),
        (list(range(20)), list(range(21)), ("a list of 20 items", "a list of 21 items")),
        ([1, 2, 3], [1, 2, 4], ("[1, 2, 3]", "[1, 2, 4]")),
        (
            {"a": list(range(9)), "b": 1},
            {"a": [*range(8), 0], "b": 1},
            ("item 'a', item 8 is 8", "item 'a', item 8 is 0"),
        ),
        (np.arange(10), np.arange(10) + (np.arange(10) > 6), ("item 7 is 7", "item 7 is 8")),
        ("a" * 99, "b" * 99, ("another str of length 99", "a str of length 99")),
        ([0] * 9, None, ("a list of 9 items", "None")),
    ],
)
def test_of_long_values_the_first_difference_is_told(
    got: Any, wanted: Any, told: tuple[str, str]
) -> None:
    finding = values.equal("tokens", got, wanted)
    assert not finding.passed
    assert (finding.measured, finding.wanted) == told
