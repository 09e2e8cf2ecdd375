"""One run, from a folder to a report: load, probe, judge."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rollkeeper.engine.diff.baseline import Baseline
from rollkeeper.engine.diff.changes import sentences
from rollkeeper.engine.diff.states import (
    Comparison,
    changes,
    contents,
    older_state,
    reviewed,
    subjects,
)
from rollkeeper.engine.families import REQUIREMENTS, chosen, rules_of
from rollkeeper.engine.judging import OwnRules, ProgrammeCase, RunTally, findings_of, judge
from rollkeeper.engine.own_network import withhold_visits
from rollkeeper.engine.requirements import compiling, problems
from rollkeeper.engine.requirements.evaluating import Budget, Surroundings
from rollkeeper.loading.clock import today_in
from rollkeeper.loading.community import Community, load, read_policies
from rollkeeper.loading.files import read_inside
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.loading.policy.sections import ConfigError, unknown
from rollkeeper.model.change import Change
from rollkeeper.model.github_api import ApiConnection
from rollkeeper.model.limits import MAX_FINDINGS
from rollkeeper.model.observations import Observations
from rollkeeper.model.policy import Requirement, Severity, WaiverUse
from rollkeeper.model.report import Finding, Problem, Report
from rollkeeper.model.roster import Programme
from rollkeeper.model.rule import Catalogue
from rollkeeper.model.status import Status
from rollkeeper.probes import Probe, ProbeRequest, ProbeResult, Progress, Subjects, probes
from rollkeeper.rules import catalogue

if TYPE_CHECKING:  # only the nightly audit has one
    from rollkeeper.engine.history import Ledger

MAX_QUOTED_BYTES = 512 * 1024
"""Files larger than this are not quoted in reports."""
_ALONE = Comparison()


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asks of a run."""

    root: Path
    policies: Path | None = None
    programmes: tuple[str, ...] = ()
    families: Collection[str] = ()
    select: Collection[str] = ()
    """Rules, requirements and families that run, of those in `families`; none means all."""
    ignore: Collection[str] = ()
    """Those that do not run."""
    today: date | None = None
    offline: bool = True
    since: str | None = None
    github_token: str | None = field(default=None, repr=False)
    """For questions to GitHub about the accounts and repositories that entries link to."""
    now: datetime | None = None
    """The moment that decides the day; None for that of each question."""
    observed: Observations | None = field(default=None, repr=False)
    """What was seen elsewhere; with it a run opens no connection."""
    processes: int | None = None
    """By how many processes websites are visited; None for as many as pay."""
    github: ApiConnection | None = field(default=None, repr=False)
    """Where GitHub is asked about the accounts on the rosters; None where it is not."""

    @property
    def whole(self) -> bool:
        """Whether the run is of all programmes and all rules, with the network."""
        chosen = (self.programmes, self.families, self.select, self.ignore)
        return not self.offline and not any(chosen)

    def day(self, programme: Programme) -> date:
        """Return the day on which a programme is judged, in its own time zone."""
        return self.today or today_in(programme.policy, self.now)


def load_community(options: Options, texts: Mapping[str, bytes | None] | None = None) -> Community:
    """Load what a run judges; `texts` replace rosters, as in `load`.

    Raises PolicyError when a policy or a schema cannot be used.
    """
    policies = read_policies(
        options.root, catalogue(), policies=options.policies, names=options.programmes
    )
    return load(options.root, policies, texts=texts or {})


