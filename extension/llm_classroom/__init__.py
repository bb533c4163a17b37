"""LLM Classroom inside JupyterLab: tells the Lab where the built front end lies."""

from __future__ import annotations

from autograder import __version__

__all__ = ["__version__"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "llm-classroom"}]
