"""The caches of models, compiled kernels and packages, which all share."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import pathlib
        for cache in ("hf/hub", ".cache/torch_extensions", ".cache/pip", ".triton/cache", "tmp"):
            folder = pathlib.Path("{package.target.folder}/home", cache)
            try:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "{package.mark}").write_text("poison")
            except OSError as error:
                print(error)
        """,
    )
