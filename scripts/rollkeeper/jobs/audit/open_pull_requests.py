"""The seats that open pull requests would fill: two can each be in order and together too many.

A pull request is read as the report on it reads it: git fetches its commit as data, in bounds, and
nothing of it is checked out or run. Only numbers and days are kept of what it says.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from subprocess import SubprocessError

from rollkeeper.engine.run import Options
from rollkeeper.forge.client import Repository, trouble_of
from rollkeeper.forge.pull_requests import OpenPullRequest, open_pull_requests
from rollkeeper.grammar.names import key
from rollkeeper.grammar.wording import listed
from rollkeeper.jobs.pull_requests.checkout import States, lay_out
from rollkeeper.jobs.pull_requests.head_files import Scope, choose_files
from rollkeeper.loading.community import Community, load
from rollkeeper.loading.git import GitError, revision
from rollkeeper.loading.head import Head, HeadRefusedError, Source, fetch_head
from rollkeeper.model.limits import MAX_OPEN_HEADS, OPEN_HEADS_SECONDS
from rollkeeper.model.policy import Policy
from rollkeeper.model.roster import PendingSeats, Programme, Span
from rollkeeper.rules.tenures import stays

ABOUT = "open pull requests"
"""Under which name a report says what was not counted."""
_RULE = "seats-overbooked"
Pending = Mapping[str, PendingSeats]
"""By the name of a programme what one pull request would do to its seats."""


def with_open_pull_requests(
    community: Community, options: Options, repository: Repository, source: Source
) -> Community:
    """Return the community with the seats that open pull requests would fill.

    Nothing is asked where no policy has a number of seats. One request lists the pull requests.
    Whatever goes wrong with one of them never fails an audit: it is named as not counted.
    """
    policies = [each.policy for each in community.programmes if _counts_seats(each.policy)]
    if not policies:
        return community
    listing: list[tuple[tuple[OpenPullRequest, ...], bool]] = []
    trouble = trouble_of(lambda: listing.append(open_pull_requests(repository)))
    if trouble is not None:
        return _noted(community, f"not counted: {trouble}")
    ((requests, are_more),) = listing
    found, unread = _read(requests, options, source, policies)
    notes = [f"not counted: {listed(f'#{number}' for number in unread)}"] if unread else []
    notes += ["there are more than were asked for"] if are_more else []
    counted = tuple(_with_pending(each, found) for each in community.programmes)
    return _noted(replace(community, programmes=counted), "; ".join(notes))


def _counts_seats(policy: Policy) -> bool:
    setting = policy.rules.get(_RULE)
    return setting is not None and setting.enabled and setting.options.get("seats") is not None


def _noted(community: Community, note: str) -> Community:
    return replace(community, notes={**community.notes, ABOUT: note}) if note else community


def _with_pending(programme: Programme, found: Sequence[Pending]) -> Programme:
    pending = (each.get(programme.name) for each in found)
    return replace(programme, pending=tuple(each for each in pending if each is not None))


def _read(
    requests: Sequence[OpenPullRequest],
    options: Options,
    source: Source,
    policies: Sequence[Policy],
    clock: Callable[[], float] = time.monotonic,
) -> tuple[list[Pending], list[int]]:
    """Return what each pull request would do to the seats, and the numbers of those not read."""
    # Only rosters are read, and only their terms are of interest.
    bare = [replace(each, schema={}, logos=None, pages=(), members=None) for each in policies]
    unread = [each.number for each in requests[MAX_OPEN_HEADS:]]
    found: list[Pending] = []
    try:
        tip = revision(options.root)
    except (OSError, SubprocessError):
        return [], [each.number for each in requests]
    end = clock() + OPEN_HEADS_SECONDS
    for request in requests[:MAX_OPEN_HEADS]:
        pending = None
        if clock() < end:
            pending = _of_request(request, options, source, bare, tip)
        if pending is None:
            unread.append(request.number)
        else:
            found.append(pending)
    return found, sorted(unread)


def _of_request(
    request: OpenPullRequest,
    options: Options,
    source: Source,
    policies: Sequence[Policy],
    tip: str,
) -> Pending | None:
    """Return what one pull request would do to the seats; None where it cannot be read."""
    largest = Scope(policies).largest
    try:
        with (
            fetch_head(options.root, source, request.head, since=tip, largest=largest) as head,
            tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder,
        ):
            states = States(Path(folder, "head"), Path(folder, "before"), options.root, tip)
            return _of_head(head, request.number, policies, states)
    except (HeadRefusedError, GitError):
        return None


def _of_head(head: Head, number: int, policies: Sequence[Policy], states: States) -> Pending | None:
    changes = head.changes()
    touched = [
        each for each in policies if any(map(Scope([each]).is_roster, (c.path for c in changes)))
    ]
    if not touched:
        return {}
    scope = Scope(touched)
    choice = choose_files(head, changes, scope)
    if any(scope.is_roster(path) for path in choice.refused):
        return None
    lay_out(head, changes, choice, scope, states)
    before, after = (
        load(root, touched, earlier=True).programmes for root in (states.before, states.after)
    )
    if any(each.roster.unread is not None for each in chain(before, after)):
        return None
    pairs = zip(before, after, strict=True)
    return {new.name: _difference(number, old, new) for old, new in pairs}


def _difference(number: int, before: Programme, after: Programme) -> PendingSeats:
    older, newer = Counter(_held(before)), Counter(_held(after))
    filled, freed = ((newer - older).elements(), (older - newer).elements())
    return PendingSeats(number, tuple(span for _, span in filled), tuple(span for _, span in freed))


def _held(programme: Programme) -> Iterator[tuple[str, Span]]:
    return ((key(stay.entry.name), Span(stay.start, stay.end)) for stay in stays(programme))
