"""An older state of a community beside the one that is checked, and what leads from it to this."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rollkeeper.engine.diff.changes import fresh, understand
from rollkeeper.loading.files import read_inside
from rollkeeper.loading.git import state_before
from rollkeeper.model.change import Change, Proposal, PullRequest, TouchedFile, TouchedFiles
from rollkeeper.model.limits import MAX_LOGO_BYTES, MAX_PUBLIC_PAGE_BYTES
from rollkeeper.model.roster import Programme

NOTHING = "nothing to compare with"


@contextmanager
def older_state(root: Path, before: Path | None, since: str | None) -> Iterator[Path | None]:
    """Return the folder of the state before a change, or None where there is nothing to compare with.

    It is `before` itself, or made from the history of `root` at the merge base with `since`.
    Raises UnknownRevisionError as `since.state_before` does.
    """
    if before is not None or since is None:
        yield before
        return
    with state_before(root, since) as folder:
        yield folder


def changes(before: Sequence[Programme], after: Sequence[Programme]) -> dict[str, Change]:
    """Say by programme what the change does; left out where a roster cannot be read."""
    older = {programme.name: programme for programme in before}
    found = {}
    for programme in after:
        old = older.get(programme.name)
        if old is None or old.roster.data is None or programme.roster.data is None:
            continue
        change = understand(old, programme)
        marked = replace(programme, fresh=fresh(change), formerly=change.same)
        found[programme.name] = replace(change, after=marked)
    return found


def contents(root: Path) -> Callable[[str], str | None]:
    """Return what tells the contents of files below `root` apart; None for what cannot be read."""

    @cache
    def content(path: str) -> str | None:
        data, _ = read_inside(root, path, MAX_LOGO_BYTES)
        return None if data is None else hashlib.sha256(data).hexdigest()

    return content


def with_pages(change: Change, before: Path, after: Path, today: date) -> Change:
    """Add the public page of both states, and what it is to be, where there is one in both."""
    page = change.after.policy.page
    if page is None:
        return change
    old, new = _page(before, page), _page(after, page)
    if old is None or new is None or old == new:
        return change
    from rollkeeper.pages import page_text  # noqa: PLC0415 - few changes touch a page

    try:
        page_text(change.after, old, today=today)
    except ValueError:
        return change  # the page was broken before; `render` says so
    try:
        due = page_text(change.after, new, today=today)
    except ValueError:
        due = None
    return replace(change, page_before=old, page_after=new, page_due=due)


def _page(root: Path, path: str) -> str | None:
    data, _ = read_inside(root, path, MAX_PUBLIC_PAGE_BYTES)
    if data is None or len(data) > MAX_PUBLIC_PAGE_BYTES:
        return None
    return data.decode(errors="replace")


def scope(programmes: Collection[Programme]) -> tuple[str, ...]:
    """Return the files and folders that belong to the rosters of a community."""
    policies = [programme.policy for programme in programmes]
    paths = [policy.roster for policy in policies]
    paths += [policy.page for policy in policies if policy.page]
    paths += [f"{policy.logos.rstrip('/')}/" for policy in policies if policy.logos]
    return tuple(dict.fromkeys(paths))


@dataclass(frozen=True, slots=True)
class PullRequestContext:
    """What is known of a pull request that proposes a change; None where nobody asked."""

    pull_request: PullRequest | None = None
    files: tuple[TouchedFile, ...] | None = None


def subjects(
    change: Change | None,
    programme: Programme,
    programmes: Collection[Programme],
    asked: PullRequestContext,
) -> tuple[dict[type, Sequence[Any]], dict[type, str]]:
    """Return the subjects of rules about changes to one of a community's programmes.

    The second mapping says why those are missing that there are not.
    """
    seen: dict[type, Sequence[Any]] = {}
    unseen: dict[type, str] = {}
    if change is None:
        unseen[Change] = unseen[Proposal] = NOTHING
    else:
        seen[Change] = (change,)
        if asked.pull_request is None:
            unseen[Proposal] = "no pull request is known"
        else:
            seen[Proposal] = (Proposal(change, asked.pull_request),)
    touched = _touched(programme, programmes, asked.files)
    if isinstance(touched, str):
        unseen[TouchedFiles] = touched
    else:
        seen[TouchedFiles] = (touched,)
    return seen, unseen


def _touched(
    programme: Programme,
    programmes: Collection[Programme],
    files: tuple[TouchedFile, ...] | None,
) -> TouchedFiles | str:
    if files is None:
        return "the files of a change are not known"
    own = TouchedFiles(programme, files, scope((programme,)))
    if not any(own.in_scope(file.path) for file in files):
        return "the change touches no file of the roster"
    rosters = {each.roster.path: each.policy.limits["max_bytes"] for each in programmes}
    return TouchedFiles(programme, files, scope(programmes), rosters)
