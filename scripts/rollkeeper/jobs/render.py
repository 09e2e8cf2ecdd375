"""The public pages written from the rosters, or compared with them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from rollkeeper.engine.run import Options, load_community
from rollkeeper.grammar.escaping import terminal
from rollkeeper.loading.files import LinkError, read_inside, replace_inside
from rollkeeper.model.limits import MAX_PUBLIC_PAGE_BYTES
from rollkeeper.model.roster import Programme
from rollkeeper.model.status import Status
from rollkeeper.pages import page_text
from rollkeeper.reports.differences import difference


@dataclass(frozen=True, slots=True)
class Refusal:
    """A page that was left as it is because its roster was not read whole, and why."""

    page: str
    roster: str
    line: int
    defect: str

    @property
    def message(self) -> str:
        """Why the page is not written, and what to do."""
        return (
            f"{self.page} stays as it is, because {self.roster} cannot be read whole: "
            f"{self.defect}. Correct the roster, then render again; `rollkeeper check` shows "
            "everything that is wrong with it"
        )


@dataclass(slots=True)
class RenderResult:
    """What came of rendering.

    `stale` are the pages that differ from their rosters, `refused` those that were left as they
    are, and `broken` says that a page could not be used.
    """

    stale: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    broken: bool = False

    @property
    def status(self) -> Status:
        """The exit status."""
        if self.broken:
            return Status.WRONG_USE
        return Status.FINDINGS if self.stale or self.refused else Status.CLEAN


def render_pages(options: Options, *, check: bool = False, public: bool = False) -> RenderResult:
    """Write the pages, or with `check` only show what differs.

    A page whose roster was not read whole is neither written nor compared: it would lose entries.
    The other pages are. What is shown is masked where it is `public`. Raises PolicyError when a
    policy or a schema cannot be used.
    """
    result = RenderResult()
    for programme in load_community(options).programmes:
        page, defect = programme.policy.page, programme.roster.unread
        if page is None:
            sys.stdout.write(f"{terminal(programme.name)}: the policy names no page\n")
            continue
        if defect is not None:
            path, line = programme.roster.path, defect.place.line
            result.refused.append(Refusal(page, path, line, defect.message))
            continue
        try:
            old = _existing(options.root, page)
            new = page_text(programme, old, today=options.day(programme))
            if new == old:
                sys.stdout.write(f"{terminal(page)}: up to date\n")
            elif check:
                _show_stale(programme, page, difference(old or "", new, name=page, public=public))
                result.stale.append(page)
            else:
                replace_inside(options.root, page, new.encode())
                sys.stdout.write(f"{terminal(page)}: written\n")
        except (LinkError, ValueError) as error:
            sys.stderr.write(f"{terminal(page)}: {terminal(str(error))}\n")
            result.broken = True
    return result


def _show_stale(programme: Programme, page: str, changes: str) -> None:
    sys.stdout.write(
        f"{terminal(page)}: out of date; `rollkeeper render` writes it from "
        f"{terminal(programme.roster.path)}, and the Render workflow does after a merge\n{changes}"
    )


def _existing(root: Path, page: str) -> str | None:
    """Return the text of a page, None where there is none; raise ValueError where it is no text."""
    if not os.path.lexists(root / page):
        return None
    data, trouble = read_inside(root, page, MAX_PUBLIC_PAGE_BYTES)
    if data is None or len(data) > MAX_PUBLIC_PAGE_BYTES:
        message = trouble or f"the page is larger than {MAX_PUBLIC_PAGE_BYTES:,} bytes"
        raise ValueError(message)
    return data.decode()
