"""The logos for a programme's pages: what can be shown, and the plates that some need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rollkeeper.loading.files import read_inside
from rollkeeper.model.logo_limits import MAX_LOGO_BYTES
from rollkeeper.model.page import LogoImage
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.pages.plates import UnplatableError, plate, plate_of
from rollkeeper.probes.logos.page_images import page_images


@dataclass(frozen=True, slots=True)
class PageLogos:
    """Logos by the index of their entries, plates by their paths, and entries without a picture."""

    images: Mapping[int, LogoImage] = field(default_factory=dict)
    plates: Mapping[str, bytes] = field(default_factory=dict)
    missing: tuple[Entry, ...] = ()


def page_logos(root: Path, programme: Programme) -> PageLogos:
    """Return the logos that a programme's pages show, looked at in the community's folder."""
    folder = programme.policy.logos
    if folder is None or not programme.policy.pages:
        return PageLogos()
    looked = page_images(root, programme)
    if not programme.policy.plate_folders:
        return PageLogos(looked.found, {}, tuple(looked.missing))
    plates: dict[str, bytes] = {}
    images = {index: _plated(root, folder, image, plates) for index, image in looked.found.items()}
    return PageLogos(images, plates, tuple(looked.missing))


def _plated(root: Path, folder: str, image: LogoImage, plates: dict[str, bytes]) -> LogoImage:
    """Make the plates that a logo needs; one that cannot be put on a plate does without."""
    for_dark = not image.on_dark and image.dark_file is None
    if image.on_light and not for_dark:
        return image
    data, _ = read_inside(root, image.file, MAX_LOGO_BYTES)
    try:
        for dark in [True] * for_dark + [False] * (not image.on_light):
            path = plate_of(image.file, folder, dark=dark)
            plates[path] = plate(data or b"", image, dark=dark)
    except UnplatableError:
        return replace(image, on_light=True, on_dark=True)
    return image
