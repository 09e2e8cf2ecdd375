"""Every limit on logos: what is read of them, and what drawing them may take."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rollkeeper.model.limits import MIB

MAX_LOGO_BYTES = MIB
"""A larger logo file is not opened, whatever a policy allows."""

MAX_LOGO_HEAD = 64 * 1024
"""Bytes from the start of a file in which the first element of a document is searched."""

MAX_LOGO_FILES = 20_000
"""Names read from one logo folder, and the folders in it, before it is given up on."""

MAX_LOGO_DEPTH = 8
"""Folders of a logo folder inside one another."""

MAX_PNG_SIDE = 8_192
"""Pixels of one side of a PNG before it is taken for a decompression bomb."""

MAX_PNG_PIXELS = 4_096 * 4_096
"""Pixels of a PNG in all."""

MAX_PNG_INFLATED = 80 * MIB
"""Bytes that a PNG's picture data may unpack to."""

MAX_PNG_CHUNKS = 4_096
"""Chunks of one PNG."""

MAX_PNG_TEXT = 64 * 1024
"""Bytes of one text chunk of a PNG, packed or unpacked."""

MAX_PNG_TEXTS = 256 * 1024
"""Bytes of all text chunks of a PNG, unpacked."""

MAX_PNG_EXIF = 32 * 1024
"""Bytes of the EXIF data of a PNG, a small preview included."""

MAX_PNG_PALETTE = 4 * 1024
"""Bytes of a palette of a PNG, one that only suggests colours included."""

MAX_PNG_OTHER = 256
"""Bytes of any other chunk of a PNG, one of unknown use included; drawing programs write 28."""

MAX_PNG_EXTRAS = 128 * 1024
"""Bytes of all chunks of a PNG that hold neither its picture nor its colour profile."""

MAX_PNG_PROFILE = MIB
"""Bytes that a colour profile may unpack to."""

MAX_EXIF_TAGS = 1_000
"""Entries of a directory of EXIF data that are read."""

MAX_SVG_BYTES = 512 * 1024
"""Bytes of an SVG before it is refused unread; one logo in three hundred is larger."""

MAX_SVG_ELEMENTS = 5_000
"""Elements of an SVG."""

MAX_SVG_DEPTH = 32
"""Elements of an SVG inside one another, and references of an SVG that lead to one another."""

MAX_SVG_ATTRIBUTES = 64
"""Attributes of one element of an SVG."""

MAX_SVG_ATTRIBUTE = 200 * 1024
"""Characters of one attribute of an SVG, which may be one long path."""

MAX_SVG_NAMESPACES = 64
"""Namespace declarations of an SVG."""

MAX_SVG_ENTITIES = 64
"""Entities that are written out where an SVG is checked or cleaned in spite of them."""

MAX_SVG_ENTITY = 200
"""Characters of one such entity."""

MAX_SVG_FILTERS = 64
"""Filter primitives of an SVG."""

MAX_SVG_REFERENCES = 5_000
"""References of an SVG to its own parts."""

MAX_SVG_DRAWN = 20_000
"""Elements that an SVG draws when every reference is followed."""

MAX_SVG_GEOMETRY = 2 * MIB
"""Characters of path data that an SVG draws when every reference is followed."""

MAX_SVG_PASSES = 300
"""Times that filters, masks and layers of an SVG go over its canvas: about 1 s at 600 pixels."""

MAX_SVG_SIDE = 16_384
"""Pixels of an SVG's width or height."""

MAX_SVG_VIEW_BOX = 1e6
"""The largest number in an SVG's viewBox."""

MAX_SVG_ASPECT = 1_000
"""How many times longer one side of an SVG may be than the other before it is refused."""

MAX_SVG_NUMBER = 1e9
"""The largest number of any kind in an SVG; a renderer's own arithmetic fails beyond."""

MAX_SVG_BLUR = 200
"""The largest standard deviation of a blur in an SVG, in user units."""

MAX_SVG_FILTER_NUMBERS: Mapping[str, int] = MappingProxyType(
    {"stdDeviation": MAX_SVG_BLUR, "radius": 100, "numOctaves": 10, "order": 7}
)
"""The largest numbers of filters in an SVG: time and memory grow with them."""

MAX_SVG_DASHES = 3_000_000
"""Dashes that an SVG may draw: a browser takes about a second for five million."""

MIN_SVG_DASH = 0.01
"""The shortest pattern of dashes in an SVG, in user units: shorter ones are a bomb."""

MAX_CSS_CHARACTERS = 128 * 1024
"""Characters of CSS in one SVG that are taken apart into tokens."""

MAX_CSS_DEPTH = 16
"""Brackets of CSS inside one another; the tokeniser itself has no limit."""

MAX_CSS_RULES = 1_000
"""Rules of the style sheets of one SVG."""

MAX_CSS_STEPS = 50_000_000
"""Comparisons of elements with selectors of an SVG's style sheets: about a second."""

MAX_LOGO_DEFECTS = 10
"""Flaws of one kind that are named for one logo."""

RENDER_MEMORY = 1024 * MIB
"""Bytes of address space of a process that renders logos."""

RENDER_CPU_SECONDS = 2
"""Seconds of computing that one rendering may take."""

RENDER_WALL_SECONDS = 30
"""Seconds that one rendering may take by the clock, when the machine is busy."""

RENDER_PROCESSES = 2
"""Processes that render logos at the same time."""

FEW_LOGOS = 20
"""Up to this many logos, starting a second process takes longer than it saves."""

RENDER_QUEUE = 64
"""Logos held in memory until they are rendered."""

RENDER_START_SECONDS = 30.0
"""Seconds that a process that renders logos may take to start."""

RENDER_DEATHS = 10
"""Renderings that may end their process before no more are tried in one run."""

RENDER_SIDE = 64
"""Pixels of the longer side of a rendering: enough to see whether and how something is painted."""

MAX_COLOURS = 256
"""Distinct colours of a rendering that are counted."""

MAX_COLOUR_SAMPLE = 512 * 512
"""Pixels from which colours are taken; a larger picture is averaged down first."""

COMPARED_SIDE = 512
"""Pixels of the longer side where two renderings are compared."""

MAX_REFERENCE = 200
"""Characters of an entry's reference to its logo."""

LOGO_RENDER_SIDE = 48
"""Pixels of the longer side of a rendering that is only measured: time goes by the pixel."""

MAX_RENDER_SIDE = 1_024
"""The same of a very long logo, whose shorter side would have less than a pixel."""

PREVIEW_SIDE = 240
"""Pixels of the longer side of a logo that is shown to reviewers."""

MAX_PREVIEWS = 12
"""Logos on one sheet of previews."""

LOGO_HEIGHTS = range(16, 257)
"""Heights of a logo on a page, in pixels, that a policy may ask for."""
