"""The content of logo files: each read once, inspected, and rendered where that is safe."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path as File

from rollkeeper.limits import MAX_LOGO_BYTES, MAX_SVG_BYTES, MIB
from rollkeeper.loading import read_inside
from rollkeeper.logo import Flaw, Kind, Logo
from rollkeeper.probes.content import sniff
from rollkeeper.probes.png import inspect_png
from rollkeeper.probes.svg import inspect_svg

WORKERS = 2
FEW = 150
"""Up to this many files, starting processes takes longer than it saves."""
SHARE = 100
"""Files that a process takes at a time: few enough that one bad file costs little."""
HARMLESS = frozenset({"svg-live-text", "svg-no-viewbox"})
"""Flaws with which an SVG may still be rendered."""


def look_at_files(root: File, folder: str, names: Sequence[str]) -> Mapping[str, Logo]:
    """Look at the files with these names in `folder` below `root`; never raises for one of them.

    Many files are shared out between processes; where one of those dies, its files are unseen.
    """
    if len(names) <= FEW:
        return _look_at_share(root, folder, names)
    shares = [names[start : start + SHARE] for start in range(0, len(names), SHARE)]
    seen: dict[str, Logo] = {}
    with ProcessPoolExecutor(WORKERS, mp_context=get_context(_start_method())) as pool:
        running = {pool.submit(_look_at_share, root, folder, share): share for share in shares}
        for done in as_completed(running):
            try:
                seen.update(done.result())
            except BrokenProcessPool:
                died = "the process that looked at it died"
                seen.update((name, unread(folder, name, died)) for name in running[done])
    return seen


def unread(folder: str, name: str, unseen: str | None = None) -> Logo:
    """Make the logo for a name in the folder of which no more is known."""
    # A name need not be UTF-8; the path must be, to be written into reports.
    path = os.fsencode(f"{folder}/{name}").decode(errors="replace")
    return Logo(None, (), None, path, unseen=unseen)


def _start_method() -> str:
    """Fork where that is safe, as it is by far the quickest; a process with threads must not."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _look_at_share(root: File, folder: str, names: Sequence[str]) -> dict[str, Logo]:
    """Look at files one after the other, then render the SVGs that passed."""
    seen: dict[str, Logo] = {}
    to_render: dict[str, bytes] = {}
    for name in names:
        logo, data = _read(root, folder, name)
        if data is not None:
            logo = _inspected(logo, data)
            if logo.kind is Kind.SVG and all(flaw.rule in HARMLESS for flaw in logo.flaws):
                to_render[name] = data
        seen[name] = logo
    return seen


def _read(root: File, folder: str, name: str) -> tuple[Logo, bytes | None]:
    path = f"{folder}/{name}"
    logo = unread(folder, name)
    try:
        size = os.lstat(root / path).st_size
    except OSError as error:
        return replace(logo, unseen=f"it cannot be read: {error.strerror}"), None
    if size > MAX_LOGO_BYTES:
        message = f"has {size:,} bytes; nothing of more than {MAX_LOGO_BYTES // MIB} MiB is opened"
        return replace(logo, size=size, flaws=(Flaw("logo-format", message),)), None
    data, trouble = read_inside(root, path, MAX_LOGO_BYTES)
    if data is None:
        return replace(logo, size=size, unseen=trouble), None
    digest = hashlib.sha256(data).hexdigest()
    return replace(logo, size=len(data), digest=digest, kind=sniff(data)), data


def _inspected(logo: Logo, data: bytes) -> Logo:
    if logo.kind in {Kind.PNG, Kind.APNG}:
        png = inspect_png(data)
        return replace(
            logo, width=png.width, height=png.height, flaws=png.flaws, picture=png.picture
        )
    if logo.kind is Kind.SVG:
        svg = inspect_svg(data, max_bytes=MAX_SVG_BYTES)
        return replace(logo, width=svg.width, height=svg.height, flaws=svg.flaws)
    return logo
