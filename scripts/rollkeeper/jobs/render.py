"""The public pages written from the rosters, or compared with them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rollkeeper.engine.run import Options, load_community
from rollkeeper.loading.files import read_inside, replace_inside
from rollkeeper.model.limits import MAX_PUBLIC_PAGE_BYTES
from rollkeeper.model.roster import Programme
from rollkeeper.model.status import Status
from rollkeeper.pages import difference, page_text


def render_pages(options: Options, *, check: bool = False) -> int:
    """Write the pages, or with `check` only show what differs; return the exit status."""
    stale = 0
    for programme in load_community(options).programmes:
        page = programme.policy.page
        if page is None:
            sys.stdout.write(f"{programme.name}: the policy names no page\n")
            continue
        try:
            stale += _render_page(options, programme, page, check=check)
        except ValueError as error:
            sys.stderr.write(f"{page}: {error}\n")
            return Status.WRONG_USE
    return Status.FINDINGS if stale else Status.CLEAN


def _render_page(options: Options, programme: Programme, page: str, *, check: bool) -> bool:
    """Write one page; with `check` return whether it is out of date.

    Raises ValueError where the existing page cannot be used.
    """
    old = _existing(options.root, page)
    new = page_text(programme, old, today=options.day(programme))
    if new == old:
        sys.stdout.write(f"{page}: up to date\n")
    elif check:
        sys.stdout.write(
            f"{page}: out of date; `rollkeeper render` writes it from {programme.roster.path}, and "
            f"the Render workflow does after a merge\n{difference(old or '', new, name=page)}"
        )
        return True
    else:
        replace_inside(options.root, page, new.encode())
        sys.stdout.write(f"{page}: written\n")
    return False


def _existing(root: Path, page: str) -> str | None:
    if not os.path.lexists(root / page):
        return None
    data, trouble = read_inside(root, page, MAX_PUBLIC_PAGE_BYTES)
    if data is None or len(data) > MAX_PUBLIC_PAGE_BYTES:
        message = trouble or f"the page is larger than {MAX_PUBLIC_PAGE_BYTES:,} bytes"
        raise ValueError(message)
    return data.decode()
