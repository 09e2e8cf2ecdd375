"""What `rollkeeper fix` fixes: rosters until nothing is left to repair, logos where it is safe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, load_community, run
from rollkeeper.fixing import RepairedRoster, repairs
from rollkeeper.fixing.logos import CleanedLogo, offer
from rollkeeper.loading.community import Community
from rollkeeper.loading.files import read_inside
from rollkeeper.model.limits import MAX_SVG_BYTES
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import Programme
from rollkeeper.probes.logos.rendering.renderer import Renderer

_ALONE = Comparison()
MAX_ROUNDS = 8
"""One repair can make another possible, such as a handle whose blanks went first."""


@dataclass
class RosterFix:
    """A roster's text before and after, and what was done to it.

    `in_place` is the text after the repairs that move nothing.
    """

    before: str
    after: str
    in_place: str
    done: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FixResult:
    """All rosters that were repaired, by path, and what needs a person."""

    rosters: dict[str, RosterFix]
    left: tuple[Finding, ...]
    report: Report


@dataclass(frozen=True)
class LogoOffer:
    """A cleaned copy of a logo, or None and the reason why there is none."""

    path: str
    words: str
    data: bytes | None


def fix(
    options: Options, comparison: Comparison = _ALONE, texts: Mapping[str, bytes] | None = None
) -> FixResult:
    """Repair the rosters of a community, in memory: nothing is written.

    Where there is an earlier state to compare with, what was wrong before stays as it is. `texts`
    are rosters, by path, in place of those in the folder.
    Unless `options` are offline the websites are visited first, and once: no repair changes what
    was seen of them. Raises PolicyError as `run` does.
    """
    rosters: dict[str, RosterFix] = {}
    for number in range(MAX_ROUNDS):
        offline = options.offline or number > 0
        fixed = {path: roster.after.encode() for path, roster in rosters.items()}
        community = load_community(options, {**(texts or {}), **fixed})
        report = run(replace(options, offline=offline), comparison, community=community)
        left, changed = _round(community, report, rosters)
        if not changed:
            break
    return FixResult(rosters, tuple(sorted(left, key=lambda finding: finding.order)), report)


def _round(
    community: Community, report: Report, rosters: dict[str, RosterFix]
) -> tuple[list[Finding], bool]:
    left: list[Finding] = []
    changed = False
    for programme in community.programmes:
        roster = programme.roster
        found = tuple(
            f for f in report.findings if f.programme == programme.name and not f.already_there
        )
        # Entries are moved last, so that what can be fixed where it stands is known by itself.
        staying = in_place(programme, found)
        repaired = staying if staying.done else repairs(programme, found)
        left.extend(repaired.left)
        if repaired.done:
            changed = True
            each = rosters.setdefault(roster.path, RosterFix(roster.text, roster.text, roster.text))
            if staying.done and each.in_place == each.after:
                each.in_place = staying.text
            each.after = repaired.text
            each.done.extend(repaired.done)
    return left, changed


def in_place(programme: Programme, findings: Sequence[Finding]) -> RepairedRoster:
    """Make the repairs that move no entry, each of which stands by itself."""
    return repairs(programme, [f for f in findings if f.fix is None or f.fix.kind != "sort"])


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
                yield LogoOffer(path, words, answer.data)
