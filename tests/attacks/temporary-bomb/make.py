"""Files below /tmp, which is memory too."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        for number in range(10):
            with open(os.environ.get("TMPDIR", "/tmp") + f"/bomb-{number}", "wb") as file:
                file.write(bytes(4 << 20))
        import time
        time.sleep(1)
        print("GOT")
        """,
    )
