"""What can be fixed on the head of a pull request: fetched as data, fixed in memory."""

from __future__ import annotations

from github import Github

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options
from rollkeeper.fixing.patches import Patch, Repairs, edits
from rollkeeper.fixing.run import fix
from rollkeeper.forge import contents as heads
from rollkeeper.loading.community import load
from rollkeeper.model.limits import MAX_API_REQUESTS
from rollkeeper.rules import catalogue

_NOT_FETCHED = "a roster of it cannot be fetched: it is too large, or no plain file"


def repairs_of(  # noqa: PLR0913 - which commit, of which pull request, and by what it is judged
    client: Github, repository: str, number: int, *, base: str, head: str, options: Options
) -> Repairs:
    """Fix the rosters that a pull request touches, but nothing that was wrong before it.

    `options.root` is a checkout of `base`, the default branch: its policies judge. Raises
    GithubException where GitHub refuses, PolicyError as `fix` does.
    """
    policies = [each.policy for each in load(options.root, catalogue()).programmes]
    rosters = {each.roster for each in policies}
    state = heads.look(client, repository, base, head)
    choice = heads.choose(state, policies, MAX_API_REQUESTS)
    items = {item.path: item for item in choice.fetch if item.path in rosters}
    if any(each.path in rosters for each in choice.unchecked) or not state.whole:
        return Repairs(number, head, left_out=_NOT_FETCHED)
    texts = heads.fetch(client, repository, items.values())
    fixed = fix(options, Comparison(before=options.root), texts=texts)
    patches = tuple(
        Patch(path, item.sha, edits(texts[path].decode(), fixed.rosters[path].after))
        for path, item in items.items()
        if path in fixed.rosters
    )
    return Repairs(number, head, patches, fixed.suggestions(state.lines))
