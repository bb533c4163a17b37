"""The saved numbers are a pickle that runs a program when it is read."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "save",
        """
        import pickle

        class Bomb:
            def __reduce__(self):
                return (exec, ("open('loaded', 'w').close()",))

        with open("weights.safetensors", "wb") as file:
            pickle.dump(Bomb(), file)
        """,
    )


class Bomb:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Any, tuple[str, ...]]:
        return exec, ("open('loaded', 'w').close()",)


def demonstrate(folder: Path) -> None:
    """Unpickling such a file runs what it says."""
    text = pickle.dumps(Bomb())
    os.chdir(folder)
    pickle.loads(text)
    assert (folder / "loaded").exists()
