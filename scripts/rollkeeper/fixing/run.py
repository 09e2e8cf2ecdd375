"""What `rollkeeper fix` fixes: rosters until nothing is left to fix, logos where that is safe."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, load_community, run
from rollkeeper.fixing import RepairedRoster, Unmade, repairs
from rollkeeper.fixing.suggestions import suggestions
from rollkeeper.loading.community import Community, load
from rollkeeper.model.account import Account
from rollkeeper.model.limits import MAX_FIXES
from rollkeeper.model.line_edit import Suggestion
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import FixKind, Programme, Roster
from rollkeeper.model.visit import Visit
from rollkeeper.rules import catalogue

MAX_ROUNDS = 8
"""One fix can make another possible, such as that of a handle whose blanks went first."""
_ALONE = Comparison()


@dataclass
class RosterFix:
    """A roster's text before and after, and what was done to it.

    `in_place` is the text after the fixes that move no entry.
    """

    before: str
    after: str
    in_place: str
    made: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FixResult:
    """All rosters that were fixed, by path, what is left for a person, and what was not made."""

    rosters: dict[str, RosterFix]
    left: tuple[Finding, ...]
    unmade: tuple[Unmade, ...]
    report: Report

    def suggestions(self, shown: Mapping[str, Collection[int]]) -> tuple[Suggestion, ...]:
        """Return the fixes as suggested changes; `shown` has the lines of each file's diff."""
        return tuple(
            suggestion
            for path, roster in self.rosters.items()
            for suggestion in suggestions(
                roster.before,
                roster.after,
                path,
                shown.get(path, ()),
                in_place=roster.in_place,
            )
        )


def fix(
    options: Options,
    comparison: Comparison = _ALONE,
    *,
    texts: Mapping[str, bytes | None] | None = None,
    checked: tuple[Community, Report] | None = None,
    wanted: Callable[[Finding], bool] = lambda _: True,
) -> FixResult:
    """Fix the rosters of a community, in memory: nothing is written.

    Rounds are made until there is nothing left to fix. `texts` replace rosters, as in `load`. Where
    the same options were run already, `checked` has what was loaded and what was found. What was
    wrong before a change that is compared with stays as it is, and what is not `wanted`.
    Unless `options` are offline the websites are visited and GitHub is asked about accounts, in the
    first round alone: no fix changes what was seen of them. Raises PolicyError as `run` does.
    """
    rosters: dict[str, RosterFix] = {}
    visited: list[Finding] = []
    if checked is None:
        community = load_community(options, texts)
        report = run(options, comparison, community=community, most=MAX_FIXES)
    else:
        community, report = checked
    policies = [each.policy for each in community.programmes]
    for number in range(1, MAX_ROUNDS + 1):
        left, unmade, changed = _round(community, report, rosters, wanted)
        if number == 1:
            visited = [finding for finding in left if _is_observed(finding)]
        if not changed or number == MAX_ROUNDS:
            break
        fixed = {path: roster.after.encode() for path, roster in rosters.items()}
        community = load(
            options.root,
            policies,
            texts={**(texts or {}), **fixed},
            unread=community.unread,
        )
        offline = replace(options, offline=True)
        report = run(offline, comparison, community=community, most=MAX_FIXES)
    if number > 1:
        left += (_placed(finding, community) for finding in visited)
    ordered = tuple(sorted(left, key=lambda finding: finding.order))
    return FixResult(rosters, ordered, tuple(unmade), report)


def _round(
    community: Community,
    report: Report,
    rosters: dict[str, RosterFix],
    wanted: Callable[[Finding], bool],
) -> tuple[list[Finding], list[Unmade], bool]:
    """Fix what can be fixed at once; return what is left, and whether anything was fixed."""
    left: list[Finding] = []
    unmade: list[Unmade] = []
    changed: set[str] = set()
    for programme in community.programmes:
        found = [f for f in report.findings if f.programme == programme.name]
        # Of two fixes of one value, the one that a later round could not make goes first.
        found = sorted((f for f in found if not f.already_there), key=lambda f: not _is_observed(f))
        files = {roster.path: roster for roster in programme.roster.sources}
        by_file: dict[str, list[Finding]] = {}
        for finding in found:
            if finding.path in files and finding.path not in changed and wanted(finding):
                by_file.setdefault(finding.path, []).append(finding)
            else:
                # Where another programme of the same file was fixed, places are out of date.
                left.append(finding)
        for path, mine in by_file.items():
            repaired = _fix_file(programme, files[path], mine, rosters)
            left.extend(repaired.left)
            unmade.extend(repaired.unmade)
            changed |= {path} if repaired.made else set()
    return left, unmade, bool(changed)


def _fix_file(
    programme: Programme,
    roster: Roster,
    found: Sequence[Finding],
    rosters: dict[str, RosterFix],
) -> RepairedRoster:
    """Fix what can be fixed in one file of a roster at once."""
    # Entries are moved last, so that the fixes that move nothing are known on their own.
    in_place = repairs(
        programme, [f for f in found if f.fix is None or f.fix.kind is not FixKind.SORT], roster
    )
    repaired = in_place if in_place.made else repairs(programme, found, roster)
    if repaired.made:
        each = rosters.setdefault(roster.path, RosterFix(roster.text, roster.text, roster.text))
        if in_place.made and each.in_place == each.after:
            each.in_place = in_place.text
        each.after = repaired.text
        each.made += repaired.made
        each.notes.extend(repaired.notes)
    return repaired


def _is_observed(finding: Finding) -> bool:
    rule = catalogue().get(finding.rule)
    return rule is not None and issubclass(rule.on, Visit | Account)


def _placed(finding: Finding, community: Community) -> Finding:
    """Return a finding with the place that its value has after the fixes."""
    for programme in community.programmes:
        for entry in programme.entries if programme.name == finding.programme else ():
            if entry.name == finding.entry:
                return replace(finding, place=entry.place(finding.field))
    return finding
