"""The command line: ``llm-classroom``."""

from __future__ import annotations

from autograder.cli.main import main

__all__ = ["main"]
