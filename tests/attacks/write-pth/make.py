"""A line that every later interpreter would execute, in site-packages."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import pathlib, site
        home = pathlib.Path("{package.target.folder}/home/.local/lib/python3.11/site-packages")
        try:
            home.mkdir(parents=True, exist_ok=True)
            (home / "{package.mark}.pth").write_text("import os")
        except OSError as error:
            print(error)
        open(site.__file__, "r+b")  # nothing is written: it may be the tests' own
        print("GOT", site.__file__)
        """,
    )
