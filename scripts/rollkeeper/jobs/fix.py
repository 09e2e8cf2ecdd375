"""`rollkeeper fix`: make the fixes that are safe, show each change, and count what is left."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rollkeeper.engine.run import Options
from rollkeeper.fixing.logo_offers import LogoOffer, left_after_cleaning, logo_offers
from rollkeeper.fixing.run import FixResult, fix
from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.wording import counted
from rollkeeper.loading.files import replace_inside
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding
from rollkeeper.model.status import Status
from rollkeeper.reports import sentences
from rollkeeper.reports.differences import difference


@dataclass(frozen=True, slots=True)
class FixChoice:
    """What `fix` may do, and how it shows it; `previews` is a folder for copies of logos."""

    logos: bool = False
    write: bool = True
    previews: Path | None = None
    colour: bool = False
    public: bool = False


def fix_community(options: Options, choice: FixChoice) -> Status:
    """Fix the rosters of a community and, if chosen, its logos; return how the run ends.

    Raises PolicyError as `fix` does, LinkError and OSError where a file cannot be written.
    """
    fixed = fix(options)
    _write_rosters(options.root, fixed, choice)
    offers = list(logo_offers(options.root, fixed.report)) if choice.logos else []
    for offer in offers:
        _write_logo(options.root, offer, choice)
    left = left_after_cleaning(options, fixed.left, offers, written=choice.write)
    open_ = [finding for finding in left if finding.counts]
    for unmade in fixed.unmade:
        place = f"{unmade.finding.path}:{unmade.finding.place.line}"
        _print(f"{place}: {unmade.finding.rule}: not fixed: {unmade.reason}", choice)
    for line in sentences.left_out(fixed.report):
        _print(f"Shown of {line}", choice)
    _print(_summary(fixed, offers, open_, choice), choice)
    errors = any(finding.severity is Severity.ERROR for finding in open_)
    return Status.FINDINGS if errors else Status.CLEAN


def _write_rosters(root: Path, fixed: FixResult, choice: FixChoice) -> None:
    for path, roster in fixed.rosters.items():
        for note in roster.notes:
            _print(f"{path}: {note}", choice)
        sys.stdout.write(
            difference(
                roster.before, roster.after, name=path, public=choice.public, colour=choice.colour
            )
        )
        if choice.write:
            replace_inside(root, path, roster.after.encode())


def _write_logo(root: Path, offer: LogoOffer, choice: FixChoice) -> None:
    if offer.data is None:
        _print(f"{offer.path}: not cleaned: {offer.reason}", choice)
        return
    words = (
        f"{offer.path}: {'removed' if choice.write else 'would remove'} "
        f"{', '.join(offer.removed)}; {offer.size:,} to {len(offer.data):,} bytes, looks as before"
        f"{'; ' if offer.reason else ''}{offer.reason}"
    )
    if choice.previews is not None:
        name = offer.path.replace("/", "__")
        choice.previews.mkdir(parents=True, exist_ok=True)
        replace_inside(choice.previews, name, offer.data)
        words += f"; preview in {choice.previews / name}"
    _print(words, choice)
    if choice.write:
        replace_inside(root, offer.path, offer.data)


def _summary(
    fixed: FixResult, offers: Sequence[LogoOffer], left: Sequence[Finding], choice: FixChoice
) -> str:
    """Return `3 fixes in 2 files; 4 findings need a person`, or that there is nothing to fix."""
    cleaned = [offer for offer in offers if offer.data is not None]
    made = sum(roster.made for roster in fixed.rosters.values()) + len(cleaned)
    what = "Nothing to fix"
    if made:
        files = len(fixed.rosters) + len(cleaned)
        what = f"{counted(made, 'fix')} in {counted(files, 'file')}"
        if not choice.write:
            option = ": add --write to make them" if choice.logos else ""
            what += f", not written{option}"
    if not left:
        return f"{what}."
    verb = "needs" if len(left) == 1 else "need"
    return f"{what}; {counted(len(left), 'finding')} {verb} a person (`rollkeeper check` has them)."


def _print(line: str, choice: FixChoice) -> None:
    sys.stdout.write(f"{terminal(masked(line) if choice.public else line)}\n")
