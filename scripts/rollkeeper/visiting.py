"""How websites are visited: the settings under `websites:` of a policy, with what a run adds.

The probe's door is `probes.websites.look(programme, *, settings, progress, keep)`: it visits each
address of `wanted(programme, settings)` once, gives every `Visit` to `keep` as soon as it is made,
so that an interrupted run can still tell of those, and returns all of them; what the deadline left
out comes back with `Trouble.NOT_LOOKED`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rollkeeper.limits import ANSWER_SECONDS, CONNECT_SECONDS
from rollkeeper.model import Entry, Path, Programme
from rollkeeper.urls import Url, parse


@dataclass(frozen=True, slots=True)
class Visiting:
    """How one run visits the websites of a programme; times in seconds.

    `deadline` is for all visits together. `words` are looked for in every page, which makes its
    `mentions`. `only` limits the visits to these addresses, as written in the roll; None means all.
    """

    connect: float = CONNECT_SECONDS
    timeout: float = ANSWER_SECONDS
    deadline: float = 600.0
    at_once: int = 512
    proxy: bool = False
    roles: tuple[str, ...] = ("website",)
    words: tuple[str, ...] = ()
    only: frozenset[str] | None = None


def wanted(programme: Programme, settings: Visiting) -> Iterator[tuple[Entry, Path, str]]:
    """Give the addresses to visit with the entry and field in which each stands.

    Those of active entries only; what is no web address is left to the rules that judge addresses.
    """
    for entry in programme.entries:
        if not entry.active:
            continue
        for role in settings.roles:
            for path, text in entry.texts(role):
                allowed = settings.only is None or text in settings.only
                if allowed and isinstance(parse(text), Url):
                    yield entry, path, text
