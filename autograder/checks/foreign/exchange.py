"""One request to the agent in the kernel and its reply, with what student code calls back."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any, Protocol

from autograder.checks.codec import parse
from autograder.checks.errors import CodecError, UnacceptableValue
from autograder.checks.probe_protocol import reply_in

__all__ = ["Exchange", "Kernel"]

EXPRESSION = "__import__('autograder.checks.object_agent', fromlist=['serve']).serve({!r})"

CallBack = Callable[[dict[str, Any] | None], str]


class Kernel(Protocol):
    """What the executor does for a test cell."""

    def ask(self, expression: str, *, listens: bool = False) -> dict[str, Any]:
        """Evaluate an expression in the kernel: ``status``, and ``reply`` where that is ok.

        To who listens, the status can be ``callback``, with a ``prompt`` that waits for
        :meth:`respond`.
        """
        ...

    def respond(self, text: str) -> dict[str, Any]:
        """Answer a callback; what follows is as of :meth:`ask`."""
        ...


class Exchange:
    """Sends requests, and judges the form of replies.

    Parameters
    ----------
    kernel : Kernel
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        # What broke the way to the executor, whatever a cell made of it.
        self.lost: Exception | None = None

    def send(self, content: dict[str, Any], call_back: CallBack | None) -> dict[str, Any]:
        """Send a request and return the reply.

        Parameters
        ----------
        content : dict
        call_back : callable or None
            Returns the answer to what student code asks meanwhile; given ``None`` if that is no
            callback of this request.

        Raises
        ------
        StudentError
            If there is no reply to this request.
        """
        nonce = secrets.token_hex(16)
        request = json.dumps({**content, "nonce": nonce}, allow_nan=False)
        try:
            answer = self._kernel.ask(EXPRESSION.format(request), listens=call_back is not None)
            while answer.get("status") == "callback":
                asked = _parsed(answer.get("prompt"), nonce)
                answer = self._kernel.respond(call_back(asked) if call_back else "{}")
        except Exception as error:
            self.lost = error
            raise
        reply = _parsed(reply_in(answer), nonce)
        if reply is None:
            raise UnacceptableValue("the kernel's answer does not belong to this question")
        return reply


def _parsed(text: object, nonce: str) -> dict[str, Any] | None:
    """Return what the kernel says, if it says so to this request."""
    if not isinstance(text, str):
        return None
    try:
        found = parse(text)
    except CodecError:
        return None
    return found if isinstance(found, dict) and found.get("nonce") == nonce else None
