"""Work directories of the grader and of other submissions, below /tmp."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import os
        own = [os.path.realpath(place) for place in (".", os.environ.get("TMPDIR", "."))]
        for top in ("/tmp", "/var/tmp", "{package.target.folder}"):
            for folder, folders, names in os.walk(top):
                folders[:] = [d for d in folders if os.path.join(folder, d) not in own]
                if names and folder.startswith(("/tmp/lc", "{package.target.folder}")):
                    print("GOT", folder, names)
        """,
    )
