"""The libraries of checks: whatever they offer is documented, and an assignment here uses it."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("finetuning", "inference", "quantization")


def _offered() -> Iterator[tuple[str, Any]]:
    for library in LIBRARIES:
        module = importlib.import_module(f"autograder.checks.{library}")
        for name in module.__all__:
            offered = getattr(module, name)
            if inspect.isfunction(offered) or inspect.isclass(offered):
                yield f"{library}.{name}", offered


OFFERED = dict(_offered())
FINDINGS = [
    name
    for name, offered in OFFERED.items()
    if "Finding" in str(getattr(offered, "__annotations__", {}).get("return", ""))
]


def test_there_are_findings_of_each_library() -> None:
    assert {name.partition(".")[0] for name in FINDINGS} == set(LIBRARIES)


@pytest.mark.parametrize("name", OFFERED)
def test_what_a_library_offers_says_what_it_is(name: str) -> None:
    assert len(inspect.getdoc(OFFERED[name]) or "") > 40


@pytest.mark.parametrize("name", FINDINGS)
def test_a_finding_says_what_right_or_wrong_measures_or_that_it_is_exact(name: str) -> None:
    text = inspect.getdoc(OFFERED[name]) or ""
    assert re.search(r"\d", text) or "exact" in text.lower(), name


def test_every_finding_is_used_by_an_assignment() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for pattern in ("*/*.ipynb", "*/grader/*.py")
        for path in (ROOT / "assignments").glob(pattern)
    )
    unused = [n for n in FINDINGS if not re.search(rf"\b{n.rpartition('.')[2]}\b", sources)]
    assert unused == []
