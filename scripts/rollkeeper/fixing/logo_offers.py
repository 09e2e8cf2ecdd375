"""Cleaned copies of the logos that a report is about, and what is left once they are written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rollkeeper.engine.run import Options, run
from rollkeeper.fixing.framing import framed
from rollkeeper.fixing.logos import CleanedLogo, CleaningRefusal, offer
from rollkeeper.fixing.png import CLEANABLE, offer_png
from rollkeeper.loading.files import read_inside
from rollkeeper.model.logo_limits import MAX_SVG_BYTES
from rollkeeper.model.report import Finding, Report
from rollkeeper.probes.logos.rendering.renderer import Renderer
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

_FRAMING = frozenset({"logo-padding", "svg-no-viewbox"})
"""Rules that a viewBox around what is drawn satisfies."""


@dataclass(frozen=True)
class LogoOffer:
    """A cleaned copy of a logo, or None; `reason` says why there is none, or not a better one.

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
        path = _file(finding)
        if finding.waiver is None and _can_be_cleaned(finding.rule, path):
            wanted.setdefault(path, set()).add(finding.rule)
    with Renderer() as renderer:
        for path in sorted(wanted):
            data, trouble = read_inside(root, path, MAX_SVG_BYTES)
            if data is None:
                yield LogoOffer(path, 0, None, reason=trouble)
                continue
            if path.endswith(".svg"):
                made = _of_svg(path, data, wanted[path], renderer)
            else:
                made = _of_png(path, data)
            if made.data != data:
                yield made


def _file(finding: Finding) -> str:
    return finding.file or finding.path


def _can_be_cleaned(rule: str, path: str) -> bool:
    if path.endswith(".svg"):
        return rule.startswith("svg-") or rule in _FRAMING
    return rule in CLEANABLE and path.endswith(".png")


def _of_png(path: str, data: bytes) -> LogoOffer:
    answer = offer_png(data)
    if isinstance(answer, CleaningRefusal):
        return LogoOffer(path, len(data), None, reason=answer.reason)
    return LogoOffer(path, len(data), answer.data, answer.removed, CLEANABLE)


def _of_svg(path: str, data: bytes, rules: Collection[str], renderer: Renderer) -> LogoOffer:
    answer = offer(data, renderer)
    if isinstance(answer, CleaningRefusal):
        return LogoOffer(path, len(data), None, reason=answer.reason)
    settled = _settled(data, answer)
    removed = tuple(f"what {rule} reports" for rule in sorted(settled))
    cleaned, reason = answer.data, ""
    framing = _FRAMING.intersection(rules)
    if framing:
        around = framed(cleaned, renderer)
        if isinstance(around, CleanedLogo):
            cleaned, removed = around.data, (*removed, *around.removed)
            settled |= framing
        else:
            reason = f"its frame stays: {around.reason}"
    if cleaned == data and reason:
        return LogoOffer(path, len(data), None, reason=reason)
    return LogoOffer(path, len(data), cleaned, removed, settled, reason)


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
        return tuple(f for f in left if f.rule not in cleaned.get(_file(f), none))
    found = run(replace(options, offline=True)).findings
    others = (finding for finding in left if _file(finding) not in cleaned)
    again = (finding for finding in found if _file(finding) in cleaned)
    return tuple(sorted([*others, *again], key=lambda finding: finding.order))
