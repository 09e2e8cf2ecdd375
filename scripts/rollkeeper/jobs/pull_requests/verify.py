"""Check a pull request, trusting nothing but GitHub and the default branch's own code."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, run
from rollkeeper.fixing.run import fix
from rollkeeper.forge import comments, pull_requests
from rollkeeper.forge.client import Repository
from rollkeeper.forge.comment_turns import RemoteThread, Turn
from rollkeeper.jobs.pull_requests.checkout import States, lay_out
from rollkeeper.jobs.pull_requests.head_files import EVERYTHING, FileChoice, Scope, choose_files
from rollkeeper.jobs.pull_requests.head_policies import HeadPolicies, in_use, read_head_policies
from rollkeeper.loading.clock import today_in
from rollkeeper.loading.community import POLICIES, load, read_policies
from rollkeeper.loading.git import revision
from rollkeeper.loading.head import Head, HeadRefusedError, Source, fetch_head
from rollkeeper.model.change import PullRequest
from rollkeeper.model.limits import MAX_PREVIEWS
from rollkeeper.model.policy import Policy
from rollkeeper.model.report import Report
from rollkeeper.model.verdict import UncheckedFile, UncheckedReason, Verdict
from rollkeeper.probes.logos.previews import Sheet, sheet
from rollkeeper.rules import catalogue

_DRAWABLE = 3 * MAX_PREVIEWS
"""Logos that are tried for the sheet of previews: some of them may not be drawn."""
_GONE = (
    "the roster is no longer a plain file at this path: it was removed, renamed or replaced by "
    "something else; restore it"
)


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it: the verdict, or None and a message why; and the logos, drawn."""

    verdict: Verdict | None
    message: str
    turn: Turn | None = None
    previews: Sheet | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The commit that is judged, and the commit of the base that it is compared with.

    `pull_request` is the one that proposes it, None in a merge queue. `may_write` finds out whether
    its author may write to the repository, and is asked only where a policy wants to know.
    """

    head: str
    base: str
    pull_request: PullRequest | None = None
    may_write: Callable[[], bool | None] = lambda: None


def verify(
    repository: Repository,
    origin: pull_requests.Origin,
    source: Source,
    options: Options,
    *,
    again: bool = False,
) -> Verification:
    """Check the open pull request whose head is the one that a run was for.

    `options.root` is the checkout of the default branch, and `source` where the head is fetched
    from. Two requests where our comment is already about these very commits, unless it is to be
    done `again`. Raises as `judge` does, and GithubException where GitHub refuses.
    """
    pull_request = pull_requests.find_pull_request(repository, origin)
    if pull_request is None:
        return Verification(None, "No open pull request has this commit as its head any more.")
    ours = comments.ours(RemoteThread(repository, pull_request.number).comments())
    tip = revision(options.root)
    if not again and ours:
        day = day_of(options, base_policies(options))
        if comments.is_current(ours[0][1], pull_request.head_sha, tip, day):
            return Verification(None, "The comment is already about these very commits.")
    author = pull_request.author
    target = Target(
        head=pull_request.head_sha,
        base=tip,
        pull_request=pull_request,
        may_write=lambda: pull_requests.may_write(repository, author),
    )
    verification = judge(target, source, options)
    turn = Turn(ours[0][0].id, ours[0][1].hold) if ours else None
    return replace(verification, turn=turn)


def base_policies(options: Options) -> tuple[Policy, ...]:
    """Read the policies of the base's checkout; none where it has no policy yet."""
    folder = options.policies or options.root / POLICIES
    if not any(folder.glob("*.yaml")):
        return ()
    return read_policies(options.root, catalogue(), policies=options.policies)


def day_of(options: Options, policies: Sequence[Policy]) -> int:
    """Return a number that rises when the day rises by which some programme is judged."""
    return sum((options.today or today_in(each)).toordinal() for each in policies)


