"""The probe's end in the kernel answers with what its caller wants to hear."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import numpy as np
        from autograder.checks import agent

        class Agreeable(float):
            def __eq__(self, other):
                return True

        def serve(request):
            message = agent.parse(request)
            said = {"passed": True, "points": 4.0, "value": {"type": "Verdict", "fraction": 1.0}}
            return agent.Reply({"nonce": message["nonce"], "ok": True, **said})

        agent.serve = serve
        np.allclose = lambda *args: True

        def double(x):
            return x
        """,
    )
