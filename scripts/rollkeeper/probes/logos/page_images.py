"""What public pages have to know of logos: where each is, its ratio, and where it can be seen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from rollkeeper.grammar.logo_paths import normal_folder
from rollkeeper.loading.files import read_inside
from rollkeeper.model.logo import LogoFormat
from rollkeeper.model.logo_limits import MAX_LOGO_BYTES, PREVIEW_SIDE
from rollkeeper.model.page import LogoImage
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.probes.logos.content import sniff
from rollkeeper.probes.logos.files import harmless
from rollkeeper.probes.logos.folder import list_folder
from rollkeeper.probes.logos.legibility import painted_box, seen_on
from rollkeeper.probes.logos.png.inspecting import inspect_png
from rollkeeper.probes.logos.references import LogoIndex, resolve
from rollkeeper.probes.logos.rendering.renderer import Bitmap, Renderer
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

_UNKNOWN = (300.0, 150.0)
"""What a browser takes for the size of a picture that has none."""
_SHOWN = frozenset({LogoFormat.SVG, LogoFormat.PNG, LogoFormat.APNG})


@dataclass(slots=True)
class PageImages:
    """The logos of a programme by the index of their entries, and entries whose logo is missing."""

    found: dict[int, LogoImage] = field(default_factory=dict)
    missing: list[Entry] = field(default_factory=list)


def page_images(root: Path, programme: Programme) -> PageImages:
    """Look at the logo of each entry that is still active; never raises for one of them.

    A file that a page cannot show, or an address, counts as missing.
    """
    images = PageImages()
    folder = normal_folder(programme.policy.logos or "")
    prefix = programme.policy.logo_prefix
    if not folder:
        return images
    index, prefix = list_folder(root, folder), programme.policy.logo_prefix
    seen: dict[str, LogoImage | None] = {}
    with Renderer(processes=1) as renderer:
        for entry in programme.entries:
            reference = entry.text("logo") if entry.active else None
            if reference is None:
                continue
            file = _file(reference, index, prefix)
            if file is not None and file not in seen:
                seen[file] = _looked_at(root, file, renderer)
            image = seen[file] if file is not None else None
            if image is None:
                images.missing.append(entry)
            else:
                dark = _file(entry.text("logo_dark") or "", index, prefix)
                images.found[entry.index] = replace(image, dark_file=dark)
    return images


def _file(reference: str, index: LogoIndex, prefix: str | None) -> str | None:
    """Return the path of the file that a reference means, also where it is written another way."""
    found = resolve(reference, index, prefix) if reference else None
    return f"{index.folder}/{found.name}" if found and found.name else None


def _looked_at(root: Path, file: str, renderer: Renderer) -> LogoImage | None:
    data, _ = read_inside(root, file, MAX_LOGO_BYTES)
    kind = sniff(data) if data is not None and len(data) <= MAX_LOGO_BYTES else None
    if data is None or kind not in _SHOWN:
        return None
    if kind is LogoFormat.SVG:
        facts = inspect_svg(data)
        safe, has_text = harmless(facts.defects), "svg-live-text" in {d.rule for d in facts.defects}
        width, height = facts.width, facts.height
    else:
        png = inspect_png(data)
        safe, has_text = png.picture is not None, False
        width, height = png.width, png.height
    # What has not passed the check is neither drawn nor put into another picture.
    drawn = renderer.render_pixels(data, side=PREVIEW_SIDE) if safe else None
    if not isinstance(drawn, Bitmap):
        size = (width, height) if width and height else _UNKNOWN
        return LogoImage(file, *size)
    if not (width and height):
        width, height = drawn.width, drawn.height
    # Text is drawn with the fonts of a machine, or not at all: on a plate it is seen anyway.
    pixels = Image.frombytes("RGBA", (drawn.width, drawn.height), drawn.rgba)
    on_light, on_dark = (True, False) if has_text else seen_on(pixels)
    left, top, right, bottom = painted_box(pixels) if not has_text else (0, 0, *pixels.size)
    painted = (
        left / pixels.width,
        top / pixels.height,
        right / pixels.width,
        bottom / pixels.height,
    )
    return LogoImage(file, width, height, on_light=on_light, on_dark=on_dark, painted=painted)
