"""Bring an object of the test's to the state that the student's code left its copy in."""

from __future__ import annotations

import collections
import sys
from typing import Any

from autograder.checks.foreign.frames import is_frame, replace_frame

__all__ = ["merge"]

CONTAINERS = (
    list,
    dict,
    set,
    bytearray,
    collections.Counter,
    collections.OrderedDict,
    collections.defaultdict,
)


def merge(mine: Any, after: Any) -> Any:
    """Return `mine`, changed in place to equal `after`, or `after` where that is impossible.

    Objects within `mine` that can be changed in place are, so that other names of them see it.
    """
    if type(mine) is not type(after):
        return after
    if type(mine) is list:
        common = [merge(a, b) for a, b in zip(mine, after, strict=False)]
        mine[:] = common + after[len(common) :]
        return mine
    if isinstance(mine, dict) and type(mine) in CONTAINERS:
        merged = {k: merge(mine[k], v) if k in mine else v for k, v in after.items()}
        mine.clear()
        mine.update(merged)
        return mine
    if type(mine) is set:
        mine.clear()
        mine.update(after)
        return mine
    if type(mine) is bytearray:
        mine[:] = after
        return mine
    if type(mine) is tuple and len(mine) == len(after):
        merged_items = [merge(a, b) for a, b in zip(mine, after, strict=True)]
        return mine if all(a is b for a, b in zip(mine, merged_items, strict=True)) else after
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None and type(mine) is numpy.ndarray:
        if mine.shape == after.shape and mine.dtype == after.dtype and mine.flags.writeable:
            mine[...] = after
            return mine
        return after
    if torch is not None and isinstance(mine, torch.Tensor):
        if mine.shape != after.shape or mine.dtype != after.dtype:
            return after
        with torch.no_grad():
            mine.copy_(after)
        if mine.is_leaf:
            mine.grad = after.grad
        return mine
    if is_frame(mine):
        return replace_frame(mine, after)
    return mine if mine is after else after