def judge(target: Target, source: Source, options: Options) -> Verification:
    """Judge a commit by the policies of the base, or by its own where the base has none yet.

    `options.root` is a checkout of the base. Raises PolicyError where the base's policies cannot be
    used, and GitError where the commit cannot be fetched.
    """
    case = _Case(target, options, base_policies(options), revision(options.root))
    verdict = case.blank()
    largest = Scope(case.policies).largest
    try:
        with (
            fetch_head(
                options.root, source, target.head, since=target.base, largest=largest
            ) as head,
            tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder,
        ):
            return case.judge(head, Path(folder))
    except HeadRefusedError as error:
        verdict = replace(verdict, unchecked=(UncheckedFile(EVERYTHING, error.why),))
        return Verification(verdict, f"The commits cannot be read: {error}.")


@dataclass(frozen=True, slots=True)
class _Case:
    """What is judged, by which policies, and the commit that the base's checkout is at."""

    target: Target
    options: Options
    policies: Sequence[Policy]
    tip: str

    def blank(self) -> Verdict:
        """Return a verdict that has checked nothing, and so is no pass."""
        number = self.target.pull_request.number if self.target.pull_request else 0
        today = self.options.today or today_in(None)
        report = Report(today, programmes=(), findings=(), ran=(), skipped={})
        day = day_of(self.options, self.policies)
        return Verdict(number, self.target.head, self.tip, day, report)

    def judge(self, head: Head, folder: Path) -> Verification:
        """Judge a head; `folder` is an empty one to lay it out in."""
        changes = head.changes()
        own = HeadPolicies()
        if not self.policies or any(each.path.startswith(f"{POLICIES}/") for each in changes):
            own = read_head_policies(head, folder / "proposed")
        policies, findings = self.policies, own.findings
        if not policies:
            policies = own.policies
            findings = (*findings, *(in_use(each) for each in policies[:1]))
        scope = Scope(policies)
        choice = choose_files(head, changes, scope)
        blank = self.blank()
        verdict = replace(
            blank,
            day=day_of(self.options, policies),
            report=replace(blank.report, findings=findings),
            unchecked=choice.unchecked,
            outside=choice.outside,
            governing=choice.governing,
        )
        if policies:
            states = States(folder / "head", folder / "before", self.options.root, self.tip)
            lay_out(head, changes, choice, scope, states)
            verdict = self._verdict(verdict, head, policies, choice, states)
        logos = (path for path in choice.fetched if scope.is_logo(path))
        drawn = _previews(folder / "head", islice(logos, _DRAWABLE))
        verdict = replace(verdict, drawn=drawn.drawn if drawn else ())
        return Verification(verdict, f"Checked {self.target.head}.", previews=drawn)

    def _verdict(
        self,
        blank: Verdict,
        head: Head,
        policies: Sequence[Policy],
        choice: FileChoice,
        states: States,
    ) -> Verdict:
        """Return the verdict about what was laid out."""
        pull_request = self.target.pull_request
        if pull_request is not None and _wants_author(policies):
            pull_request = replace(pull_request, author_may_write=self.target.may_write())
        gone = [path for path, why in choice.refused.items() if why is UncheckedReason.GONE]
        options = replace(self.options, root=states.after)
        comparison = Comparison(states.before, pull_request, choice.files)
        community = load(states.after, policies, unread=dict.fromkeys(gone, _GONE))
        report = run(options, comparison, community=community)
        fixed = fix(options, comparison, checked=(community, report))
        return replace(
            blank,
            report=replace(report, findings=(*blank.report.findings, *report.findings)),
            suggestions=fixed.suggestions({path: head.lines(path) for path in fixed.rosters}),
        )


def _wants_author(policies: Sequence[Policy]) -> bool:
    """Return whether some policy asks whose entries a change touches."""
    settings = (each.rules.get("entry-not-yours") for each in policies)
    return any(each is not None and each.options.get("enabled") for each in settings)


def _previews(folder: Path, logos: Iterable[str]) -> Sheet | None:
    """Draw logos that were laid out."""
    files = {path: (folder / path).read_bytes() for path in logos}
    return sheet(files) if files else None
