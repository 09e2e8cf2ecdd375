"""The content of logo files: each read once, inspected, and rendered where that is safe."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore

from rollkeeper.loading.files import read_inside
from rollkeeper.model.limits import MIB
from rollkeeper.model.logo import Logo, LogoDefect, LogoFormat, Picture
from rollkeeper.model.logo_limits import (
    FEW_LOGOS,
    LOGO_RENDER_SIDE,
    MAX_LOGO_BYTES,
    MAX_LOGO_FILES,
    MAX_RENDER_SIDE,
    RENDER_PROCESSES,
    RENDER_QUEUE,
)
from rollkeeper.probes.logos.content import sniff
from rollkeeper.probes.logos.png.inspecting import inspect_png
from rollkeeper.probes.logos.rendering.renderer import Renderer, RenderFailure
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

_FEW_PIXELS = 6
_HARMLESS = frozenset({"svg-live-text", "svg-no-viewbox"})


def inspect_files(
    root: Path, folder: str, names: Sequence[str], *, only: frozenset[str] | None = None
) -> Mapping[str, Logo]:
    """Inspect the files with these names in `folder` below `root`; never raises for one of them.

    Where `only` is given files at other paths are only identified.

    While one file is read and inspected, those that passed are rendered in other processes.
    """
    logos: dict[str, Logo] = {}
    jobs: dict[str, Future[Picture | RenderFailure]] = {}
    processes = 1 if len(names) <= FEW_LOGOS else RENDER_PROCESSES
    room = BoundedSemaphore(RENDER_QUEUE)
    with Renderer(processes=processes) as renderer, ThreadPoolExecutor(processes) as threads:
        for name in names:
            if only is not None and f"{folder}/{name}" not in only:
                logos[name] = _identified(root, folder, name)
                continue
            logo, data = _read(root, folder, name)
            if data is not None:
                logo = _inspected(logo, data)
                if logo.kind is LogoFormat.SVG and harmless(logo.defects):
                    room.acquire()
                    job = threads.submit(renderer.render, data, side=_side(logo.aspect))
                    job.add_done_callback(lambda _: room.release())
                    jobs[name] = job
            logos[name] = logo
        rendered = {name: job.result() for name, job in jobs.items()}
    for name, answer in rendered.items():
        logos[name] = _rendered(logos[name], answer)
    return logos


def _side(aspect: float) -> int:
    """Return the longer side for a rendering, so that the shorter one has a few pixels as well."""
    return max(LOGO_RENDER_SIDE, min(MAX_RENDER_SIDE, round(_FEW_PIXELS * aspect)))


def _rendered(logo: Logo, answer: Picture | RenderFailure) -> Logo:
    if isinstance(answer, Picture):
        return replace(logo, picture=answer)
    if answer.heavy:
        message = f"is too heavy to draw: {answer.reason}; simplify it"
        return replace(logo, defects=(*logo.defects, LogoDefect("svg-too-complex", message)))
    return replace(logo, unseen=answer.reason)


def harmless(defects: Iterable[LogoDefect]) -> bool:
    """Return whether an SVG with these defects may be rendered."""
    return all(defect.rule in _HARMLESS for defect in defects)


def unread(folder: str, name: str, unseen: str | None = None) -> Logo:
    """Make the logo for a name in the folder of which no more is known."""
    # A name need not be UTF-8; the path must be, to be written into reports.
    path = os.fsencode(f"{folder}/{name}").decode(errors="replace")
    return Logo(None, (), None, path, unseen=unseen)


_known: dict[tuple[int, ...], Logo] = {}
"""Identified files: the states before and after a change share most of them, by hard links."""


def _identified(root: Path, folder: str, name: str) -> Logo:
    path = f"{folder}/{name}"
    try:
        about = os.lstat(f"{root}/{path}")
    except OSError:
        return _read(root, folder, name)[0]
    version = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)
    if version not in _known:
        if len(_known) >= MAX_LOGO_FILES:
            _known.clear()
        _known[version] = _read(root, folder, name)[0]
    return replace(_known[version], file=unread(folder, name).file)


def _read(root: Path, folder: str, name: str) -> tuple[Logo, bytes | None]:
    path = f"{folder}/{name}"
    logo = unread(folder, name)
    try:
        size = os.lstat(root / path).st_size
    except OSError as error:
        return replace(logo, unseen=f"it cannot be read: {error.strerror}"), None
    if size > MAX_LOGO_BYTES:
        message = f"has more than {MAX_LOGO_BYTES // MIB} MiB, and nothing larger is opened"
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
            logo, width=png.width, height=png.height, aspect=png.aspect, defects=png.defects,
            picture=png.picture,
        )  # fmt: skip
    if logo.kind is LogoFormat.SVG:
        svg = inspect_svg(data)
        return replace(
            logo, width=svg.width, height=svg.height, aspect=svg.aspect, defects=svg.defects
        )
    return logo
