"""The state of the random generators, which a cell that seeds them shares with the kernel."""

from __future__ import annotations

import random
import sys
from typing import Any

from autograder.checks.codec import decode, encode
from autograder.checks.errors import CodecError, UnacceptableValue

__all__ = ["set_states", "states"]


def states() -> dict[str, Any]:
    """Return the state of the random generators that this process has loaded."""
    found = {"random": encode(random.getstate())}
    if "numpy" in sys.modules:
        found["numpy"] = encode(sys.modules["numpy"].random.get_state())
    if "torch" in sys.modules:
        found["torch"] = encode(sys.modules["torch"].get_rng_state())
    return found


def set_states(states: dict[str, Any]) -> None:
    """Go on where the student's code left off.

    Raises
    ------
    UnacceptableValue
        If `states` is no such thing.
    """
    setters = {"random": random.setstate}
    if "numpy" in sys.modules:
        setters["numpy"] = sys.modules["numpy"].random.set_state
    if "torch" in sys.modules:
        setters["torch"] = sys.modules["torch"].set_rng_state
    for name, setter in setters.items():
        if name in states:
            try:
                setter(decode(states[name]))
            except (CodecError, TypeError, ValueError, RuntimeError, KeyError) as error:
                raise UnacceptableValue("the kernel's answer has no meaning") from error
