"""One run, from a folder to a report: load, look, judge."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rollkeeper.engine.diff.baseline import already_there
from rollkeeper.engine.diff.changes import sentences
from rollkeeper.engine.diff.states import (
    PullRequestContext,
    changes,
    contents,
    older_state,
    subjects,
    with_pages,
)
from rollkeeper.engine.judging import OwnRules, ProgrammeCase, judge
from rollkeeper.engine.requirements import evaluating as requirements
from rollkeeper.engine.visit_plan import (
    Plan,
    broken_off,
    could_not_look,
    looked_at,
    notes,
    plan,
    with_notes,
)
from rollkeeper.loading.community import Community, load
from rollkeeper.loading.files import read_inside
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.loading.policy.sections import ConfigError
from rollkeeper.model.change import Change, PullRequest, TouchedFile
from rollkeeper.model.logo import Logo, LogoFolder
from rollkeeper.model.policy import Policy, Requirement, Severity
from rollkeeper.model.report import Finding, Problem, Report
from rollkeeper.model.roster import Programme
from rollkeeper.model.visit import Visit
from rollkeeper.rules import catalogue

FAIL_ON = ("error", "warning", "never")
MAX_QUOTED_BYTES = 512 * 1024
"""Files larger than this are not quoted in reports."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


class Status:
    """Exit statuses: the names that workflows rely on."""

    CLEAN = 0
    FINDINGS = 1
    WRONG_USE = 2
    BROKEN = 3
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Options:
    """What one run looks at."""

    root: Path
    policies: Path | None = None
    programmes: tuple[str, ...] = ()
    families: Collection[str] = ()
    today: date | None = None
    offline: bool = True
    since: str | None = None
    before: Path | None = None
    """A folder with the state before the change, in place of a revision of git's."""
    pull_request: PullRequest | None = None
    files: tuple[TouchedFile, ...] | None = None
    """The files that the pull request touches; None where nobody asked."""
    logos_in_question: frozenset[str] | None = None
    """Paths of the logos to look into; None for all. The others are only told apart."""
    earlier: bool = False
    """Whether `root` is an older state of the community, kept only to compare with."""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """Rosters, by path, that stand in for those in the folder."""
    github_token: str | None = field(default=None, repr=False)
    """For questions to GitHub about the accounts and repositories that entries link to."""


def run(options: Options, *, progress: Progress | None = None) -> Report:
    """Check a community and report.

    Whoever breaks off the visits to websites gets a report of what was seen until then.
    Raises PolicyError when a policy, a schema or a requirement cannot be used, and
    UnknownRevisionError when there is nothing to compare with.
    """
    with older_state(options.root, options.before, options.since) as older:
        return _run(options, older, progress)


def _run(options: Options, older: Path | None, progress: Progress | None) -> Report:
    community = _load(options)
    own_rules = _own_rules(community)
    before = _before(options, older, own_rules) if older is not None else None
    if before is not None:
        community = before.marked(community, options)
    seen = _look_at_websites(options, community, before, progress)
    cases = [
        _case(options, programme, seen, before, community, progress)
        for programme in community.programmes
    ]
    report = judge(cases, catalogue(), own_rules=own_rules, families=options.families)
    if before is not None:
        report = before.told(report, options)
    report = replace(report, incomplete=seen.incomplete, interrupted=seen.interrupted)
    quoted = {**report.texts, **_quoted(community, report.findings)}
    return with_notes(replace(report, texts=quoted), seen.notes)


def exit_status(report: Report, fail_on: str = "error") -> int:
    """Return how a run ends: 0 nothing at or above the threshold, 1 findings, 3 could not look."""
    if report.interrupted:
        return Status.INTERRUPTED
    if not report.programmes or not report.ran or report.incomplete is not None:
        return Status.BROKEN
    threshold = {"error": Severity.ERROR.rank, "warning": Severity.WARNING.rank, "never": -1}
    failing = any(
        finding.counts and finding.severity.rank <= threshold[fail_on]
        for finding in report.findings
    )
    return Status.FINDINGS if failing else Status.CLEAN


