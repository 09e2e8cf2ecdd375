"""Check a pull request, trusting nothing but GitHub and the default branch's own code."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, run
from rollkeeper.fixing.run import fix
from rollkeeper.forge.actions import Actions
from rollkeeper.jobs.pull_requests.approvals import revoked
from rollkeeper.jobs.pull_requests.checkout import States, lay_out
from rollkeeper.jobs.pull_requests.head_files import (
    EVERYTHING,
    FileChoice,
    Scope,
    choose_files,
    governing_files,
)
from rollkeeper.jobs.pull_requests.head_policies import HeadPolicies, in_use, read_head_policies
from rollkeeper.jobs.pull_requests.judges import base_policies, day_of
from rollkeeper.jobs.pull_requests.target import Target
from rollkeeper.loading.clock import today_in
from rollkeeper.loading.community import POLICIES, load
from rollkeeper.loading.git import revision
from rollkeeper.loading.head import Head, HeadRefusedError, Source, fetch_head
from rollkeeper.loading.roster_files import list_files
from rollkeeper.model.logo_limits import MAX_PREVIEWS
from rollkeeper.model.policy import Policy
from rollkeeper.model.report import Report
from rollkeeper.model.verdict import UncheckedFile, UncheckedReason, Verdict
from rollkeeper.probes.logos.previews import Sheet, sheet

_DRAWABLE = 3 * MAX_PREVIEWS
"""Logos that are tried for the sheet of previews: some of them may not be drawn."""
_GONE = (
    "the roster is no longer a plain file at this path: it was removed, renamed or replaced by "
    "something else; restore it"
)


_NONE_LEFT = "the roster has no file any more: restore those that were removed"


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it: the verdict and a message; and the logos, drawn."""

    verdict: Verdict
    message: str
    previews: Sheet | None = None


def verify(
    target: Target,
    source: Source | None,
    options: Options,
    may_write: Callable[[], bool | None] = lambda: None,
) -> Verification:
    """Judge a commit by the policies of the base, or by its own where the base has none yet.

    `options.root` is a checkout of the base, and `source` where the commit is fetched from; without
    one it was made in that checkout.
    `may_write` finds out whether the author of the pull request may write to the repository, and is
    asked only where a policy wants to know. Raises PolicyError where the base's policies cannot be
    used, and GitError where the commit cannot be fetched.
    """
    policies = base_policies(options.root, options.policies)
    case = _Case(target, options, policies, revision(options.root), may_write)
    verdict = case.blank()
    largest = Scope(case.policies).largest
    try:
        with (
            fetch_head(
                options.root, source, target.head, since=target.base or case.tip, largest=largest
            ) as head,
            tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder,
        ):
            return case.judge(head, Path(folder))
    except HeadRefusedError as error:
        verdict = replace(verdict, unchecked=(UncheckedFile(EVERYTHING, error.why),))
        return Verification(verdict, f"The commits cannot be read: {error}.")


def _policies_path(options: Options) -> str:
    """Return where the policies are, from the community's folder."""
    if options.policies is None:
        return POLICIES
    return Path(os.path.relpath(options.policies, options.root)).as_posix()


