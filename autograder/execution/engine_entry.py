"""What papermill finds under its entry point: the engine ``classroom``.

Papermill loads this module while its own ``papermill.engines`` is half imported, so the engine
proper, a subclass of a class in there, is imported only when it is used.
"""

from __future__ import annotations

from typing import Any

__all__ = ["ClassroomEngine"]


class ClassroomEngine:
    """Stands for :class:`autograder.execution.engine.Engine` until a notebook is run."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Execute `nb` in place and return it; see the engine for the arguments."""
        from autograder.execution.engine import Engine

        return Engine.execute_notebook(nb, kernel_name, **kwargs)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """Return the name of the notebook's kernel."""
        from autograder.execution.engine import Engine

        return Engine.nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """Return the notebook's language."""
        from autograder.execution.engine import Engine

        return Engine.nb_language(nb, language)