def today_in(policy: Policy) -> date:
    """Return which day it is for a programme, in its own time zone."""
    return datetime.now(tz=UTC).astimezone(ZoneInfo(policy.timezone)).date()


def _today(options: Options, programme: Programme) -> date:
    return options.today or today_in(programme.policy)


@dataclass(frozen=True, slots=True)
class _Before:
    """What an earlier state of the community was like, and what leads from it to this one."""

    root: Path
    community: Community
    report: Report
    changes: dict[str, Change] = field(default_factory=dict)

    @property
    def addresses(self) -> frozenset[str]:
        """Return the web addresses that were on the rosters."""
        then = plan(self.community.programmes)
        return frozenset(then.by_form).union(*(each.addresses for each in then.rounds))

    def marked(self, community: Community, options: Options) -> Community:
        """Compare with the state after the change, and mark in it what the change brings in."""
        for name, change in changes(self.community.programmes, community.programmes).items():
            today = _today(options, change.after)
            self.changes[name] = with_pages(change, self.root, options.root, today)
        marked = (
            self.changes[programme.name].after if programme.name in self.changes else programme
            for programme in community.programmes
        )
        return replace(community, programmes=tuple(marked))

    def told(self, report: Report, options: Options) -> Report:
        """Mark in a report what was there before, and say what the change does."""
        files = (contents(self.root), contents(options.root))
        said = {
            name: sentences(change, _today(options, change.after))
            for name, change in self.changes.items()
        }
        return replace(already_there(report, self.report, self.changes, files), changes=said)


def _before(options: Options, root: Path, own_rules: OwnRules) -> _Before:
    """Judge the state before a change, by the policies of now; nothing is visited for it."""
    policies = options.policies or options.root / "policies"
    then = replace(options, root=root, policies=policies, offline=True, earlier=True, texts={})
    community = _load(then)
    blind = _Websites(unseen="offline")
    cases = [_case(then, each, blind, None, community, None) for each in community.programmes]
    report = judge(cases, catalogue(), own_rules=own_rules, families=options.families)
    return _Before(root, community, report)


def _load(options: Options) -> Community:
    return load(
        options.root,
        catalogue(),
        policies=options.policies,
        names=options.programmes,
        earlier=options.earlier,
        texts=options.texts,
    )


def _own_rules(community: Community) -> OwnRules:
    """Compile every programme's requirements; raise PolicyError where one does not compile."""
    compiled: dict[str, Any] = {}
    errors: list[ConfigError] = []
    for programme in community.programmes:
        own = programme.policy.requirements
        result = requirements.compile_all(own)
        compiled[programme.name] = result
        errors.extend(ConfigError(r.path, r.place, message) for r, message in result.errors)
    if errors:
        raise PolicyError(tuple(errors))

    def check(programme: Programme, today: date) -> Iterator[tuple[Requirement, Problem]]:
        return requirements.check(programme, compiled[programme.name], today)

    return check


def _case(  # noqa: PLR0913, PLR0917 - all that one programme is judged by
    options: Options,
    programme: Programme,
    websites: _Websites,
    before: _Before | None,
    community: Community,
    progress: Progress | None,
) -> ProgrammeCase:
    change = before.changes.get(programme.name) if before is not None else None
    asked = (
        PullRequestContext()
        if options.earlier
        else PullRequestContext(options.pull_request, options.files)
    )
    seen, unseen = subjects(change, programme, community.programmes, asked)
    if _wanted(options.families, "logo"):
        _look_at_logos(options, programme, seen, unseen, progress)
    else:
        unseen[Logo] = unseen[LogoFolder] = "logos were not asked for"
    if websites.unseen is not None:
        unseen[Visit] = websites.unseen
    elif visits := websites.visits[programme.name]:
        seen[Visit] = visits
    else:
        unseen[Visit] = f"no website of {programme.name} was to be visited"
    return ProgrammeCase(programme, _today(options, programme), seen, unseen)


