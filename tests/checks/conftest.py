"""A real IPython shell in this process, standing for the student's notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder.checks.notebook import NotebookRun


@pytest.fixture(scope="session")
def _shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    config = Config()
    config.HistoryManager.enabled = False
    folder = str(tmp_path_factory.mktemp("ipython"))
    shell = InteractiveShell.instance(config=config, ipython_dir=folder)
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def shell(_shell: InteractiveShell) -> InteractiveShell:
    """A shell with an empty namespace."""
    _shell.reset(new_session=False)
    return _shell


@pytest.fixture
def student(shell: InteractiveShell) -> Callable[[str], None]:
    """Run a cell of the student's."""

    def run(source: str) -> None:
        result = shell.run_cell(source)
        result.raise_error()

    return run


@pytest.fixture
def run(shell: InteractiveShell, tmp_path: Path) -> Iterator[Any]:
    """The student's notebook as a check sees it."""
    run = NotebookRun("question", tmp_path)
    yield run
    run.close()
