"""What an assignment says of limits, and what is left to the defaults."""

from __future__ import annotations

import dataclasses

from autograder.course.assignment import Limits as Chosen
from autograder.execution.job import Limits
from autograder.execution.sandbox import Level
from autograder.execution.warm import kernel_policy
from autograder.grading.assignment import chosen_limits

MEBIBYTE = 1 << 20


def test_what_an_assignment_leaves_out_stays_as_it_is() -> None:
    assert chosen_limits(Limits(), Chosen()) == Limits()


def test_each_limit_that_an_assignment_names_reaches_the_sandbox() -> None:
    chosen = Chosen(
        cpu_time=7.0,
        processes=20,
        open_files=99,
        file_size=MEBIBYTE,
        disk=3 * MEBIBYTE,
        inodes=50,
        output_cell=1000,
        output_total=2000,
    )
    limits = chosen_limits(Limits(), chosen)
    assert (limits.output_cell, limits.output_total, limits.cell) == (1000, 2000, Limits().cell)
    policy = kernel_policy(Level.FULL, limits)
    assert (policy.cpu_seconds, policy.processes, policy.open_files) == (7.0, 20, 99)
    assert (policy.file_size, policy.work_bytes, policy.work_inodes) == (
        MEBIBYTE,
        3 * MEBIBYTE,
        50,
    )
    assert policy.tmp_bytes == policy.shm_bytes == 3 * MEBIBYTE


def test_every_limit_on_a_notebook_can_be_chosen() -> None:
    """All but those on the checker, which are the grader's own."""
    names = {field.name for field in dataclasses.fields(Limits)}
    chosen = {field.name for field in dataclasses.fields(Chosen)}
    assert names - {"probe", "check", "check_memory", "files"} <= chosen
