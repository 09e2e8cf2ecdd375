"""Cleaned copies of the logos that a report is about, and what is left once they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rollkeeper.engine.run import Options, run
from rollkeeper.fixing.logos import CleanedLogo, CleaningRefusal, offer
from rollkeeper.fixing.png import CLEANABLE, offer_png
from rollkeeper.loading.files import read_inside
from rollkeeper.model.logo_limits import MAX_SVG_BYTES
from rollkeeper.model.report import Finding, Report
from rollkeeper.probes.logos.rendering.renderer import Renderer
from rollkeeper.probes.logos.svg.inspecting import inspect_svg


@dataclass(frozen=True)
class LogoOffer:
    """A cleaned copy of a logo, or None and the reason why there is none.

    `removed` says in words what the copy lacks, `settled` has the rules that it no longer breaks.
    """

    path: str
    size: int
    data: bytes | None
    removed: tuple[str, ...] = ()
    settled: frozenset[str] = frozenset()
    reason: str = ""


def logo_offers(root: Path, report: Report) -> Iterator[LogoOffer]:
    """Offer a copy of each logo that has what can be cut, where the copy looks the same."""
    wanted: dict[str, set[str]] = {}
    for finding in report.findings:
        if finding.waiver is None and _is_about_content(finding):
            wanted.setdefault(finding.path, set()).add(finding.rule)
    with Renderer() as renderer:
        for path in sorted(wanted):
            data, trouble = read_inside(root, path, MAX_SVG_BYTES)
            if data is None:
                yield LogoOffer(path, 0, None, reason=trouble)
                continue
            is_svg = path.endswith(".svg")
            answer = offer(data, renderer) if is_svg else offer_png(data)
            if isinstance(answer, CleaningRefusal):
                yield LogoOffer(path, len(data), None, reason=answer.reason)
            elif answer.data != data:
                settled = _settled(data, answer) if is_svg else CLEANABLE
                words = tuple(f"what {rule} reports" for rule in sorted(settled))
                removed = answer.removed or words
                yield LogoOffer(path, len(data), answer.data, removed, settled)


def _is_about_content(finding: Finding) -> bool:
    of_svg = finding.rule.startswith("svg-") and finding.path.endswith(".svg")
    return of_svg or (finding.rule in CLEANABLE and finding.path.endswith(".png"))


def _settled(before: bytes, after: CleanedLogo) -> frozenset[str]:
    """Return the rules that an SVG breaks and its cleaned copy does not."""
    broken, left = (
        frozenset(defect.rule for defect in inspect_svg(data).defects)
        for data in (before, after.data)
    )
    return broken - left


def left_after_cleaning(
    options: Options, left: tuple[Finding, ...], offers: Iterable[LogoOffer], *, written: bool
) -> tuple[Finding, ...]:
    """Return what is left for a person once the cleaned copies are in place of the logos.

    Where the copies are `written`, the logos are checked again; otherwise only what the copies no
    longer break is left out.
    """
    cleaned = {offer.path: offer.settled for offer in offers if offer.data is not None}
    if not cleaned:
        return left
    if not written:
        none: frozenset[str] = frozenset()
        return tuple(f for f in left if f.rule not in cleaned.get(f.path, none))
    found = run(replace(options, offline=True)).findings
    others = (finding for finding in left if finding.path not in cleaned)
    again = (finding for finding in found if finding.path in cleaned)
    return tuple(sorted([*others, *again], key=lambda finding: finding.order))
