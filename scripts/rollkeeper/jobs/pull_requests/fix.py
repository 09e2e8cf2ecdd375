"""Fix what can be fixed at the head of a pull request: fetched as data, fixed in memory."""

from __future__ import annotations

from dataclasses import replace

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options
from rollkeeper.fixing.patches import LeftOutReason, Patch, Repairs, edits
from rollkeeper.fixing.run import fix
from rollkeeper.jobs.pull_requests.head_files import Scope, choose_files
from rollkeeper.loading.community import read_policies
from rollkeeper.loading.git import revision
from rollkeeper.loading.head import HeadRefusedError, Source, fetch_head
from rollkeeper.rules import catalogue


def repairs_of(source: Source, number: int, head: str, options: Options) -> Repairs:
    """Fix the rosters that a pull request touches, except what was wrong before it.

    `options.root` is a checkout of the default branch: its policies judge. Raises GitError where
    the head cannot be fetched, PolicyError as `fix` does.
    """
    base = revision(options.root)
    scope = Scope(read_policies(options.root, catalogue(), policies=options.policies))
    try:
        with fetch_head(options.root, source, head, since=base, largest=scope.largest) as fetched:
            changes = [each for each in fetched.changes() if scope.is_roster(each.path)]
            choice = choose_files(fetched, changes, scope)
            if any(scope.is_roster(path) for path in choice.refused):
                return Repairs(number, head, left_out=LeftOutReason.NOT_FETCHED)
            contents = dict(fetched.contents(choice.sizes))
            texts = {path: contents[item.oid] for path, item in choice.fetched.items()}
            gone = (each.path for each in changes if each.after is None)
            there = {**dict.fromkeys(gone), **texts}
            fixed = fix(options, Comparison(before=options.root), texts=there)
            patches = tuple(
                Patch(
                    fetched.whole(path),
                    item.oid,
                    edits(texts[path].decode(), fixed.rosters[path].after),
                )
                for path, item in choice.fetched.items()
                if path in fixed.rosters
            )
            suggested = tuple(
                replace(each, path=fetched.whole(each.path))
                for each in fixed.suggestions(fetched.lines_of(fixed.rosters))
            )
    except HeadRefusedError:
        return Repairs(number, head, left_out=LeftOutReason.UNREADABLE)
    return Repairs(number, head, patches, suggested)
