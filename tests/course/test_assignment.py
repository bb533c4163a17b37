from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import (
    AssignmentFileError,
    Limits,
    Rule,
    Trust,
    assignment_folder,
    assignment_ids,
    find_checkout,
    load_assignment,
    load_roadmap,
)
from autograder.course.assignment import check_rules

CHECKOUT = find_checkout(Path(__file__))

SMALLEST = """
title = "Eight bits"
summary = "Round weights to eight bits."
minutes = 90
"""

FULL = (
    SMALLEST
    + """
topics = ["scientist-7"]
notebooks = ["introduction-to-quantization"]
prerequisites = ["tokenizer"]

[links]
paper = "https://example.org/paper"

[limits]
cell = 60
total = 300.5
memory = "2 GiB"
cpus = 2
gpus = 1
cpu_time = 120
processes = 40
open_files = 200
file_size = "64 MiB"
disk = "128 MiB"
inodes = 500
output_cell = "100 KiB"
output_total = "1 MiB"

[grading]
trust = "outside"

[[rules]]
question = "absmax"
names = ["torch.quantize_per_tensor"]
keywords = ["num_bits"]
"""
)


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Path:
        folder = tmp_path / "eight-bits"
        folder.mkdir()
        (folder / "assignment.toml").write_text(text, encoding="utf-8")
        return folder

    return write


def test_every_key_is_read(write):
    assignment = load_assignment(write(FULL), roadmap=load_roadmap())
    assert assignment.id == "eight-bits"
    assert assignment.minutes == 90
    assert assignment.topics == ("scientist-7",)
    assert assignment.prerequisites == ("tokenizer",)
    assert assignment.links == {"paper": "https://example.org/paper"}
    assert assignment.limits == Limits(
        cell=60.0,
        total=300.5,
        memory=2 << 30,
        cpus=2,
        gpus=1,
        cpu_time=120.0,
        processes=40,
        open_files=200,
        file_size=64 << 20,
        disk=128 << 20,
        inodes=500,
        output_cell=100 << 10,
        output_total=1 << 20,
    )
    assert assignment.grading.trust is Trust.OUTSIDE
    assert assignment.rules == (Rule("absmax", ("torch.quantize_per_tensor",), ("num_bits",)),)


def test_what_is_left_out_has_a_default(write):
    assignment = load_assignment(write(SMALLEST))
    assert assignment.limits == Limits(cell=None, total=None, memory=None, cpus=1, gpus=0)
    assert assignment.grading.trust is Trust.KERNEL
    assert assignment.topics == assignment.notebooks == assignment.rules == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minutes = 90", "", "minutes is missing; it must be a whole number."),
        ("minutes = 90", "minutes = 90.5", "minutes must be a whole number, not a number."),
        ("minutes = 90", "minutes = 0", "minutes is 0; at least 1 is wanted."),
        ("topics =", "topic =", "unknown key 'topic'. Did you mean 'topics'?"),
        ("cell = 60", "cel = 60", "unknown key 'limits.cel'. Did you mean 'cell'?"),
        ("cell = 60", "cell = -1", "limits.cell is -1; a finite number above 0 is wanted."),
        ("cell = 60", "cell = inf", "limits.cell is inf; a finite number above 0 is wanted."),
        ("cell = 60", "cell = true", "limits.cell must be a number, not true or false."),
        ('"2 GiB"', '"2 GB"', "limits.memory is '2 GB'; a size such as \"2 GiB\""),
        ("processes = 40", "processes = 2", "limits.processes is 2; at least 16 is wanted."),
        ("inodes = 500", "inodes = 50000", "limits.inodes is 50000; at most 20000 is wanted."),
        ("disk = ", "disc = ", "unknown key 'limits.disc'. Did you mean 'disk'?"),
        ('"2 GiB"', "2", "limits.memory must be a text, not a whole number."),
        ('"outside"', '"inside"', "grading.trust names 'inside', which is no place to run tests"),
        ('["scientist-7"]', '["scientist-9"]', "topics names 'scientist-9', which is no topic"),
        ('["scientist-7"]', '["scientist-7", "scientist-7"]', "topics names 'scientist-7' twice."),
        ('["scientist-7"]', "[7]", "topics must be a list of texts; 7 is none."),
        (
            "introduction-to-quantization",
            "introduction-to-quantisation",
            "no notebook of the roadmap. Did you mean 'introduction-to-quantization'?",
        ),
        ('question = "absmax"', "", "rules[0].question is missing; it must be a text."),
        ("[links]", "[links]\nx = 3", "links.x must be a text, not a whole number."),
        ("[[rules]]", "[[rules]]\nquestion = 'q'\n[[rules]]", "rules[0] forbids nothing"),
        ('"num_bits"', '"for"', "rules[0].keywords has 'for'; an argument such as 'num_beams'"),
        ('"num_bits"', '"a.b"', "rules[0].keywords has 'a.b'; an argument such as 'num_beams'"),
        ('"torch.quantize', '"torch..quantize', "rules[0].names has 'torch..quantize_per_tensor'"),
        ("title =", "title", "is no TOML"),
    ],
)
def test_a_mistake_is_one_line_that_names_file_and_key(write, old, new, message):
    folder = write(FULL.replace(old, new, 1))
    with pytest.raises(AssignmentFileError) as caught:
        load_assignment(folder, roadmap=load_roadmap())
    text = str(caught.value)
    assert text.startswith(f"{folder / 'assignment.toml'}: ")
    assert message in text
    assert "\n" not in text


def test_a_file_that_is_missing_or_not_utf8_is_named(write):
    folder = write("")
    (folder / "assignment.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(AssignmentFileError, match="is not UTF-8"):
        load_assignment(folder)
    (folder / "assignment.toml").unlink()
    with pytest.raises(AssignmentFileError, match=r"assignment\.toml: cannot be read"):
        load_assignment(folder)


def test_every_assignment_of_the_checkout_says_what_the_roadmap_knows():
    roadmap = load_roadmap(CHECKOUT / "assignments" / "roadmap.yaml")
    known = assignment_ids(CHECKOUT)
    assert known
    for name in known:
        folder = assignment_folder(CHECKOUT, name)
        assignment = load_assignment(folder.root, roadmap=roadmap)
        assert assignment.topics, f"{name} covers no topic"
        assert set(assignment.prerequisites) <= set(known), name
        assert folder.notebook.is_file(), f"{name} has no notebook of its own name"


def test_a_rule_for_a_question_that_no_check_decides_is_refused(tmp_path):
    file = tmp_path / "assignment.toml"
    rules = [Rule("absmax", ("round",)), Rule("zeropoint", ("round",))]
    check_rules(file, rules, ["absmax", "zeropoint"])
    with pytest.raises(AssignmentFileError) as caught:
        check_rules(file, rules, ["absmax", "zero_point"])
    assert str(caught.value) == (
        f"{file}: rules[1].question names 'zeropoint', which is no cell with a check. "
        "Did you mean 'zero_point'? The questions are: absmax, zero_point."
    )
