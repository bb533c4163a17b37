"""Files in a folder that may be written but not listed, so that nobody counts them."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os, time
        os.umask(0o400)
        os.mkdir("hidden")
        for number in range(10):
            with open(f"hidden/bomb-{number}", "wb") as file:
                file.write(bytes(4 << 20))
        time.sleep(1)
        print("GOT")
        """,
    )
