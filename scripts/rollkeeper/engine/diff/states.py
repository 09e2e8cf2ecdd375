"""An earlier state of a community beside the one that is checked, and what changed between them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from rollkeeper.engine.diff.changes import fresh, understand
from rollkeeper.grammar.globs import is_glob, matches
from rollkeeper.loading.community import Community
from rollkeeper.loading.files import read_inside
from rollkeeper.loading.git import state_before
from rollkeeper.model.change import (
    Authorship,
    Change,
    PageChange,
    Proposal,
    PullRequest,
    TouchedFile,
    TouchedFiles,
)
from rollkeeper.model.limits import MAX_PUBLIC_PAGE_BYTES
from rollkeeper.model.logo_limits import MAX_LOGO_BYTES
from rollkeeper.model.policy import Policy
from rollkeeper.model.roster import Programme, Roster, WaiverComment
from rollkeeper.probes import Subjects


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a run compares with, and the pull request that proposes the change, if one does.

    `before` is a folder with the state before the change, in place of a revision of git's. `files`
    are those that the pull request touches; None where no one asked.
    """

    before: Path | None = None
    pull_request: PullRequest | None = None
    files: tuple[TouchedFile, ...] | None = None

    @property
    def paths(self) -> frozenset[str] | None:
        """The paths of the files that the pull request touches; None where no one asked."""
        return None if self.files is None else frozenset(file.path for file in self.files)


def older_state(
    root: Path, before: Path | None, since: str | None
) -> AbstractContextManager[Path | None]:
    """Provide the folder of the state before a change, None where there is nothing to compare with.

    It is `before` itself, or made from the history of `root` at the merge base with `since`.
    Entering raises UnknownRevisionError as `state_before` does.
    """
    if before is not None or since is None:
        return nullcontext(before)
    return state_before(root, since)


def changes(
    before: Community, after: Community, day: Callable[[Programme], date]
) -> dict[str, Change]:
    """Return by programme what a change does; left out where a roster cannot be read."""
    older = {programme.name: programme for programme in before.programmes}
    found = {}
    for programme in after.programmes:
        old = older.get(programme.name)
        if old is None or not all(map(_is_known, (old.roster, programme.roster))):
            continue
        change = understand(old, programme)
        marked = replace(
            programme,
            fresh=fresh(change),
            formerly=change.same,
            comments=reviewed(programme, old, change.same),
        )
        change = replace(change, after=marked)
        found[programme.name] = _with_pages(change, before.root, after.root, day(programme))
    return found


def _is_known(roster: Roster) -> bool:
    """Return whether all entries were read: one that was not is neither there nor removed."""
    return roster.data is not None and not roster.left_out


def reviewed(
    programme: Programme, old: Programme | None, formerly: Mapping[int, int]
) -> tuple[WaiverComment, ...]:
    """Return the waivers in comments, those marked that are not beside the same entry in `old`."""
    known = {
        (each.index, each.waiver.rule, each.waiver.until, each.waiver.reason)
        for each in (old.comments if old is not None else ())
        if each.waiver is not None
    }
    return tuple(
        replace(each, is_new=_asked_for(each, formerly) not in known) if each.waiver else each
        for each in programme.comments
    )


def _asked_for(comment: WaiverComment, formerly: Mapping[int, int]) -> tuple[object, ...]:
    index = formerly.get(comment.index) if comment.index is not None else None
    waiver = comment.waiver
    return (index, waiver.rule, waiver.until, waiver.reason) if waiver is not None else ()


def contents(root: Path) -> Callable[[str], str | None]:
    """Return what tells the contents of files below `root` apart; None for what cannot be read."""

    @cache
    def content(path: str) -> str | None:
        data, _ = read_inside(root, path, MAX_LOGO_BYTES)
        return None if data is None else hashlib.sha256(data).hexdigest()

    return content


def _with_pages(change: Change, before: Path, after: Path, today: date) -> Change:
    """Add the public pages that differ between both states, and what each is to be."""
    texts = (
        (page, _page(before, page.path), _page(after, page.path))
        for page in change.after.policy.pages
        if page.layout.kind != "data"
    )
    touched = [
        (page, old, new)
        for page, old, new in texts
        if old is not None and new is not None and old != new
    ]
    if not touched:
        return change
    # Few changes touch a page.
    from rollkeeper.engine.page_logos import page_logos  # noqa: PLC0415
    from rollkeeper.pages import page_text  # noqa: PLC0415

    images = page_logos(after, change.after).images
    pages = []
    for page, old, new in touched:
        write = partial(page_text, change.after, page, today=today, images=images)
        try:
            write(old)
        except ValueError:
            continue  # the page was broken before; `render` says so
        try:
            due = write(new)
        except ValueError:
            due = None
        pages.append(PageChange(page.path, old, new, due))
    return replace(change, pages=tuple(pages))


def _page(root: Path, path: str) -> str | None:
    data, _ = read_inside(root, path, MAX_PUBLIC_PAGE_BYTES)
    if data is None or len(data) > MAX_PUBLIC_PAGE_BYTES:
        return None
    return data.decode(errors="replace")


def _scope(programmes: Iterable[Programme], files: Collection[TouchedFile]) -> tuple[str, ...]:
    """Return the files and folders that belong to the rosters of a community.

    Of a roster of several files, those are named that a change touches.
    """
    paths: dict[str, None] = {}
    for policy in (programme.policy for programme in programmes):
        folders = (*filter(None, (policy.logos,)), *policy.plate_folders)
        pages = (page.path for page in policy.pages)
        own = (f"{folder.rstrip('/')}/" for folder in folders)
        paths |= dict.fromkeys((*_named(policy, files), *pages, *own))
    return tuple(paths)


def _named(policy: Policy, files: Collection[TouchedFile]) -> Iterable[str]:
    if not is_glob(policy.roster):
        return (policy.roster,)
    return tuple(file.path for file in files if matches(policy.roster, file.path))


def subjects(
    changes: Mapping[str, Change], programmes: Collection[Programme], comparison: Comparison
) -> dict[str, Subjects]:
    """Return by programme the subjects of rules about changes."""
    return {
        programme.name: {
            **_proposed(changes.get(programme.name), comparison.pull_request),
            TouchedFiles: _touched(programme, programmes, comparison.files),
        }
        for programme in programmes
    }


def _proposed(
    change: Change | None, proposed: PullRequest | None
) -> dict[type, Sequence[Any] | str]:
    """Return a change, and with it what is known of the pull request that proposes it."""
    if change is None:
        return dict.fromkeys((Change, Proposal, Authorship), "nothing to compare with")
    found: dict[type, Sequence[Any] | str] = {Change: (change,)}
    if proposed is None:
        return found | dict.fromkeys((Proposal, Authorship), "no pull request is known")
    may_write = proposed.author_may_write
    found[Proposal] = (Proposal(change, proposed),)
    found[Authorship] = (
        "it is not known whether the author may write to the repository"
        if may_write is None
        else (Authorship(change, proposed.author, proposed.author_id, may_write),)
    )
    return found


def _touched(
    programme: Programme,
    programmes: Collection[Programme],
    files: tuple[TouchedFile, ...] | None,
) -> Sequence[TouchedFiles] | str:
    if files is None:
        return "the files of a change are not known"
    own = TouchedFiles(programme, files, _scope((programme,), files))
    if not any(own.in_scope(file.path) for file in files):
        return "the change touches no file of the roster"
    rosters = {
        path: policy.limits["max_bytes"]
        for policy in (each.policy for each in programmes)
        for path in _named(policy, files)
    }
    return (TouchedFiles(programme, files, _scope(programmes, files), rosters),)
