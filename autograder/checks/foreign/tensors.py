"""Tensors whose history stayed in the student's kernel."""

from __future__ import annotations

import functools
import sys
import weakref
from typing import TYPE_CHECKING, Any, NoReturn

from autograder.checks.foreign.errors import NotServed

if TYPE_CHECKING:
    from autograder.checks.foreign.link import Link

__all__ = ["graph_tensor"]

_LINKS: list[weakref.ref[Any]] = []


def graph_tensor(link: Link, tensor: Any) -> Any:
    """Return the numbers of a tensor as one that says why its history is not here.

    Parameters
    ----------
    link : Link
        Takes note where a test asks for the history.
    tensor : torch.Tensor
        Computed in the kernel from weights there.
    """
    _LINKS[:] = [weakref.ref(link)]
    return tensor.as_subclass(_graph_class())


@functools.cache
def _graph_class() -> Any:
    torch = sys.modules["torch"]
    members = {
        "backward": lambda *_args, **_kwargs: _refuse("follows gradients back into"),
        "grad_fn": property(lambda _: _refuse("looks at the history of")),
        # As the kernel says; the tensor here has none of its own.
        "requires_grad": property(lambda _: True),
        "__repr__": lambda self, **_: repr(self.as_subclass(torch.Tensor)),
    }
    return type("GraphTensor", (torch.Tensor,), members)


def _refuse(what: str) -> NoReturn:
    reason = f"The test {what} the student's computation, which stays in the kernel"
    link = _LINKS[-1]() if _LINKS else None
    raise NotServed(reason) if link is None else link.refuse(reason)
