"""What a forked process must have for itself: its threads and its random numbers."""

from __future__ import annotations

import os
import random
import sys

__all__ = ["reseed", "set_threads"]


def set_threads(count: int) -> None:
    """Set the number of threads of numeric libraries; the parent's pools do not exist here."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(count)
    if count > 1 and "threadpoolctl" in sys.modules:
        sys.modules["threadpoolctl"].threadpool_limits(count, user_api="blas")


def reseed() -> None:
    """Give this process random numbers of its own; all would continue the parent's."""
    seed = int.from_bytes(os.urandom(8), "little")
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed % (1 << 32))
    torch = sys.modules.get("torch")
    if torch is not None:
        seed >>= 1
        if torch.backends.cuda.is_built():
            torch.manual_seed(seed)
        else:  # that one also formats a stack, from source files, for a device that cannot be there
            torch.default_generator.manual_seed(seed)
