"""A community's own template of a page, written in Jinja.

The template is the community's, the values in it are anyone's. What a template writes of them is
plain text, in Markdown and in a quoted attribute alike, and never the address of a link: for that
there is the filter `url`. What Rollkeeper has written itself, such as a link, is `Written`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rollkeeper.grammar.escaping import SPLIT, link_target, markdown_text, visible
from rollkeeper.model.limits import MAX_PUBLIC_PAGE_BYTES
from rollkeeper.model.page import LOGO_HEIGHT, Column
from rollkeeper.model.roster import Entry
from rollkeeper.pages.ambassadors import Person, people, portrait
from rollkeeper.pages.cells import HTML, MARKDOWN, cell, handle_link, linked_name, one_line, plain
from rollkeeper.pages.cells import profile_links as links_of
from rollkeeper.pages.groups import grouped
from rollkeeper.pages.logos import logo
from rollkeeper.pages.view import PageView

_UNQUOTED = re.compile(r"=\s*+\{\{")
_SIGN = re.compile(r"[^\w ]|_")


class PageTemplateError(ValueError):
    """A template that cannot be used; the message says where and why."""


class Written(str):
    """Markdown or HTML that is escaped already; joined with anything else it is text again."""

    __slots__ = ()


def templated(view: PageView, name: str, text: str) -> str:
    """Return what a template makes of a page's entries.

    Raises PageTemplateError where it is no template, or names what there is not.
    """
    unquoted = _UNQUOTED.search(text)
    if unquoted:
        line = text.count("\n", 0, unquoted.end()) + 1
        message = f"{name}, line {line}: put quotes around the value of the attribute"
        raise PageTemplateError(message)
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=_written,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"join": _joined, "url": _url, "attribute": _attribute, "json": _json}
    try:
        made = environment.from_string(text).render(_context(view))
    except TemplateError as error:
        at = getattr(error, "lineno", None)
        where = f"{name}, line {at}" if at else name
        message = f"{where}: {error.message or 'it cannot be used'}"
        raise PageTemplateError(message) from error
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        message = f"{name}: {error}"
        raise PageTemplateError(message) from error
    if len(made) > MAX_PUBLIC_PAGE_BYTES:
        message = f"{name} writes more than {MAX_PUBLIC_PAGE_BYTES:,} characters"
        raise PageTemplateError(message)
    return f"{made.strip()}\n"


def _written(value: object) -> str:
    """Return a value as a template writes it: text, unless Rollkeeper itself has written it."""
    if type(value) is Written:
        return str(value)
    if value is None:
        return ""
    text = markdown_text(one_line(str(value)))
    text = text.replace('"', "&quot;").replace("'", "&#39;")
    # Parted before each colon, `javascript:` is no address even in an attribute.
    return text.replace(f":{SPLIT}", ":").replace(":", f"{SPLIT}:{SPLIT}")


def _joined(values: Iterable[object], between: str = ", ") -> Written:
    return Written(_written(between).join(map(_written, values)))


def _url(value: object) -> Written:
    """Return an address that may be linked to, for a quoted attribute; empty for any other."""
    return _attribute(link_target(str(value)) or "")


def _attribute(value: object) -> Written:
    """Return a text for a quoted attribute; in Markdown, too, it would be only text."""
    text = visible(one_line(str(value)))
    return Written(_SIGN.sub(lambda found: f"&#{ord(found[0])};", text))


def _json(value: object) -> Written:
    """Return a value as JSON in which nothing means anything to Markdown or HTML."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return Written(re.sub(r"[^\w\s\",:\\.-]|_", lambda found: f"\\u{ord(found[0]):04x}", text))


class EntryInTemplate:
    """What a template may ask of an entry."""

    def __init__(self, view: PageView, person: Person) -> None:
        """Take the entry of a person, or of any other kind."""
        entry = person.entry
        self.name = one_line(view.name(entry))
        self.website = link_target(view.text(entry, "website") or "") or ""
        self.link = Written(linked_name(view, entry, MARKDOWN))
        self.html_link = Written(linked_name(view, entry, HTML))
        self.active = person.active
        self.years = person.years
        self.handles = [Written(handle_link(text, MARKDOWN)) for _, text in entry.texts("handle")]
        self.profiles = [Written(link) for link in links_of(view, entry, MARKDOWN)]
        self.avatar = Written(portrait(view, entry))
        self.logo = _logo(view, entry)
        self.field = _field(view, entry)
        self.cell = _cell(view, entry)


def _logo(view: PageView, entry: Entry) -> Callable[..., Written]:
    def write(height: int = LOGO_HEIGHT) -> Written:
        return Written(logo(view, entry, min(max(int(height), 1), 512)))

    return write


def _field(view: PageView, entry: Entry) -> Callable[[str], str]:
    def text(path: str) -> str:
        values = (value for _, value in view.located(entry, Column.of(str(path)).path))
        return ", ".join(each for value in values for each in plain(value, view.words))

    return text


def _cell(view: PageView, entry: Entry) -> Callable[[str], Written]:
    def write(path: str) -> Written:
        return Written(cell(view, entry, Column.of(str(path))))

    return write


def _context(view: PageView) -> Mapping[str, Any]:
    made = {person.entry.index: EntryInTemplate(view, person) for person in people(view)}
    active = [each for each in view.programme.entries if made[each.index].active]
    groups = [
        {
            "title": group.title or "",
            "value": group.value or "",
            "entries": [made[entry.index] for entry in group.entries],
        }
        for group in grouped(view, active, view.layout.group_by)
    ]
    return {
        "title": view.title,
        "language": view.language,
        "words": dict(view.words),
        "groups": groups,
        "entries": [made[entry.index] for entry in active],
        "alumni": [each for each in made.values() if not each.active],
    }
