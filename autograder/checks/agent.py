"""The probe's end inside the student's kernel: looks names up, calls them, returns plain data.

It holds no expected value and no check, and whatever it answers is a *claim* of the student's
process, which can replace any part of it. Only :mod:`autograder.checks.probe_protocol` reads its
answers, and believes nothing but their form. Importing it loads neither numpy nor torch.
"""

from __future__ import annotations

import contextlib
import functools
import io
import sys
from collections.abc import Iterator
from typing import Any

from autograder.checks.codec import decode, encode, parse
from autograder.checks.errors import CodecError

__all__ = ["MESSAGE_LENGTH", "PROBE_MIME", "Reply", "error_text", "serve", "silence"]

PROBE_MIME = "application/vnd.llm-classroom.probe+json"
MESSAGE_LENGTH = 500
TYPE_LENGTH = 80


class Reply:
    """An answer, which the kernel sends as a MIME bundle.

    Parameters
    ----------
    content : dict
        ``nonce`` and ``ok``; with ``value`` if ok, else with ``kind``, ``type`` and ``message``.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content

    def __repr__(self) -> str:
        return ""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {PROBE_MIME: self.content, "text/plain": ""}


class _Missing(Exception):
    """The name is not defined in the notebook."""


class _Stub(Exception):
    """What was asked for is still the placeholder ``...``."""


class _Silence(io.TextIOBase):
    """A stream that keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)

    def writable(self) -> bool:
        return True


def serve(request: str) -> Reply:
    """Do what `request` asks and answer it; never raises for what student code does.

    Parameters
    ----------
    request : str
        JSON: ``{"op": "call", "name", "args", "kwargs", "nonce", "seed"}`` or
        ``{"op": "value", "name", "nonce"}``.
    """
    nonce: object = None
    try:
        message = parse(request)
        nonce = message["nonce"]
        return Reply({"nonce": nonce, "ok": True, "value": _perform(message)})
    except BaseException as error:  # a student's function may raise anything, SystemExit too
        failure = {"nonce": nonce, "ok": False, "kind": _kind(error)}
        return Reply({**failure, "type": _name(error), "message": error_text(error)})


def _perform(message: dict[str, Any]) -> Any:
    from IPython import get_ipython

    shell = get_ipython()
    name = message["name"]
    if shell is None or name not in shell.user_ns:
        raise _Missing(f"{name!r} is not defined")
    target = shell.user_ns[name]
    if message["op"] == "value":
        with silence(shell):
            return _encoded(target, name)
    args = [decode(argument) for argument in message["args"]]
    kwargs = {key: decode(argument) for key, argument in message["kwargs"].items()}
    with silence(shell), _seeded(message.get("seed")):
        return _encoded(target(*args, **kwargs), name)


def _encoded(value: object, name: str) -> Any:
    if value is ...:
        raise _Stub(f"{name!r} is still ...")
    return encode(value)


@contextlib.contextmanager
def silence(shell: Any, out: Any = None, err: Any = None) -> Iterator[None]:
    """Swallow what is printed and displayed, since it could tell a probe's inputs.

    Parameters
    ----------
    shell : InteractiveShell
    out, err : text streams or None
        Where what is printed goes instead of nowhere.
    """
    out, err = out or _Silence(), err or _Silence()
    publisher = shell.display_pub
    shell.display_pub = _silent_publisher()(shell=shell)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield
    finally:
        shell.display_pub = publisher


@functools.cache
def _silent_publisher() -> Any:
    from IPython.core.displaypub import DisplayPublisher

    class SilentPublisher(DisplayPublisher):
        """Publishes nothing."""

        def publish(self, *args: Any, **kwargs: Any) -> None:
            pass

    return SilentPublisher


@contextlib.contextmanager
def _seeded(seed: int | None) -> Iterator[None]:
    """Seed the loaded random generators, and put them back as the student had them."""
    if seed is None:
        yield
        return
    import random

    restore = [(random.setstate, random.getstate())]
    random.seed(seed)
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        restore.append((numpy.random.set_state, numpy.random.get_state()))
        numpy.random.seed(seed % 2**32)
    if torch is not None:
        restore.append((torch.set_rng_state, torch.get_rng_state()))
        torch.manual_seed(seed % 2**63)
    try:
        yield
    finally:
        for put_back, state in restore:
            put_back(state)


def _kind(error: BaseException) -> str:
    if isinstance(error, _Missing):
        return "missing"
    if isinstance(error, (_Stub, NotImplementedError)):
        return "stub"
    if isinstance(error, KeyboardInterrupt):
        return "timeout"
    return "unacceptable" if isinstance(error, CodecError) else "raised"


def _name(error: BaseException) -> str:
    return str(type(error).__name__)[:TYPE_LENGTH]


def error_text(error: BaseException) -> str:
    """Return the text of `error`, bounded, whatever its class does."""
    try:
        text = str(error)[:MESSAGE_LENGTH]
        # Through JSON and back: text with lone surrogates would break the kernel's own reply.
        return text.encode("utf-8", "replace").decode("utf-8")
    except BaseException as failure:  # the student's __str__ is student code too
        return f"(its text raised {_name(failure)})"
