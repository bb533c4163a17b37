"""Tensors whose history stayed in the student's kernel; imported only where torch is loaded."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, NoReturn

import torch

from autograder.checks.foreign.errors import NotServed

if TYPE_CHECKING:
    from autograder.checks.foreign.link import Link

__all__ = ["GraphTensor", "graph_tensor"]

_LINKS: list[weakref.ref[Any]] = []


class GraphTensor(torch.Tensor):
    """The numbers of a tensor; what follows it back to the model's weights is not served."""

    def backward(self, *_args: Any, **_kwargs: Any) -> None:
        """Refuse: the weights are in the kernel."""
        _refuse("follows gradients back into")

    def __repr__(self, **_kwargs: Any) -> str:  # type: ignore[override]
        return repr(self.as_subclass(torch.Tensor))


def _history(_: GraphTensor) -> NoReturn:
    _refuse("looks at the history of")


# As the kernel says; the tensor here has no history of its own.
GraphTensor.requires_grad = property(lambda _: True)  # type: ignore[assignment]
GraphTensor.grad_fn = property(_history)  # type: ignore[assignment]


def _refuse(what: str) -> NoReturn:
    reason = f"The test {what} the student's computation, which stays in the kernel"
    link = _LINKS[-1]() if _LINKS else None
    raise NotServed(reason) if link is None else link.refuse(reason)


def graph_tensor(link: Link, tensor: torch.Tensor) -> torch.Tensor:
    """Return `tensor` as one that was computed in the kernel, with a history."""
    _LINKS[:] = [weakref.ref(link)]
    return tensor.as_subclass(GraphTensor)
