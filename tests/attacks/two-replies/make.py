"""The kernel answers each request twice, the first time with a success of its own making."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        kernel = get_ipython().kernel
        send = kernel.session.send

        def twice(stream, kind, content=None, parent=None, ident=None, **more):
            if kind == "execute_reply":
                good = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
                send(stream, kind, good, parent, ident=ident)
            return send(stream, kind, content, parent, ident=ident, **more)

        kernel.session.send = twice
        """,
    )
