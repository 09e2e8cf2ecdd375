"""What `rollkeeper fix` fixes: rosters until nothing is left to fix, logos where that is safe."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, load_community, run
from rollkeeper.fixing import repairs
from rollkeeper.fixing.logos import CleanedLogo, offer, rules_of
from rollkeeper.fixing.suggestions import suggestions
from rollkeeper.loading.community import Community, load
from rollkeeper.loading.files import read_inside
from rollkeeper.model.limits import MAX_FIXES
from rollkeeper.model.line_edit import Suggestion
from rollkeeper.model.logo_limits import MAX_SVG_BYTES
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import FixKind, Programme, Roster
from rollkeeper.model.visit import Visit
from rollkeeper.probes.logos.rendering.renderer import Renderer
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
    done: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FixResult:
    """All rosters that were fixed, by path, and what cannot be fixed automatically."""

    rosters: dict[str, RosterFix]
    left: tuple[Finding, ...]
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


@dataclass(frozen=True)
class LogoOffer:
    """A cleaned copy of a logo, or None and the reason why there is none.

    `removed` has the rules that the copy no longer breaks.
    """

    path: str
    words: str
    data: bytes | None
    removed: frozenset[str] = frozenset()


def fix(
    options: Options,
    comparison: Comparison = _ALONE,
    *,
    texts: Mapping[str, bytes | None] | None = None,
    checked: tuple[Community, Report] | None = None,
) -> FixResult:
    """Fix the rosters of a community, in memory: nothing is written.

    Rounds are made until there is nothing left to fix. `texts` replace rosters, as in `load`. Where
    the same options were run already, `checked` has what was loaded and what was found. What was
    wrong before a change that is compared with stays as it is.
    Unless `options` are offline the websites are visited, in the first round alone: no fix changes
    what was seen of them. Raises PolicyError as `run` does.
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
        left, changed = _round(community, report, rosters)
        if number == 1:
            visited = [finding for finding in left if _is_of_a_visit(finding)]
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
    return FixResult(rosters, tuple(sorted(left, key=lambda finding: finding.order)), report)


def _round(
    community: Community, report: Report, rosters: dict[str, RosterFix]
) -> tuple[list[Finding], bool]:
    """Fix what can be fixed at once; return what is left, and whether anything was fixed."""
    left: list[Finding] = []
    changed = False
    for programme in community.programmes:
        found = [f for f in report.findings if f.programme == programme.name]
        # Of two fixes of one value, the one that a later round could not make goes first.
        found = sorted(
            (f for f in found if not f.already_there), key=lambda f: not _is_of_a_visit(f)
        )
        files = {roster.path: roster for roster in programme.roster.sources}
        by_file: dict[str, list[Finding]] = {}
        for finding in found:
            if finding.path in files:
                by_file.setdefault(finding.path, []).append(finding)
            else:
                left.append(finding)
        for path, mine in by_file.items():
            changed |= _fix_file(programme, files[path], mine, rosters, left)
    return left, changed


def _fix_file(
    programme: Programme,
    roster: Roster,
    found: Sequence[Finding],
    rosters: dict[str, RosterFix],
    left: list[Finding],
) -> bool:
    """Fix what can be fixed in one file of a roster at once; return whether anything was."""
    # Entries are moved last, so that the fixes that move nothing are known on their own.
    in_place = repairs(
        programme, [f for f in found if f.fix is None or f.fix.kind is not FixKind.SORT], roster
    )
    repaired = in_place if in_place.done else repairs(programme, found, roster)
    left.extend(repaired.left)
    if not repaired.done:
        return False
    each = rosters.setdefault(roster.path, RosterFix(roster.text, roster.text, roster.text))
    if in_place.done and each.in_place == each.after:
        each.in_place = in_place.text
    each.after = repaired.text
    each.done.extend(repaired.done)
    return True


def _is_of_a_visit(finding: Finding) -> bool:
    rule = catalogue().get(finding.rule)
    return rule is not None and issubclass(rule.on, Visit)


def _placed(finding: Finding, community: Community) -> Finding:
    """Return a finding with the place that its value has after the fixes."""
    for programme in community.programmes:
        for entry in programme.entries if programme.name == finding.programme else ():
            if entry.name == finding.entry:
                return replace(finding, place=entry.place(finding.field))
    return finding


def logo_offers(root: Path, report: Report) -> Iterator[LogoOffer]:
    """Offer a cleaned copy of each SVG that is refused, where it renders as before."""
    paths = sorted(
        {
            finding.path
            for finding in report.findings
            if finding.rule.startswith("svg-") and finding.path.endswith(".svg")
        }
    )
    with Renderer() as renderer:
        for path in paths:
            data, trouble = read_inside(root, path, MAX_SVG_BYTES)
            if data is None:
                yield LogoOffer(path, trouble, None)
                continue
            answer = offer(data, renderer)
            if not isinstance(answer, CleanedLogo):
                yield LogoOffer(path, f"not cleaned: {answer.reason}", None)
            elif answer.data != data:
                words = f"cleaned, {len(data):,} to {len(answer.data):,} bytes; looks as before"
                removed = rules_of(data) - rules_of(answer.data)
                yield LogoOffer(path, words, answer.data, removed)


def left_after_cleaning(
    options: Options, fixed: FixResult, offers: Iterable[LogoOffer], *, written: bool
) -> tuple[Finding, ...]:
    """Return what cannot be fixed automatically, once the cleaned copies are in place of the logos.

    Where the fixes are `written`, the community is checked again, without visits; otherwise only
    what the copies no longer break is left out.
    """
    cleaned = {offer.path: offer.removed for offer in offers if offer.data is not None}
    if not cleaned:
        return fixed.left
    if not written:
        none: frozenset[str] = frozenset()
        return tuple(f for f in fixed.left if f.rule not in cleaned.get(f.path, none))
    visited = [finding for finding in fixed.left if _is_of_a_visit(finding)]
    known = {_identity(finding): finding for finding in fixed.left}
    found = []
    for finding in run(replace(options, offline=True)).findings:
        before = known.get(_identity(finding), finding)
        # What was said before may have the reason why it is not fixed, or figures of the old file.
        found.append(before if before.message.startswith(finding.message) else finding)
    return tuple(sorted([*found, *visited], key=lambda finding: finding.order))


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.path, finding.place, finding.entry, finding.field
