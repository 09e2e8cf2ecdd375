"""Bounds on time for hostile input: far above what it takes, far below what a blow-up takes.

They are no measurements, those stand in `benchmarks/`: a slow machine passes, while work that grows
with the square of its input takes minutes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 20
"""Seconds of this process's own work."""


@contextmanager
def soon(seconds: float = PATIENCE) -> Iterator[None]:
    """Fail when the block takes more than so many seconds of CPU."""
    started = time.process_time()
    yield
    assert time.process_time() - started < seconds


def peak() -> int:
    """Return the most memory that this process had at once, in KiB.

    `ru_maxrss` is of no use in a child: it starts with what the parent had.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == "VmHWM":
            return int(value.split()[0])
    message = "the kernel does not tell the peak memory of a process"
    raise OSError(message)
