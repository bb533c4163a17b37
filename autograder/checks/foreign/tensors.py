"""Tensors whose history stayed in the student's kernel; imported only where torch is loaded."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from autograder.checks.foreign.link import Link

__all__ = ["graph_tensor"]

_LINKS: list[weakref.ref[Any]] = []


class GraphTensor(torch.Tensor):
    """The numbers of a tensor; what follows it back to the model's weights is not served."""

    def backward(self, *_args: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        """Refuse: the weights are in the kernel."""
        _refuse("follows gradients back into")

    @property
    def requires_grad(self) -> bool:  # type: ignore[override]
        """As the kernel says."""
        return True

    @property
    def grad_fn(self) -> Any:
        """Refuse: it is not here."""
        return _refuse("looks at the history of")

    def __repr__(self, **_kwargs: Any) -> str:  # type: ignore[override]
        return repr(self.as_subclass(torch.Tensor))


def _refuse(what: str) -> Any:
    link = _LINKS[-1]()
    raise link.refuse(f"The test {what} the student's computation, which stays in the kernel")


def graph_tensor(link: Link, tensor: torch.Tensor) -> torch.Tensor:
    """Return `tensor` as one that was computed in the kernel, with a history."""
    _LINKS[:] = [weakref.ref(link)]
    return tensor.as_subclass(GraphTensor)
