"""Fix what can be fixed at the head of a pull request: fetched as data, fixed in memory."""

from __future__ import annotations

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options
from rollkeeper.fixing.patches import Patch, Repairs, edits
from rollkeeper.fixing.run import fix
from rollkeeper.forge import contents
from rollkeeper.forge.client import Repository
from rollkeeper.loading.community import read_policies
from rollkeeper.model.limits import MAX_API_REQUESTS
from rollkeeper.rules import catalogue

_NOT_FETCHED = "a roster cannot be fetched because it is too large or not a plain file"


def repairs_of(
    repository: Repository, number: int, *, base: str, head: str, options: Options
) -> Repairs:
    """Fix the rosters that a pull request touches, except what was wrong before it.

    `options.root` is a checkout of `base`, the default branch: its policies judge. Raises
    GithubException where GitHub refuses, PolicyError as `fix` does.
    """
    policies = read_policies(options.root, catalogue())
    rosters = {each.roster for each in policies}
    state = contents.list_head(repository, base, head)
    choice = contents.choose_files(state, policies, MAX_API_REQUESTS)
    items = {item.path: item for item in choice.fetch if item.path in rosters}
    if any(each.path in rosters for each in choice.unchecked) or not state.whole:
        return Repairs(number, head, left_out=_NOT_FETCHED)
    texts = contents.fetch_files(repository, items.values())
    fixed = fix(options, Comparison(before=options.root), texts=texts)
    patches = tuple(
        Patch(path, item.sha, edits(texts[path].decode(), fixed.rosters[path].after))
        for path, item in items.items()
        if path in fixed.rosters
    )
    return Repairs(number, head, patches, fixed.suggestions(state.lines))
