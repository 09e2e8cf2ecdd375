"""What is fuzzed of logos: each target takes any bytes, and raises where something is wrong.

`TARGETS` has, by name, a target and the files to start from.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from hostile_logos import PNG, SVG
from rollkeeper.fixing.logos import CleanedLogo, clean_svg, offer
from rollkeeper.probes.logos.content import sniff
from rollkeeper.probes.logos.png.chunks import SIGNATURE
from rollkeeper.probes.logos.png.inspecting import inspect_png
from rollkeeper.probes.logos.rendering.renderer import Renderer
from rollkeeper.probes.logos.svg.entities import UnresolvableError
from rollkeeper.probes.logos.svg.inspecting import inspect_svg

LONGEST_MESSAGE = 500
FEW = 3
"""How often a seed has its pattern: mutants of small files are quick and go deep."""
_RENDERER = Renderer()
_RENDERER.unavailable = "what is fuzzed is our own process"


class Target(NamedTuple):
    """A function that takes any bytes, and files to start from."""

    run: Callable[[bytes], None]
    seeds: Sequence[bytes]


def svg(data: bytes) -> None:
    """Inspect an SVG; every defect belongs to a rule, is short, and is on a line of the file."""
    sniff(data)
    last = data.count(b"\n") + data.count(b"\r") + 1
    for defect in inspect_svg(data).defects:
        assert defect.rule.startswith("svg-"), defect
        assert 0 < len(defect.message) < LONGEST_MESSAGE, defect
        assert defect.line is None or 0 < defect.line <= last, defect


def cleaning(data: bytes) -> None:
    """Clean an SVG; a second time nothing is left to clean, and nothing is offered unseen."""
    try:
        cleaned = clean_svg(data)
    except UnresolvableError:
        pass
    else:
        assert len(cleaned) <= len(data)
        assert clean_svg(cleaned) == cleaned
    answer = offer(data, _RENDERER)
    assert not isinstance(answer, CleanedLogo) or answer.data == data


def png(data: bytes) -> None:
    """Inspect a PNG; it has a picture or a defect."""
    sniff(data)
    facts = inspect_png(data)
    assert (facts.picture is None) == any(each.rule != "png-metadata" for each in facts.defects)
    assert all(0 < len(defect.message) < LONGEST_MESSAGE for defect in facts.defects)


def png_with_right_checksums(data: bytes) -> None:
    """Inspect a PNG whose checksums are corrected first, so that its chunks are read."""
    png(corrected(data))


def corrected(data: bytes) -> bytes:
    """Return a PNG with the right checksum behind each chunk that is whole."""
    fixed = bytearray(data)
    at = len(SIGNATURE)
    while at + 12 <= len(fixed):
        (length,) = struct.unpack_from(">I", fixed, at)
        end = at + 8 + length
        if end + 4 > len(fixed):
            break
        struct.pack_into(">I", fixed, end, zlib.crc32(fixed[at + 4 : end]))
        at = end + 4
    return bytes(fixed)


_DRAWINGS = [kind.make(FEW) for kind in SVG.values()]
_PICTURES = [kind.make(FEW) for kind in PNG.values()]
TARGETS: Mapping[str, Target] = {
    "svg": Target(svg, _DRAWINGS),
    "cleaning": Target(cleaning, _DRAWINGS),
    "png": Target(png, _PICTURES),
    "png with right checksums": Target(png_with_right_checksums, _PICTURES),
}
