"""The content of logo files: each read once, inspected, and rendered where that is safe."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore
from types import TracebackType
from typing import Self

from rollkeeper.loading.files import read_inside
from rollkeeper.model.limits import LOGO_RENDER_SIDE, MAX_LOGO_BYTES, MAX_SVG_BYTES, MIB
from rollkeeper.model.logo import Logo, LogoDefect, LogoFormat, Picture
from rollkeeper.probes.logos.content import sniff
from rollkeeper.probes.logos.png.inspecting import inspect_png
from rollkeeper.probes.logos.rendering.renderer import Renderer, RenderFailure
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

PROCESSES = 2
FEW = 20
"""Up to this many files, starting a second process takes longer than it saves."""
WAITING = 64
"""Files held in memory until they are rendered."""
HARMLESS = frozenset({"svg-live-text", "svg-no-viewbox"})
"""Flaws with which an SVG may still be rendered."""


def look_at_files(
    root: Path, folder: str, names: Sequence[str], *, only: frozenset[str] | None = None
) -> Mapping[str, Logo]:
    """Look at the files with these names in `folder` below `root`; never raises for one of them.

    Where `only` is given files at other paths are read, to tell them apart, but not inspected.

    While one file is read and inspected, those that passed are rendered in other processes.
    """
    seen: dict[str, Logo] = {}
    with _RenderPool(1 if len(names) <= FEW else PROCESSES) as studio:
        for name in names:
            if only is not None and f"{folder}/{name}" not in only:
                seen[name] = _told_apart(root, folder, name)
                continue
            logo, data = _read(root, folder, name)
            if data is not None:
                logo = _inspected(logo, data)
                if logo.kind is LogoFormat.SVG and all(
                    defect.rule in HARMLESS for defect in logo.defects
                ):
                    studio.take(name, data)
            seen[name] = logo
        drawn = studio.drawn()
    for name, shown in drawn.items():
        if isinstance(shown, RenderFailure):
            seen[name] = replace(seen[name], unseen=shown.reason)
        else:
            seen[name] = replace(seen[name], picture=shown)
    return seen


class _RenderPool:
    """Has files rendered in the background, and lets only so many of them wait."""

    def __init__(self, processes: int) -> None:
        self._renderer = Renderer(processes=processes)
        self._threads = ThreadPoolExecutor(processes)
        self._room = BoundedSemaphore(WAITING)
        self._jobs: dict[str, Future[Picture | RenderFailure]] = {}

    def __enter__(self) -> Self:
        self._renderer.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._renderer.__exit__(kind, error, trace)

    def take(self, name: str, data: bytes) -> None:
        """Have a file rendered; waits while too many others do."""
        self._room.acquire()
        job = self._threads.submit(self._renderer.render, data, side=LOGO_RENDER_SIDE)
        job.add_done_callback(lambda _: self._room.release())
        self._jobs[name] = job

    def drawn(self) -> dict[str, Picture | RenderFailure]:
        """Wait for all renderings."""
        return {name: job.result() for name, job in self._jobs.items()}


def unread(folder: str, name: str, unseen: str | None = None) -> Logo:
    """Make the logo for a name in the folder of which no more is known."""
    # A name need not be UTF-8; the path must be, to be written into reports.
    path = os.fsencode(f"{folder}/{name}").decode(errors="replace")
    return Logo(None, (), None, path, unseen=unseen)


_known: dict[tuple[int, ...], Logo] = {}
"""Logos that were read to be told apart, by file: two states of a community share most of them."""


def _told_apart(root: Path, folder: str, name: str) -> Logo:
    path = f"{folder}/{name}"
    try:
        about = os.lstat(f"{root}/{path}")
    except OSError:
        return _read(root, folder, name)[0]
    key = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
    if key not in _known:
        _known[key] = _read(root, folder, name)[0]
    return replace(_known[key], file=unread(folder, name).file)


def _read(root: Path, folder: str, name: str) -> tuple[Logo, bytes | None]:
    path = f"{folder}/{name}"
    logo = unread(folder, name)
    try:
        size = os.lstat(root / path).st_size
    except OSError as error:
        return replace(logo, unseen=f"it cannot be read: {error.strerror}"), None
    if size > MAX_LOGO_BYTES:
        message = f"has {size:,} bytes; nothing of more than {MAX_LOGO_BYTES // MIB} MiB is opened"
        return replace(logo, size=size, defects=(LogoDefect("logo-format", message),)), None
    data, trouble = read_inside(root, path, MAX_LOGO_BYTES)
    if data is None:
        return replace(logo, size=size, unseen=trouble), None
    digest = hashlib.sha256(data).hexdigest()
    return replace(logo, size=len(data), digest=digest, kind=sniff(data)), data


def _inspected(logo: Logo, data: bytes) -> Logo:
    if logo.kind in {LogoFormat.PNG, LogoFormat.APNG}:
        png = inspect_png(data)
        return replace(
            logo, width=png.width, height=png.height, defects=png.defects, picture=png.picture
        )
    if logo.kind is LogoFormat.SVG:
        svg = inspect_svg(data, max_bytes=MAX_SVG_BYTES)
        return replace(logo, width=svg.width, height=svg.height, defects=svg.defects)
    return logo
