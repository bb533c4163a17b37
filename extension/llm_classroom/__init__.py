"""LLM Classroom inside JupyterLab: where the front end lies, and the server extension."""

from __future__ import annotations

from typing import Any

from autograder import __version__

__all__ = ["__version__"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "llm-classroom"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from llm_classroom.app import ClassroomApp

    return [{"module": "llm_classroom", "app": ClassroomApp}]
