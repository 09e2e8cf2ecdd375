"""The public pages written from the rosters, or compared with them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from rollkeeper.engine.page_logos import PageLogos, page_logos
from rollkeeper.engine.run import Options, load_community
from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.markers import edited
from rollkeeper.grammar.wording import listed
from rollkeeper.loading.files import LinkError, read_inside, replace_inside
from rollkeeper.model.limits import MAX_PUBLIC_PAGE_BYTES
from rollkeeper.model.page import Page
from rollkeeper.model.roster import Programme
from rollkeeper.model.status import Status
from rollkeeper.pages import page_text
from rollkeeper.pages.plates import MARK
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

    `stale` are the files that differ from their rosters, `edited` the pages among them that were
    changed by hand, `refused` those that were left as they are, and `broken` says that a page could
    not be used.
    """

    stale: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
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
    policy, a schema or a template cannot be used.
    """
    run = _Rendering(options, check=check, public=public)
    for programme in load_community(options).programmes:
        run.render(programme)
    if not options.programmes:
        run.tidy_plates()
    return run.result


class _Rendering:
    """One run: what is written or compared, and what came of it."""

    def __init__(self, options: Options, *, check: bool, public: bool) -> None:
        self.options = options
        self.root = options.root
        self.check = check
        self.public = public
        self.result = RenderResult()
        self.plates: dict[str, bytes] = {}
        self.plate_folders: dict[str, bool] = {}
        """Folders of plates, and whether all programmes that use one could be read."""

    def render(self, programme: Programme) -> None:
        """Write or compare the pages of a programme."""
        policy, defect = programme.policy, programme.roster.unread
        for folder in policy.plate_folders:
            self.plate_folders[folder] = self.plate_folders.get(folder, True) and defect is None
        if not policy.pages:
            sys.stdout.write(f"{terminal(programme.name)}: the policy names no page\n")
        if defect is not None:
            path, line = defect.path or programme.roster.path, defect.place.line
            for page in policy.pages:
                self.result.refused.append(Refusal(page.path, path, line, defect.message))
            return
        logos = page_logos(self.root, programme)
        self.plates |= logos.plates
        for page in policy.pages:
            self._attempt(page.path, partial(self._page, programme, page, logos))
        if logos.missing and policy.pages:
            names = listed([entry.name for entry in logos.missing])
            sys.stdout.write(
                f"{terminal(policy.pages[0].path)}: no logo to show for {terminal(names)}: the "
                "name stands in its place; `rollkeeper check` says what is wrong with it\n"
            )

    def _page(self, programme: Programme, page: Page, logos: PageLogos) -> None:
        old = _existing(self.root, page.path)
        new = page_text(
            programme, page, old, today=self.options.day(programme), images=logos.images
        )
        if new == old:
            sys.stdout.write(f"{terminal(page.path)}: up to date\n")
        elif self.check:
            self._show_stale(programme, page, old or "", new)
        else:
            replace_inside(self.root, page.path, new.encode())
            sys.stdout.write(f"{terminal(page.path)}: written\n")

    def _show_stale(self, programme: Programme, page: Page, old: str, new: str) -> None:
        self.result.stale.append(page.path)
        roster = terminal(programme.roster.path)
        said = (
            f"out of date; `rollkeeper render` writes it from {roster}, and the Render workflow "
            "does after a merge"
        )
        if page.layout.kind != "data" and edited(old, name=programme.name):
            self.result.edited.append(page.path)
            said = (
                f"edited by hand between its markers, and `rollkeeper render` will overwrite that; "
                f"change {roster} instead, or write outside of the markers"
            )
        changes = difference(old, new, name=page.path, public=self.public)
        sys.stdout.write(f"{terminal(page.path)}: {said}\n{changes}")

    def tidy_plates(self) -> None:
        """Write or compare the plates, and delete those that are not needed any more."""
        for path, data in sorted(self.plates.items()):
            self._attempt(path, partial(self._plate, path, data))
        for folder, whole in self.plate_folders.items():
            for path in _plates_in(self.root, folder) if whole else ():
                if path in self.plates:
                    continue
                if self.check:
                    self.result.stale.append(path)
                    sys.stdout.write(f"{terminal(path)}: not needed any more\n")
                else:
                    (self.root / path).unlink()
                    sys.stdout.write(f"{terminal(path)}: deleted, not needed any more\n")

    def _plate(self, path: str, data: bytes) -> None:
        there, trouble = (None, "")
        if os.path.lexists(self.root / path):
            there, trouble = read_inside(self.root, path, MAX_PUBLIC_PAGE_BYTES)
            if there is None or not there.startswith(MARK.encode()):
                message = trouble or (
                    "the file is in the place of a plate, and Rollkeeper has not written it: move "
                    "it to another folder, or set `plates: false` in `layout`"
                )
                raise ValueError(message)
        if there == data:
            return
        if self.check:
            self.result.stale.append(path)
            sys.stdout.write(f"{terminal(path)}: out of date; `rollkeeper render` writes it\n")
        else:
            replace_inside(self.root, path, data)
            sys.stdout.write(f"{terminal(path)}: written\n")

    def _attempt(self, path: str, write: Callable[[], None]) -> None:
        try:
            write()
        except (LinkError, ValueError) as error:
            sys.stderr.write(f"{terminal(path)}: {terminal(str(error))}\n")
            self.result.broken = True


def _plates_in(root: Path, folder: str) -> Iterator[str]:
    """Return the paths of the plates in a folder, and of nothing else."""
    for file in sorted((root / folder).rglob("*.svg")):
        path = file.relative_to(root).as_posix()
        data, _ = read_inside(root, path, len(MARK))
        if data is not None and data.startswith(MARK.encode()):
            yield path


def _existing(root: Path, page: str) -> str | None:
    """Return the text of a page, None where there is none; raise ValueError where it is no text."""
    if not os.path.lexists(root / page):
        return None
    data, trouble = read_inside(root, page, MAX_PUBLIC_PAGE_BYTES)
    if data is None or len(data) > MAX_PUBLIC_PAGE_BYTES:
        message = trouble or f"the page is larger than {MAX_PUBLIC_PAGE_BYTES:,} bytes"
        raise ValueError(message)
    return data.decode()