def author_may_write(actions: Actions, target: Target) -> bool | None:
    """Ask GitHub whether the author of the pull request may write; None where that is not known."""
    # Few policies ask, and the client is a third of what this job imports.
    from rollkeeper.forge.client import connect  # noqa: PLC0415
    from rollkeeper.forge.pull_requests import may_write  # noqa: PLC0415

    author = target.pull_request.author if target.pull_request else ""
    with connect(actions.token, actions.api_url, actions.repository) as repository:
        return may_write(repository, author)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is judged, by which policies, and the commit that the base's checkout is at."""

    target: Target
    options: Options
    policies: Sequence[Policy]
    tip: str
    may_write: Callable[[], bool | None]

    def blank(self) -> Verdict:
        """Return a verdict that has checked nothing, and so is no pass."""
        today = self.options.today or today_in(None)
        report = Report(today, programmes=(), findings=(), ran=(), skipped={})
        day = day_of(self.policies, self.options.today)
        return Verdict(self.target.number, self.target.head, self.tip, day, report)

    def judge(self, head: Head, folder: Path) -> Verification:
        """Judge a head; `folder` is an empty one to lay it out in."""
        changes = head.changes()
        own = HeadPolicies()
        path = _policies_path(self.options)
        if not self.policies or any(each.path.startswith(f"{path}/") for each in changes):
            own = read_head_policies(head, path, folder / "proposed")
        policies, findings = self.policies, own.findings
        if not policies:
            policies = own.policies
            findings = (*findings, *(in_use(each) for each in policies[:1]))
        scope = Scope(policies)
        choice = choose_files(head, changes, scope)
        governing, more_governing = governing_files(head, changes, path)
        blank = self.blank()
        verdict = replace(
            blank,
            day=day_of(policies, self.options.today),
            report=replace(blank.report, findings=findings),
            unchecked=choice.unchecked,
            outside=choice.outside,
            governing=governing,
            more_governing=more_governing,
            touched=len(choice.files) > choice.outside or bool(choice.refused),
        )
        if policies:
            states = States(folder / "head", folder / "before", self.options.root, self.tip)
            lay_out(head, changes, choice, scope, states)
            verdict = self._verdict(verdict, head, policies, choice, states)
        logos = (path for path in choice.fetched if scope.is_logo(path))
        drawn = _previews(folder / "head", islice(logos, _DRAWABLE))
        verdict = replace(verdict, drawn=drawn.drawn if drawn else ())
        if head.prefix:
            verdict = _from_top(verdict, head)
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
            pull_request = replace(pull_request, author_may_write=self.may_write())
        gone = [path for path, why in choice.refused.items() if why is UncheckedReason.GONE]
        unread = dict.fromkeys(gone, _GONE) | _none_left(Scope(policies), states)
        options = replace(self.options, root=states.after)
        comparison = Comparison(states.before, pull_request, choice.files)
        community = load(states.after, policies, unread=unread)
        report = run(options, comparison, community=community)
        fixed = fix(options, comparison, checked=(community, report))
        return replace(
            blank,
            report=replace(report, findings=(*blank.report.findings, *report.findings)),
            revoked=revoked(report, self.target.approvals),
            suggestions=fixed.suggestions(head.lines_of(fixed.rosters)),
        )


def _none_left(scope: Scope, states: States) -> dict[str, str]:
    """Return the reason why a roster of several files has none, by its pattern."""
    found = {pattern: list_files(states.after, pattern) for pattern in scope.patterns}
    return {
        pattern: _NONE_LEFT
        for pattern, listing in found.items()
        if not listing.paths and not listing.refused
    }


def _wants_author(policies: Sequence[Policy]) -> bool:
    """Return whether some policy asks whose entries a change touches."""
    settings = (each.rules.get("entry-not-yours") for each in policies)
    return any(each is not None and each.options.get("enabled") for each in settings)


def _from_top(verdict: Verdict, head: Head) -> Verdict:
    """Return a verdict whose paths begin at the top of the repository, as GitHub has them."""
    report = verdict.report
    findings = tuple(replace(each, path=head.whole(each.path)) for each in report.findings)
    texts = {head.whole(path): text for path, text in report.texts.items()}
    return replace(
        verdict,
        report=replace(report, findings=findings, texts=texts),
        unchecked=tuple(
            each if each.path == EVERYTHING else replace(each, path=head.whole(each.path))
            for each in verdict.unchecked
        ),
        suggestions=tuple(
            replace(each, path=head.whole(each.path)) for each in verdict.suggestions
        ),
        drawn=tuple(map(head.whole, verdict.drawn)),
        governing=tuple(map(head.whole, verdict.governing)),
    )


def _previews(folder: Path, logos: Iterable[str]) -> Sheet | None:
    """Draw logos that were laid out."""
    files = {path: (folder / path).read_bytes() for path in logos}
    return sheet(files) if files else None
