"""Check a pull request, trusting nothing but GitHub and the default branch's own code."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, run
from rollkeeper.fixing.run import fix
from rollkeeper.forge import comments, contents, labels, pull_requests
from rollkeeper.forge.client import Repository
from rollkeeper.forge.comment_turns import RemoteThread, Turn
from rollkeeper.jobs.pull_requests.checkout import HeadFiles, lay_out
from rollkeeper.loading.clock import today_in
from rollkeeper.loading.community import POLICIES, load, read_policies
from rollkeeper.loading.git import revision
from rollkeeper.model.change import PullRequest
from rollkeeper.model.limits import MAX_API_REQUESTS
from rollkeeper.model.policy import Policy
from rollkeeper.model.verdict import Verdict
from rollkeeper.probes.logos.previews import Sheet, sheet
from rollkeeper.rules import catalogue

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it: the verdict, or None and a message why; and the logos, drawn."""

    verdict: Verdict | None
    message: str
    turn: Turn | None = None
    previews: Sheet | None = None


def verify(
    repository: Repository,
    origin: pull_requests.Origin,
    options: Options,
    *,
    again: bool = False,
) -> Verification:
    """Check the open pull request whose head is the one that a run was for.

    `options.root` is the checkout of the default branch. Two requests where our comment is already
    about these very commits, unless it is to be done `again`. Raises PolicyError as `run` does, and
    GithubException where GitHub refuses.
    """
    base = options.root
    pull_request = pull_requests.find_pull_request(repository, origin)
    if pull_request is None:
        return Verification(None, "No open pull request has this commit as its head any more.")
    there = RemoteThread(repository, pull_request.number).comments()
    ours = comments.ours(there)
    policies = read_policies(base, catalogue())
    tip, day = revision(base), _day(options, policies)
    if not again and ours and comments.is_current(ours[0][1], pull_request.head_sha, tip, day):
        return Verification(None, "The comment is already about these very commits.")
    head = contents.list_head(repository, tip, pull_request.head_sha)
    budget = _Budget(pull_request, len(there), wants_author=_wants_author(policies))
    choice = contents.choose_files(head, policies, budget.room)
    blobs = len({item.sha for item in choice.fetch})
    if budget.has_room_for_author(blobs):
        role = pull_requests.may_write(repository, pull_request.author)
        pull_request = replace(pull_request, author_may_write=role)
    fetched = contents.fetch_files(repository, choice.fetch)
    with tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder:
        proposed = HeadFiles(head, choice, fetched)
        after, before = Path(folder, "head"), Path(folder, "before")
        lay_out(after, before, base, policies, proposed)
        judged = replace(options, root=after, policies=base / POLICIES)
        community = load(after, policies)
        comparison = Comparison(before, pull_request, head.files)
        report = run(judged, comparison, community=community)
        fixed = fix(judged, comparison, checked=(community, report))
    logos = {path: data for path, data in fetched.items() if _is_logo(path, policies)}
    drawn = sheet(logos) if logos else None
    verdict = Verdict(
        number=pull_request.number,
        head=pull_request.head_sha,
        base=tip,
        day=day,
        report=report,
        unchecked=choice.unchecked,
        outside=choice.outside,
        suggestions=fixed.suggestions(head.lines),
        drawn=drawn.drawn if drawn else (),
    )
    if not budget.has_room_for_review(blobs, passed=verdict.passed):
        verdict = replace(verdict, suggestions=())
    turn = Turn(ours[0][0].id, ours[0][1].hold) if ours else None
    return Verification(verdict, f"Checked pull request {pull_request.number}.", turn, drawn)


@dataclass(frozen=True, slots=True)
class _Budget:
    """Requests for one pull request: those made, and those that are still to come.

    Made before the head is listed: the pull request and its comments. Still to come: two listings
    of the head; and for the comment the pull request and its comments again, a turn or a second
    listing, the comment itself, labels, and perhaps the author's role and a review.
    """

    pull_request: PullRequest
    comments: int
    wants_author: bool

    @property
    def _always(self) -> int:
        listing = max(1, -(-self.comments // _PAGE))
        return (1 + listing) + 2 + (1 + listing) + 2

    @property
    def _left(self) -> int:
        labelled = labels.label_change(passed=None, labels=self.pull_request.labels).remove
        return MAX_API_REQUESTS - self._always - (2 if labelled else 1)

    @property
    def room(self) -> int:
        """How many contents may be asked for: always two, more where there is room."""
        return max(2, self._left - self.wants_author)

    def has_room_for_author(self, blobs: int) -> bool:
        """Return whether to ask for the author's role, once the contents to fetch are known."""
        return self.wants_author and blobs < self._left

    def has_room_for_review(self, blobs: int, *, passed: bool) -> bool:
        """Return whether one request more can be made once the result is known."""
        change = labels.label_change(passed=passed, labels=self.pull_request.labels)
        used = self._always + blobs + self.has_room_for_author(blobs)
        return used + bool(change.add) + len(change.remove) < MAX_API_REQUESTS


def _wants_author(policies: Sequence[Policy]) -> bool:
    """Return whether some policy asks whose entries a change touches."""
    settings = (each.rules.get("entry-not-yours") for each in policies)
    return any(each is not None and each.options.get("enabled") for each in settings)


def _day(options: Options, policies: Sequence[Policy]) -> int:
    """Return a number that rises when the day rises by which some programme is judged."""
    return sum((options.today or today_in(each)).toordinal() for each in policies)


def _is_logo(path: str, policies: Sequence[Policy]) -> bool:
    folders: Mapping[str, None] = {each.logos.strip("/"): None for each in policies if each.logos}
    return path.rpartition("/")[0] in folders
