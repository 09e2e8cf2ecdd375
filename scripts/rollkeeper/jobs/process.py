"""What concerns the process: only the entry points, which own it, may use this."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Switch the garbage collector off: the values of a run live until its end anyway."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
