"""A line that every later interpreter would execute, in site-packages."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import pathlib, site, sysconfig
        name = "{package.mark}.pth"
        home = pathlib.Path("{package.target.folder}/home/.local/lib/python3.11/site-packages")
        for folder in (sysconfig.get_path("purelib"), home):
            try:
                pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
                pathlib.Path(folder, name).write_text("import os")
            except OSError as error:
                print(error)
        """,
    )
