"""LLM Classroom's autograder: runs submitted notebooks and checks what they did."""

from __future__ import annotations

__all__ = ["__version__"]
__version__ = "0.1.0"
