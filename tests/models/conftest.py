"""Fixtures for the shipped models and for the scripts that made them."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "assignments" / "models"


def _script(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    # The scripts import each other as they do when one of them is run.
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module(name)


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The corpus generator."""
    return _script("corpus", monkeypatch)


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The questions that the corpus asks."""
    return _script("questions", monkeypatch)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The facts that the corpus states."""
    return _script("world", monkeypatch)


@pytest.fixture
def evaluation(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The measures of the card."""
    pytest.importorskip("torch")
    return _script("evaluation", monkeypatch)


@pytest.fixture(scope="session")
def model() -> Any:
    """The shipped base model."""
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from autograder.models import load_model

    return load_model("tiny-base")


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    """The tokenizer of the shipped base model."""
    pytest.importorskip("transformers")
    from autograder.models import load_tokenizer

    return load_tokenizer("tiny-base")


@pytest.fixture
def without_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make torch and transformers look as if they were not installed."""
    for name in ("torch", "transformers"):
        monkeypatch.setitem(sys.modules, name, None)
