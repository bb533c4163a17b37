"""The trusted end of the probe: writes requests for the agent and judges the form of its replies.

A reply is a claim by the student's process. The nonce ties it to one request; it proves nothing
about who computed the value, and nothing here depends on that.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from autograder.checks.agent import MESSAGE_LENGTH, PROBE_MIME, TYPE_LENGTH
from autograder.checks.codec import decode, encode, parse
from autograder.checks.errors import (
    CheckError,
    CodecError,
    KernelGone,
    NotAttempted,
    StudentException,
    StudentTimeout,
    UnacceptableValue,
)
from autograder.checks.text import clean

__all__ = ["PROBE_MIME", "expression", "read_reply", "reply_in", "request_call", "request_value"]


def request_call(
    name: str,
    args: Iterable[object] = (),
    kwargs: Mapping[str, object] | None = None,
    *,
    seed: int | None = None,
) -> tuple[str, str]:
    """Return the request to call the student's `name`, and its nonce.

    Parameters
    ----------
    name : str
        A name in the notebook's namespace.
    args, kwargs
        Plain data.
    seed : int or None
        Seeds the kernel's generators of ``random``, numpy and torch for this one call.

    Raises
    ------
    CheckError
        `name` is no name or an argument is no plain data.
    """
    try:
        arguments = [encode(argument) for argument in args]
        keywords = {key: encode(argument) for key, argument in (kwargs or {}).items()}
    except CodecError as error:
        raise CheckError(f"An argument for {name!r} cannot be sent: {error}") from error
    content: dict[str, Any] = {"op": "call", "name": name, "args": arguments, "kwargs": keywords}
    if seed is not None:
        content["seed"] = seed
    return _request(content)


def request_value(name: str) -> tuple[str, str]:
    """Return the request for the value of the student's `name`, and its nonce."""
    return _request({"op": "value", "name": name})


def _request(content: dict[str, Any]) -> tuple[str, str]:
    name = content["name"]
    if not isinstance(name, str) or not name.isidentifier():
        raise CheckError(f"{name!r} is not a name that a notebook can define.")
    nonce = secrets.token_hex(16)
    return json.dumps({**content, "nonce": nonce}, allow_nan=False), nonce


def expression(request: str) -> str:
    """Return the Python expression that has the agent serve `request` inside the kernel."""
    return f"__import__('autograder.checks.agent', fromlist=['serve']).serve({request!r})"


def reply_in(answer: Mapping[str, Any]) -> object:
    """Return the agent's reply in what the executor made of a request.

    Raises
    ------
    KernelGone, StudentTimeout, UnacceptableValue
        There is none.
    """
    match answer.get("status"):
        case "dead":
            raise KernelGone("the kernel had died")
        case "timeout":
            raise StudentTimeout("the code did not return in time")
        case "ok":
            return answer.get("reply")
    raise UnacceptableValue("the kernel could not answer")


def read_reply(reply: object, nonce: str) -> Any:
    """Return the value in a reply of the agent.

    Parameters
    ----------
    reply : str or dict or anything
        The reply as JSON text or parsed, as it came: nothing about it is trusted.
    nonce : str
        What :func:`request_call` or :func:`request_value` returned.

    Raises
    ------
    NotAttempted
        The name is not defined, or is still a stub.
    StudentException
        Student code raised.
    StudentTimeout
        Student code was interrupted.
    UnacceptableValue
        The value is no plain data or too large, or the reply is no answer to this request.
    """
    try:
        content = parse(reply) if isinstance(reply, str) else reply
    except CodecError as error:
        raise UnacceptableValue(str(error)) from error
    if not isinstance(content, dict) or content.get("nonce") != nonce:
        raise UnacceptableValue("the kernel's answer does not belong to this question")
    if content.get("ok") is True and "value" in content:
        try:
            return decode(content["value"])
        except CodecError as error:
            raise UnacceptableValue(str(error)) from error
    message = _text(content.get("message"), MESSAGE_LENGTH)
    kind = _text(content.get("type"), TYPE_LENGTH) or "an exception"
    match content.get("kind"):
        case "missing":
            raise NotAttempted(message or "not defined")
        case "stub":
            raise NotAttempted(message or "not implemented yet")
        case "raised":
            raise StudentException(kind, message)
        case "timeout":
            raise StudentTimeout(StudentTimeout.public)
        case "unacceptable":
            raise UnacceptableValue(message or UnacceptableValue.public)
    raise UnacceptableValue("the kernel's answer has no meaning")


def _text(value: object, length: int) -> str:
    return clean(value[:length]) if isinstance(value, str) else ""