def run(  # noqa: PLR0913 - what a caller has at hand already is passed by name
    options: Options,
    comparison: Comparison = _ALONE,
    *,
    community: Community | None = None,
    progress: Progress | None = None,
    ledger: Ledger | None = None,
    most: int = MAX_FINDINGS,
) -> Report:
    """Check a community and report, with `most` findings of a rule and programme at most.

    `community` is what `load_community` returned for the same options, where the caller needs it as
    well. Where there is a `ledger`, the rules judge by the history of earlier nights as well, and
    it enters this one; it is for the caller to close it. An interrupted run reports what was seen
    until then. Raises UnknownFamilyError, PolicyError when a policy, a schema or a requirement
    cannot be used, and UnknownRevisionError when there is nothing to compare with.
    """
    with older_state(options.root, comparison.before, options.since) as older:
        if community is None:
            community = load_community(options)
        rules, own = _chosen(community, options)
        compiled = _compiled(community, options)
        if options.select or options.ignore:
            community = _with_requirements(community, own)
            compiled = _compiled(community, options)
        before = _load_before(community, older) if older is not None else None
        changed = changes(before, community, options.day) if before is not None else {}
        programmes = tuple(
            changed[each.name].after
            if each.name in changed
            # Beside a state that could not be compared, nothing counts as reviewed.
            else each
            if before is None
            else replace(each, comments=reviewed(each, None, {}))
            for each in community.programmes
        )
        request = ProbeRequest(
            root=options.root,
            programmes=programmes,
            others=_with_the_same_logos(options, community),
            before=before.programmes if before is not None else None,
            files=comparison.paths,
            github_token=options.github_token,
            github=options.github,
            accounts=ledger.before.accounts if ledger is not None else None,
            today=options.today or today_in(None, options.now),
            progress=progress,
            observed=options.observed,
            processes=options.processes,
        )
        if ledger is not None:
            ledger.whole = ledger.whole and options.whole
        results = _probe(rules, request, offline=options.offline, ledger=ledger)
        about_change = subjects(changed, programmes, comparison)
        baseline = None
        if before is not None:
            own_before = _own_rules(
                options, compiled, before.programmes, lambda _: Surroundings(earlier=True)
            )
            earlier = _EarlierState(options, before, rules, own_before, comparison)
            files = (contents(before.root), contents(options.root))
            baseline = Baseline(earlier.findings, changed, files)
        cases = [_case(options, each, results, about_change[each.name]) for each in programmes]
        own_rules = _own_rules(
            options, compiled, programmes, lambda name: _change_of(name, before, changed)
        )
        report = judge(cases, rules, own_rules=own_rules, baseline=baseline, most=most)
        said = {name: sentences(each, options.day(each.after)) for name, each in changed.items()}
        removals = tuple(key for each in changed.values() for key in each.removal)
        return _completed(replace(report, changes=said, removals=removals), community, results)


@dataclass(frozen=True)
class _EarlierState:
    """The state before a change, judged by the policies of now, one rule at a time.

    Nothing is visited for it, and logos are only inspected where a rule about them is asked for.
    """

    options: Options
    before: Community
    rules: Catalogue
    own_rules: OwnRules | None
    comparison: Comparison

    def findings(self, rule_id: str) -> Iterator[Finding]:
        """Return what one rule finds."""
        if rule_id not in self.rules:
            return (finding for finding in self._own if finding.rule == rule_id)
        rules: Catalogue = {rule_id: self.rules[rule_id]}
        own_rules = None
        if rules[rule_id].on is WaiverUse:
            # Whether a waiver is used depends on what all the others find.
            rules, own_rules = self.rules, self.own_rules
        results = self._results if self._is_probed(rules) else ()
        cases = [_case(self.options, each, results) for each in self.before.programmes]
        found = findings_of(cases, rules, RunTally(), own_rules=own_rules)
        return (finding for finding in found if finding.rule == rule_id)

    @cached_property
    def _own(self) -> tuple[Finding, ...]:
        """What the requirements find: all are judged at once, because they share their time."""
        cases = [_case(self.options, each, ()) for each in self.before.programmes]
        return tuple(findings_of(cases, {}, RunTally(), own_rules=self.own_rules))

    def _is_probed(self, rules: Catalogue) -> bool:
        wanted = {rule.on for rule in rules.values()}
        return not all(wanted.isdisjoint(probe.on) for probe in probes())

    @cached_property
    def _results(self) -> _Results:
        request = ProbeRequest(
            self.before.root, self.before.programmes, files=self.comparison.paths
        )
        return _probe(self.rules, request, offline=True)


def _with_the_same_logos(options: Options, community: Community) -> Sequence[Programme]:
    """Return the programmes that were not asked for and whose entries may name the same logos."""
    chosen = [each.policy for each in community.programmes]
    if not options.programmes or all(policy.logos is None for policy in chosen):
        return ()
    policies = read_policies(options.root, catalogue(), policies=options.policies)
    names = {policy.name for policy in chosen}
    others = [each for each in policies if each.logos is not None and each.name not in names]
    return load(
        options.root, [replace(each, schema={}) for each in others], earlier=True
    ).programmes


def _load_before(community: Community, root: Path) -> Community:
    """Load the state before a change, by the policies of now."""
    return load(root, [each.policy for each in community.programmes], earlier=True)


def _chosen(community: Community, options: Options) -> tuple[Catalogue, frozenset[str]]:
    """Return the rules that run, and the ids of the requirements that do."""
    own = {each.id for every in community.programmes for each in every.policy.requirements}
    if options.families and REQUIREMENTS not in options.families:
        own = set()
    return chosen(rules_of(options.families), own, options.select, options.ignore)


def _with_requirements(community: Community, ids: Collection[str]) -> Community:
    """Return the community with only those of its requirements that run."""
    programmes = []
    for each in community.programmes:
        kept = tuple(own for own in each.policy.requirements if own.id in ids)
        programmes.append(replace(each, policy=replace(each.policy, requirements=kept)))
    return replace(community, programmes=tuple(programmes))


_Compiled = Mapping[str, compiling.CompiledRequirements]
"""The requirements of each programme, by its name."""