def _wanted(families: Collection[str], start: str) -> bool:
    return not families or any(family.startswith(start) for family in families)


def _look_at_logos(
    options: Options,
    programme: Programme,
    seen: dict[type, Sequence[Any]],
    unseen: dict[type, str],
    progress: Progress | None,
) -> None:
    from rollkeeper.probes.logos import folder as logos

    if programme.policy.logos is None:
        unseen[Logo] = unseen[LogoFolder] = f"the policy of {programme.name} names no logo folder"
        return
    if progress:
        progress(f"logos of {programme.name}", 0, len(programme.entries))
    folder = logos.look(options.root, programme, only=options.logos_in_question)
    seen[LogoFolder] = (folder,)
    seen[Logo] = folder.logos


@dataclass(slots=True)
class _Websites:
    """What was seen of the websites of all programmes, or why nothing was."""

    visits: dict[str, tuple[Visit, ...]] = field(default_factory=dict)
    unseen: str | None = None
    notes: str | None = None
    incomplete: str | None = None
    interrupted: bool = False


def _look_at_websites(
    options: Options, community: Community, before: _Before | None, progress: Progress | None
) -> _Websites:
    if options.offline:
        return _Websites(unseen="offline")
    if not _wanted(options.families, "websites"):
        return _Websites(unseen="websites were not asked for")
    the_plan = plan(community.programmes, before.addresses if before else None)
    if before is not None and not any(each.addresses for each in the_plan.rounds):
        return _Websites(unseen="the change brings in no website", notes=notes(the_plan, ()))
    seen = _Websites()
    _visit(the_plan, options, seen, progress)
    made = [visit for visits in seen.visits.values() for visit in visits]
    if seen.interrupted:
        seen.incomplete = broken_off(the_plan, made)
    blind = could_not_look(made)
    if blind is not None:
        seen.unseen = blind
        seen.incomplete = seen.incomplete or blind
    seen.notes = notes(the_plan, made)
    seen.visits = {name: looked_at(visits) for name, visits in seen.visits.items()}
    return seen


def _visit(the_plan: Plan, options: Options, seen: _Websites, progress: Progress | None) -> None:
    """Visit the websites of each programme in turn; whoever breaks it off keeps what was seen."""
    from rollkeeper.probes.web import websites

    started = time.monotonic()
    for each in the_plan.rounds:
        name = each.programme.name
        if seen.interrupted or not each.addresses:
            seen.visits[name] = ()
            continue
        ours = each.settings
        settings = websites.WebSettings(
            connect_seconds=ours.connect,
            total_seconds=ours.timeout,
            run_seconds=max(0.0, ours.deadline - (time.monotonic() - started)),
            at_once=ours.at_once,
            mentions=ours.words,
            github_token=options.github_token,
        )
        try:
            seen.visits[name] = websites.look(
                each.programme,
                progress=progress,
                settings=settings,
                urls=each.addresses,
                roles=ours.roles,
            )
        except websites.VisitsInterruptedError as interrupted:
            seen.visits[name] = interrupted.visits
            seen.interrupted = True


def _quoted(community: Community, findings: Sequence[Finding]) -> Mapping[str, str]:
    """Read the files other than rosters that findings point into, so that lines can be quoted."""
    rosters = {programme.roster.path for programme in community.programmes}
    texts: dict[str, str] = {}
    for path in {finding.path for finding in findings} - rosters:
        data, _ = read_inside(community.root, path, MAX_QUOTED_BYTES)
        if data is not None and len(data) <= MAX_QUOTED_BYTES and b"\x00" not in data:
            texts[path] = data.decode(errors="replace")
    return texts
