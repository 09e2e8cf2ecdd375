"""The pull requests from a branch of the bot's own, and what is to become of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from rollkeeper.forge.bot import BOT
from rollkeeper.forge.client import Repository, name_of, request
from rollkeeper.forge.items import Item, item_of
from rollkeeper.grammar.bodies import digest_of
from rollkeeper.model.history import Refusal

WITHDRAWN = digest_of("")
"""The fingerprint in a pull request that we closed ourselves, so that it is no one's refusal."""
_PAGE = 100


class ProposalAction(StrEnum):
    """What happens to a proposal of ours."""

    NOTHING = "needed no pull request"
    OPEN = "opened"
    UPDATE = "updated"
    LEAVE = "left as it is"
    CLOSE = "closed"
    REFUSED = "not proposed again: a person closed it"
    FORBIDDEN = "not opened: GitHub does not let workflows create pull requests here"


@dataclass(frozen=True, slots=True)
class BotPullRequests:
    """The pull requests from one branch: the open one, and those that were closed unmerged."""

    open: Item | None
    closed: tuple[Item, ...]

    def refusal(self, digest: str) -> Refusal | None:
        """Return how a person refused the very same change; None where no one did."""
        for each in self.closed:
            if each.marker.digest == digest:
                return Refusal(each.number, digest)
        return None


def sorted_out(items: Iterable[Item]) -> BotPullRequests:
    """Sort the pull requests from one branch; what was merged is history."""
    newest = sorted(items, key=lambda each: -each.number)
    return BotPullRequests(
        open=next((each for each in newest if each.is_open), None),
        closed=tuple(each for each in newest if not each.is_open and not each.merged),
    )


def bot_pull_requests(
    repository: Repository, branch: str, base: str, kind: str, bot: str = BOT
) -> BotPullRequests:
    """List the bot's pull requests from a branch of this repository into another, of one kind."""
    owner = name_of(repository).partition("/")[0]
    head = quote(f"{owner}:{branch}", safe=":/")
    path = f"pulls?state=all&head={head}&base={quote(base, safe='/')}&per_page={_PAGE}"
    # PyGithub's objects ask for more of each pull request than this list has.
    _, listed = request(repository, "GET", path)
    items: Sequence[Item | None] = [item_of({**each, "pull_request": each}, bot) for each in listed]
    return sorted_out(each for each in items if each is not None and each.marker.kind == kind)
