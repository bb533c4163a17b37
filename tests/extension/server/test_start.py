from __future__ import annotations

import subprocess
import sys

SLOW = ("IPython", "nbgrader", "numpy", "sqlalchemy", "torch")


def test_a_server_that_starts_does_not_wait_for_what_is_slow():
    """Each of them takes a part of a second, before which no page is served."""
    program = f"""
import sys
import llm_classroom.app
print([name for name in {SLOW!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"
