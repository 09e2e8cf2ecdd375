"""Logos as values: what a probe met in a file, for the rules to judge."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import FieldPath


class LogoFormat(StrEnum):
    """The format of a file's content, whatever its name says."""

    SVG = "svg"
    PNG = "png"
    APNG = "apng"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    HEIC = "heic"
    ICO = "ico"
    PDF = "pdf"
    HTML = "html"
    GZIP = "gzip"
    LFS_POINTER = "a Git LFS pointer"
    EMPTY = "empty"
    TEXT = "text"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LogoDefect:
    """Something wrong that a probe met in a logo; `rule` names the rule that reports it.

    `line` is the 1-based line in an SVG, None where there is none.
    """

    rule: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """What a rendering of a logo shows, on its own canvas, in pixels.

    `painted` is the share of pixels that are not transparent, `colours` how many distinct ones
    there are (counted up to 256), `box` the painted part as left, top, right, bottom.
    """

    width: int
    height: int
    painted: float
    colours: int
    box: tuple[int, int, int, int] | None
    on_white: float | None = None
    """The share of what is painted that can be seen on a white page, None where nothing is."""
    on_dark: float | None = None
    """The same on a dark page, such as GitHub's."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo file or a reference to one.

    `entry` is None for a file that no entry names; `file` is the path from the community's root,
    None where the reference leads to no file that may be opened. `dark` is a logo for dark pages.
    """

    entry: Entry | None
    field: FieldPath
    reference: str | None
    file: str | None
    dark: bool = False
    size: int | None = None
    digest: str | None = None
    kind: LogoFormat | None = None
    width: float | None = None
    height: float | None = None
    aspect: float = 1.0
    """How many times the longer side of the canvas is the shorter one; 1 where it is not known."""
    defects: tuple[LogoDefect, ...] = ()
    picture: Picture | None = None
    unseen: str | None = None
    """Why the content could not be checked, such as a renderer that died."""


@dataclass(frozen=True, slots=True)
class LogoFolder:
    """All logos of one programme: those that entries name and all other files of the folder."""

    programme: str
    path: str
    logos: tuple[Logo, ...]
    plated: bool = False
    """Whether the programme's pages put logos on plates where they cannot be seen."""


def name_key(name: str) -> str:
    """Return a key that is equal for names that some file system treats as the same name."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
