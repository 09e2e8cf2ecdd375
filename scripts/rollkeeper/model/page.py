"""Public pages as values: how a policy wants them laid out, and what is known of their pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from rollkeeper.model.tree import FieldPath, field_path

Wording: TypeAlias = Mapping[str, str]
"""A text by language, such as `{"en": "Gold", "zh": "金牌"}`; under `""` what any page may use."""

DEFAULT_LANGUAGE = "en"
LOGO_HEIGHT = 56
"""Pixels of a logo's height, at most, where a policy says nothing."""
RANKED_HEIGHTS = (88, 68, LOGO_HEIGHT)
"""The same where a policy ranks the groups by naming their `order`: first, second, all others."""


class PageKind(NamedTuple):
    """A kind of page, and what it shows."""

    id: str
    purpose: str


PAGE_KINDS = (
    PageKind("partners", "organisations: logos of one size, then a table of what else is known"),
    PageKind("ambassadors", "people: the active ones as cards with their pictures, then alumni"),
    PageKind("table", "anything else: a table, or one for each group"),
    PageKind("data", "the entries as JSON, for a site that builds pages of its own"),
)  # fmt: skip


class LayoutKey(NamedTuple):
    """A key of `layout`: what it is for, and what holds where a policy does not set it."""

    id: str
    purpose: str
    default: str


LAYOUT_KEYS = (
    LayoutKey(
        "kind",
        "what the page shows",
        "`partners` where the policy names `logos`, `data` for a `.json` file, else `table`",
    ),
    LayoutKey(
        "group_by",
        "the field by which entries are grouped under headings, such as `tier`",
        "no groups",
    ),
    LayoutKey(
        "order",
        "the values of that field in their order; logos of the first are the largest",
        "by name",
    ),
    LayoutKey(
        "headings",
        "headings for these values, where a value is not meant to be read",
        "the value",
    ),
    LayoutKey(
        "columns",
        "the fields to show: each a field, or `Heading: field`, or a mapping with `field` and "
        "`title`; `[]` for logos alone",
        "what the entries have of `name`, `description` and `offerings`",
    ),
    LayoutKey(
        "logo_height",
        "how many pixels high a logo may be, or a mapping from group to that; it may be 2.4 times "
        "as wide",
        "56; with `order` 88, 68, and 56 for all others",
    ),
    LayoutKey(
        "plates",
        "whether a logo that is not seen on dark pages is shown there on a white plate, and one "
        "that is not seen on light pages on a dark one",
        "`true`",
    ),
    LayoutKey(
        "avatars",
        "whether people are shown with the pictures of their GitHub accounts",
        "`true`",
    ),
    LayoutKey("counts", "whether headings say how many entries follow", "`false`"),
    LayoutKey(
        "invitation",
        "a last line about how to get on the list, with `text` and `url`: a web address, or a path "
        "from the community's folder",
        "none",
    ),
    LayoutKey(
        "words",
        "Rollkeeper's own words on the page, such as `active`, in other words or languages",
        "English and Chinese are built in",
    ),
    LayoutKey(
        "template",
        "a Jinja template of your own, a file beside the policy",
        "none",
    ),
)

PAGE_KEYS = (
    LayoutKey("path", "the page, a path from the community's folder", "needed"),
    LayoutKey("language", "its language, such as `zh` or `pt-BR`", "`en`"),
    LayoutKey("layout", "settings of `layout` that differ for this page", "none"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a page's table: its heading and the path of its values in an entry.

    A `named` column has the heading that the policy gives it, any other one is headed by its field.
    """

    title: str
    path: FieldPath
    titles: Wording = field(default_factory=dict)
    named: bool = False

    @classmethod
    def of(cls, field: str) -> Column:
        """Return the column of a field, headed by the field's own words."""
        return cls(humanized(field), field_path(field))


def humanized(field: str) -> str:
    """Return a field such as `meeting_notes` or `leads.*.github` as the words of a heading."""
    words = " ".join(field.replace(".", " ").replace("_", " ").replace("*", " ").split())
    title = words or field
    return title[:1].upper() + title[1:]


@dataclass(frozen=True, slots=True)
class Invitation:
    """The line that says how to get on the list; `target` is a web address, or a path of a file."""

    text: Wording
    target: str


class PageTemplate(NamedTuple):
    """A community's own template: the name of its file, and what is in it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PageLayout:
    """How a page is laid out; what is None is left to the kind of page."""

    kind: str | None = None
    group_by: FieldPath | None = None
    columns: tuple[Column, ...] | None = None
    order: tuple[str, ...] = ()
    headings: Mapping[str, Wording] = field(default_factory=dict)
    logo_height: int | Mapping[str, int] | None = None
    plates: bool = True
    avatars: bool = True
    counts: bool = False
    invitation: Invitation | None = None
    words: Mapping[str, Wording] = field(default_factory=dict)
    template: PageTemplate | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is written from a roster."""

    path: str
    language: str = DEFAULT_LANGUAGE
    layout: PageLayout = field(default_factory=PageLayout)


@dataclass(frozen=True, slots=True)
class LogoImage:
    """What a page has to know of an entry's logo: files by their paths from the community's root.

    `width` and `height` are the picture's own, of which only the ratio counts, and `painted` is the
    part that is not empty border: left, top, right and bottom as shares of them. Where a logo is
    not seen `on_light` or `on_dark` pages as it is, there is a plate for it.
    """

    file: str
    width: float
    height: float
    dark_file: str | None = None
    on_light: bool = True
    on_dark: bool = True
    painted: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)

    @property
    def across(self) -> float:
        """The share of the width that is painted."""
        return self.painted[2] - self.painted[0]

    @property
    def down(self) -> float:
        """The share of the height that is painted."""
        return self.painted[3] - self.painted[1]


def plate_folders(logos: str) -> tuple[str, str]:
    """Return the folders beside a folder of logos for plates on light and on dark pages."""
    folder = "/".join(step for step in logos.split("/") if step not in {"", "."})
    return f"{folder}-on-light", f"{folder}-on-dark"
