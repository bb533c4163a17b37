"""The papermill engine ``classroom``."""

from __future__ import annotations

from typing import Any

from papermill import engines

from autograder.execution.client import ClassroomClient
from autograder.execution.session import Session

__all__ = ["Engine"]

# Arguments of papermill's one-call form that mean nothing here.
UNUSED = (
    "input_path",
    "log_output",
    "stdout_file",
    "stderr_file",
    "start_timeout",
    "execution_timeout",
)


class Engine(engines.Engine):
    """Runs a notebook in a kernel of ours and hands check cells to the checker."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        session: Session | None = None,
        **kwargs: Any,
    ) -> Any:
        """Execute ``nb_man.nb`` in place.

        Parameters
        ----------
        nb_man : papermill.engines.NotebookExecutionManager
        kernel_name : str
        session : Session or None
            Limits, check cells and the way to the checker. Without one the notebook runs as any
            papermill notebook does, under the default limits.
        **kwargs
            Traits of the client.
        """
        for name in UNUSED:
            kwargs.pop(name, None)
        session = session or Session()
        client = ClassroomClient(nb_man, session=session, kernel_name=kernel_name, **kwargs)
        return client.execute(**session.start_arguments)