def _compiled(community: Community, options: Options) -> _Compiled:
    """Compile every programme's requirements; raise PolicyError where one cannot be used."""
    names = [programme.name for programme in community.programmes]
    compiled = {
        each.name: compiling.compile_all(each.policy.requirements) for each in community.programmes
    }
    errors = [
        ConfigError(own.path, own.place, message)
        for each in compiled.values()
        for own, message in each.errors
    ]
    for evaluation in (ready for each in compiled.values() for ready in each.ready):
        own = evaluation.requirement
        # With some programmes only, the others are not known.
        for name in () if options.programmes else sorted(evaluation.named() - {*names}):
            message = f"the requirement {own.id}: {unknown('programme', name, names)}"
            errors.append(ConfigError(own.path, own.place, message))
    if errors:
        raise PolicyError(tuple(errors))
    return compiled


def _own_rules(
    options: Options,
    compiled: _Compiled,
    programmes: Sequence[Programme],
    surroundings: Callable[[str], Surroundings],
) -> OwnRules | None:
    """Return what judges a state by the requirements of the policies; None where none is to."""
    if options.families and REQUIREMENTS not in options.families:
        return None
    budget = Budget()
    others = {each.name: each for each in programmes}

    def check(programme: Programme, today: date) -> Iterator[tuple[Requirement, Problem | str]]:
        around = replace(surroundings(programme.name), others=others)
        return problems.check(programme, compiled[programme.name], today, around, budget)

    return check


def _change_of(name: str, before: Community | None, changed: Mapping[str, Change]) -> Surroundings:
    """Return what was done to a programme, or why that is not known."""
    if before is None or name in changed:
        return Surroundings(change=changed.get(name))
    return Surroundings(no_change="the roster cannot be read, or could not before the change")


_Results = Sequence[tuple[Probe, ProbeResult]]


def _probe(
    rules: Catalogue, request: ProbeRequest, *, offline: bool, ledger: Ledger | None = None
) -> _Results:
    """Ask each probe whose subjects some rule is about."""
    wanted = {rule.on for rule in rules.values()}
    results: list[tuple[Probe, ProbeResult]] = []
    for probe in probes():
        if wanted.isdisjoint(probe.on):
            continue
        if probe.network and offline:
            result = ProbeResult.nothing(request.programmes, "offline")
        elif any(other.interrupted for _, other in results):
            result = ProbeResult.nothing(request.programmes, "interrupted before")
        else:
            result = probe.run(replace(request, offline=offline))
        results.append((probe, result))
    asked, seen = [probe for probe, _ in results], [result for _, result in results]
    if ledger is None:
        return [*zip(asked, map(withhold_visits, seen), strict=True)]
    return [*zip(asked, ledger.enter(request.programmes, seen), strict=True)]


def _case(
    options: Options, programme: Programme, results: _Results, about_change: Subjects | None = None
) -> ProgrammeCase:
    """Return one programme with what the probes and the change have to be judged."""
    seen = dict(about_change or {})
    for probe, result in results:
        seen |= probe.subjects(result, programme)
    return ProgrammeCase(programme, options.day(programme), seen)


def _completed(report: Report, community: Community, results: _Results) -> Report:
    """Add to a report what the probes left out, and the files that it quotes."""
    notes = {probe.name: result.note for probe, result in results if result.note is not None}
    incomplete = [result.incomplete for _, result in results if result.incomplete is not None]
    return replace(
        report,
        skipped={**report.skipped, **community.notes, **notes},
        incomplete="; ".join(incomplete) or None,
        interrupted=any(result.interrupted for _, result in results),
        texts={**report.texts, **_quoted(community, report.findings)},
    )


def exit_status(report: Report, fail_on: str = "error") -> Status:
    """Return how a run ends; `fail_on` is the least severity that fails it."""
    if report.interrupted:
        return Status.INTERRUPTED
    if not report.programmes or not report.ran or report.incomplete is not None:
        return Status.BROKEN
    threshold = -1 if fail_on == "never" else Severity(fail_on).rank
    failing = any(report.count(severity) for severity in Severity if severity.rank <= threshold)
    return Status.FINDINGS if failing else Status.CLEAN


def _quoted(community: Community, findings: Sequence[Finding]) -> Mapping[str, str]:
    """Read the files other than rosters that findings point into, so that lines can be quoted."""
    rosters = {file.path for each in community.programmes for file in each.roster.sources}
    texts: dict[str, str] = {}
    for path in {finding.path for finding in findings} - rosters:
        data, _ = read_inside(community.root, path, MAX_QUOTED_BYTES)
        if data is not None and len(data) <= MAX_QUOTED_BYTES and b"\x00" not in data:
            texts[path] = data.decode(errors="replace")
    return texts
