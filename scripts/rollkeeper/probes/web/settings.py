"""What may be set about visits, and the values that pass between the parts of the probe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rollkeeper import __version__
from rollkeeper.grammar.ip_addresses import refusal
from rollkeeper.model import limits
from rollkeeper.model.visit import VisitFailure

AGENT = (
    f"Mozilla/5.0 (compatible; Rollkeeper/{__version__}; +https://github.com/rollkeeper/rollkeeper)"
)
"""Names the visitor honestly. Words such as "link", "bot" or "python" trip stock firewall rules."""


QUICK = 64
"""Questions to the DNS at the same time, not counting those that are slow to be answered."""


class Address(NamedTuple):
    """Where a connection goes: an IP address in its plain form, and a port."""

    ip: str
    port: int


Resolve = Callable[[str, int], Sequence[Address]]
"""From a host (as the DNS knows it) and a port to all its addresses.

Called in threads of its own, so it may block. Raises `socket.gaierror` as `getaddrinfo` does.
"""
Guard = Callable[[str], "str | None"]
"""From an IP address to the reason why it must not be dialled; None where it may."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How websites are visited. Times are in seconds.

    `guard`, `resolve`, `authorities` and `online` are for tests and benchmarks, which run their
    sites on loopback: nothing that a policy or a command line says ends up in them.
    """

    connect_seconds: float = limits.CONNECT_SECONDS
    total_seconds: float = limits.ANSWER_SECONDS
    """For one website from the first question to the DNS to the last answer, redirects included."""
    redirects: int = limits.REDIRECTS
    at_once: int = limits.VISITS_AT_ONCE
    names_at_once: int = QUICK
    threads: int | None = None
    """Threads for handshakes beside the loop; None for as many as there are spare processors."""
    processes: int | None = None
    """Processes that visit; None for as many as pay."""
    run_seconds: float = limits.VISITS_SECONDS
    """For all visits; what was not visited by then is reported as that."""
    hedge_seconds: float = 2.5
    """After so much silence a second connection is tried beside the first."""
    pause_seconds: float = 0.25
    """Between two visits to the same registrable domain."""
    at_once_per_domain: int = 2
    ask_https: bool = True
    """Whether an http address is also asked over https."""
    mentions: tuple[str, ...] = ()
    """Words that each page is searched for, in any letter case."""
    github_token: str | None = field(default=None, repr=False)
    """For questions about accounts and repositories; sent to api.github.com and nowhere else."""
    guard: Guard = refusal
    resolve: Resolve | None = None
    authorities: Path | None = None
    """A file of certificates that are trusted besides the usual ones."""
    online: Callable[[], bool] | None = None
    """Whether this machine has a network at all."""


class VisitError(Exception):
    """Nothing could be learnt of a website; not an OSError, which others would catch.

    `url` is where the visit ended, if that is worth knowing.
    """

    def __init__(self, failure: VisitFailure, url: str | None = None) -> None:
        super().__init__(failure)
        self.failure = failure
        self.url = url
