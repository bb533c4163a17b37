"""The class of the demo: who hands in what, and when."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from autograder.course import load_wrong_solution

__all__ = ["SUBMISSIONS", "Answers", "Submission", "read_answers"]

Notebook = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a student could write.

    Parameters
    ----------
    reference : mapping of str to str
        The right source of each solution cell, by grade id, in the order of the notebook.
    code : tuple of str
        The grade ids of those that are code.
    wrong : mapping of str to mapping
        Plausible wrong sources by the name of the mistake; the rest is as in `reference`.
    """

    reference: dict[str, str]
    code: tuple[str, ...]
    wrong: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Submission:
    """What a simulated student hands in for an assignment.

    Parameters
    ----------
    assignment, student : str
    story : str
        What they did, in a few words, for the table.
    work : callable
        Makes the text of the file they hand in of the released notebook and the answers.
    before_due : timedelta
        How long before the due date they hand in; negative is late.
    notebook : str
        The name they give the file; the released name by default.
    """

    assignment: str
    student: str
    story: str
    work: Callable[[Notebook, Answers], str]
    before_due: timedelta = timedelta(hours=5)
    notebook: str = ""


def read_answers(assignment: Path) -> Answers:
    """Read the reference and the wrong solutions of an assignment in the checkout."""
    source = json.loads((assignment / f"{assignment.name}.ipynb").read_text("utf-8"))
    answers = [cell for cell in source["cells"] if _mark(cell).get("solution")]
    reference = {
        _mark(cell)["grade_id"]: _without_marks("".join(cell["source"])) for cell in answers
    }
    code = tuple(_mark(cell)["grade_id"] for cell in answers if cell["cell_type"] == "code")
    solutions = map(load_wrong_solution, sorted((assignment / "wrong").glob("*.py")))
    wrong = {solution.name: dict(solution.cells) for solution in solutions}
    return Answers(reference, code, wrong)


def _without_marks(source: str) -> str:
    """Take out the lines that mark a solution, which no student has."""
    return "".join(
        line for line in source.splitlines(keepends=True) if " SOLUTION" not in line
    ).strip("\n")


def _mark(cell: Notebook) -> dict[str, Any]:
    mark: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return mark


def _filled(released: Notebook, sources: dict[str, str]) -> Notebook:
    """Put `sources` into the solution cells of the released notebook."""
    notebook = copy.deepcopy(released)
    for cell in notebook["cells"]:
        if _mark(cell).get("solution") and _mark(cell)["grade_id"] in sources:
            cell["source"] = sources[_mark(cell)["grade_id"]]
    return notebook


def _reference(released: Notebook, answers: Answers) -> str:
    return json.dumps(_filled(released, answers.reference))


def _unanswered(released: Notebook, answers: Answers) -> str:
    return json.dumps(released)


def _partial(released: Notebook, answers: Answers) -> str:
    """Give the first half of the answers."""
    names = list(answers.reference)
    half = {name: answers.reference[name] for name in names[: len(names) // 2]}
    return json.dumps(_filled(released, half))


def _mistake(name: str) -> Callable[[Notebook, Answers], str]:
    def work(released: Notebook, answers: Answers) -> str:
        return json.dumps(_filled(released, {**answers.reference, **answers.wrong[name]}))

    return work


def _runs(source: str, at: float) -> Callable[[Notebook, Answers], str]:
    """All answers right, but before one of them, that far through, something else happens."""

    def work(released: Notebook, answers: Answers) -> str:
        name = answers.code[int(at * len(answers.code))]
        changed = {**answers.reference, name: f"{source}\n{answers.reference[name]}"}
        return json.dumps(_filled(released, changed))

    return work


def _cut_off(released: Notebook, answers: Answers) -> str:
    text = _reference(released, answers)
    return text[: len(text) * 2 // 3]


def _duplicated(released: Notebook, answers: Answers) -> str:
    """Paste an unanswered cell again and answer it below; both carry the same id."""
    notebook = _filled(released, answers.reference)
    first = next(iter(answers.reference))
    at = next(i for i, c in enumerate(notebook["cells"]) if _mark(c).get("grade_id") == first)
    stub = next(c for c in released["cells"] if _mark(c).get("grade_id") == first)
    twin = copy.deepcopy(stub)
    twin.pop("id", None)
    notebook["cells"].insert(at, twin)
    return json.dumps(notebook)


def _homework(released: Notebook, answers: Answers) -> str:
    """Hand in a notebook of some other course."""
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "sorting",
        "metadata": {},
        "outputs": [],
        "source": "sorted([3, 1, 2])",
    }
    other = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(other)


_quantization = partial(Submission, "quantization-int8")
_finetuning = partial(Submission, "finetune-lora")
_decoding = partial(Submission, "decoding-strategies")

SUBMISSIONS = (
    _quantization("aad", "never comes to an end", _runs("while True:\n    pass", at=0.0)),
    _quantization("ada", "everything right", _reference),
    _quantization("alan", "right, but two days late", _reference, before_due=-timedelta(days=2)),
    _quantization("barbara", "answered the first half", _partial),
    _quantization("claude", "answered nothing", _unanswered),
    _quantization("dennis", "cuts fractions off", _mistake("truncates")),
    _quantization("edsger", "one scale for all rows", _mistake("one_scale_a_tensor")),
    _quantization("frances", "zero point has a fraction", _mistake("zero_point_unrounded")),
    _quantization("grace", "pasted a cell twice", _duplicated),
    _quantization("john", "stores the weights twice", _mistake("keeps_the_originals")),
    _quantization("kathleen", "the file was cut off", _cut_off),
    _quantization("ken", "ends the kernel half way", _runs("import os\nos._exit(0)", at=0.5)),
    _quantization("margaret", "takes logs after rounding", _mistake("log_of_softmax")),
    _quantization("niklaus", "another course's notebook", _homework, notebook="sorting"),
    _quantization("tim", "float16 called int8", _mistake("float16_called_int8")),
    _finetuning("ada", "everything right", _reference),
    _finetuning("barbara", "answered the first half", _partial),
    _finetuning("claude", "answered nothing", _unanswered),
    _finetuning("dennis", "learns the questions too", _mistake("prompt_in_the_loss")),
    _finetuning("frances", "masks the end of the answer", _mistake("no_end")),
    _finetuning("john", "hands in the whole model", _mistake("whole_model")),
    _finetuning("margaret", "lets peft write the layer", _mistake("uses_peft_layer")),
    _decoding("ada", "everything right", _reference),
    _decoding("alan", "right, but a day late", _reference, before_due=-timedelta(days=1)),
    _decoding("barbara", "answered the first half", _partial),
    _decoding("claude", "answered nothing", _unanswered),
    _decoding("dennis", "top-k keeps one token less", _mistake("top_k_one_less")),
    _decoding("edsger", "beam search forgets what ended", _mistake("beam_forgets_what_ended")),
    _decoding("frances", "hands out quotas, no samples", _mistake("sample_quotas")),
    _decoding("grace", "pasted a cell twice", _duplicated),
    _decoding("ken", "ends the kernel half way", _runs("import os\nos._exit(0)", at=0.5)),
    _decoding("margaret", "takes the shortest text", _mistake("choice_not_normalized")),
    _decoding("tim", "lets transformers search", _mistake("calls_generate")),
)
