"""Hidden regions: found, counted, replaced."""

from __future__ import annotations

import pytest

from autograder.checks.errors import CheckError
from autograder.checks.hidden import (
    HIDDEN_COMMENT,
    count_hidden_findings,
    hidden_lines,
    hidden_remaining,
    strip_hidden,
)

CELL = '''\
@question
def absmax(run):
    """Title."""
    yield visible(run)
    ### BEGIN HIDDEN TESTS
    yield one(run)
    for x in many:
        yield (
            x
        )
    yield from rest(run)
    helper = lambda: 1  # no yield here
    ### END HIDDEN TESTS
    if run:
        # BEGIN HIDDEN TESTS
        yield last(run)
        # END HIDDEN TESTS
'''


def test_each_yield_of_a_hidden_region_counts_once() -> None:
    assert hidden_lines(CELL) == [range(5, 14), range(15, 18)]
    assert count_hidden_findings(CELL) == 4


def test_stripping_leaves_a_comment_that_a_notebook_can_read() -> None:
    stripped = strip_hidden(CELL)
    assert (
        stripped
        == '''\
@question
def absmax(run):
    """Title."""
    yield visible(run)
    # hidden findings: 3
    if run:
        # hidden findings: 1
'''
    )
    assert hidden_remaining(stripped) == 4
    assert hidden_remaining(CELL) == 0 and count_hidden_findings(stripped) == 0
    assert strip_hidden("x = 1") == "x = 1"
    assert HIDDEN_COMMENT.format(count=3) in stripped


@pytest.mark.parametrize(
    "source",
    [
        "### BEGIN HIDDEN TESTS\n",
        "### END HIDDEN TESTS\n",
        "### BEGIN HIDDEN TESTS\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n",
    ],
)
def test_a_region_without_its_other_end_is_the_checks_fault(source: str) -> None:
    with pytest.raises(CheckError, match="hidden region"):
        strip_hidden(source)


def test_a_cell_that_is_no_python_is_the_checks_fault() -> None:
    with pytest.raises(CheckError, match="not valid Python"):
        count_hidden_findings("### BEGIN HIDDEN TESTS\nyield (\n### END HIDDEN TESTS")
