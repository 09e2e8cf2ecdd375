"""The pages of a policy file: where they are, their languages, and how each is laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from rollkeeper.grammar.escaping import link_target
from rollkeeper.grammar.languages import is_language
from rollkeeper.grammar.page_words import DEFAULT_WORDS, missing_words
from rollkeeper.loading.files import read_inside
from rollkeeper.loading.policy.sections import PolicyReader, leaves_root, read_path, unknown
from rollkeeper.model.limits import MAX_SCHEMA_BYTES
from rollkeeper.model.logo_limits import LOGO_HEIGHTS
from rollkeeper.model.page import (
    DEFAULT_LANGUAGE,
    LAYOUT_KEYS,
    PAGE_KEYS,
    PAGE_KINDS,
    Column,
    Invitation,
    Page,
    PageLayout,
    PageTemplate,
    Wording,
    humanized,
)
from rollkeeper.model.tree import FieldPath, Map, Value

KEYS = tuple(key.id for key in LAYOUT_KEYS)
_KINDS = tuple(kind.id for kind in PAGE_KINDS)
_COLUMN = "a field, or `Heading: field`, or a mapping with `field` and `title`"
_WORDING = "a text, or a text for each language, such as `{en: Gold, zh: 金牌}`"
_INSIDE = "must be a path inside the community's folder, without `..`"
_ItemT = TypeVar("_ItemT")


def read_layout(reading: PolicyReader) -> dict[str, Any]:
    """Read the settings that a policy makes, as arguments of `PageLayout`."""
    return _layout(reading, ("layout",), reading.settings("layout", KEYS))


def read_pages(reading: PolicyReader) -> list[dict[str, Any]] | None:
    """Read `page` and `pages`, as arguments of `Page`; None where the policy has neither."""
    single = reading.data.get("page")
    if "pages" not in reading.data:
        return [{"path": single}] if isinstance(single, str) else None
    if "page" in reading.data:
        message = "`page` is there as well as `pages`: add it to the list, or remove it"
        reading.error(("page",), message, on_key=True)
    pages: list[dict[str, Any]] = []
    for at, item in reading.items("pages", [key.id for key in PAGE_KEYS]):
        path = reading.text(item, at, "path")
        found: dict[str, Any] = {"path": path}
        if path is not None and leaves_root(path):
            reading.error((*at, "path"), f"`path` {_INSIDE}")
        if path is not None and any(other["path"] == path for other in pages):
            message = f"`{path}` is there twice: each page needs a file of its own"
            reading.error((*at, "path"), message)
        if "language" in item:
            found["language"] = language = reading.text(item, at, "language")
            if language is not None and not is_language(language):
                message = "`language` must be the tag of a language, such as `zh` or `pt-BR`"
                reading.error((*at, "language"), message)
        own = item.get("layout", Map())
        where = (*at, "layout")
        if isinstance(own, Map):
            found["layout"] = _layout(reading, where, reading.known(own, KEYS, where))
        else:
            reading.error(where, "`layout` must be a mapping")
        pages.append(found)
    return pages


def pages_of(
    pages: list[dict[str, Any]], layout: Mapping[str, Any], *, has_logos: bool
) -> tuple[Page, ...]:
    """Return the pages of a policy that is read whole, each with all settings of its layout."""
    found = []
    for each in pages:
        settings = {**layout, **each.get("layout", {})}
        settings["kind"] = settings.get("kind") or _usual_kind(each["path"], has_logos=has_logos)
        language = each.get("language") or DEFAULT_LANGUAGE
        found.append(Page(each["path"], language, PageLayout(**settings)))
    return tuple(found)


def unspoken(page: Page) -> tuple[str, ...]:
    """Return the words that a page needs and that nobody has given in its language."""
    return () if page.layout.kind == "data" else missing_words(page.language, page.layout.words)


def _usual_kind(path: str, *, has_logos: bool) -> str:
    if path.endswith(".json"):
        return "data"
    return "partners" if has_logos else "table"


def _layout(
    reading: PolicyReader, at: FieldPath, settings: list[tuple[str, Value]]
) -> dict[str, Any]:
    return {key: _READERS[key](reading, (*at, key), value) for key, value in settings}


def _kind(reading: PolicyReader, at: FieldPath, value: Value) -> Value:
    if value not in _KINDS:
        reading.error(at, f"`kind` must be one of {', '.join(_KINDS)}")
    return value


def _group_by(reading: PolicyReader, at: FieldPath, value: Value) -> FieldPath | None:
    path = read_path(value)
    if path is None and value is not None:
        reading.error(at, "`group_by` must be a field such as `tier` or `contact.country`")
    return path


def _switch(reading: PolicyReader, at: FieldPath, value: Value) -> Value:
    if not isinstance(value, bool):
        reading.error(at, f"`{at[-1]}` must be `true` or `false`")
    return value


def _columns(reading: PolicyReader, at: FieldPath, value: Value) -> tuple[Column, ...]:
    return _items(reading, at, value, _column, _COLUMN)


def _order(reading: PolicyReader, at: FieldPath, value: Value) -> tuple[str, ...]:
    return _items(reading, at, value, _text, "a text")


def _items(
    reading: PolicyReader,
    at: FieldPath,
    value: Value,
    read: Callable[[Value], _ItemT | None],
    what: str,
) -> tuple[_ItemT, ...]:
    if not isinstance(value, list):
        reading.error(at, f"`{at[-1]}` must be a list")
        return ()
    items = [read(item) for item in value]
    for index, item in enumerate(items):
        if item is None:
            reading.error((*at, index), f"an item of `{at[-1]}` must be {what}")
    return tuple(item for item in items if item is not None)


def _text(item: Value) -> str | None:
    return item if isinstance(item, str) else None


def _column(item: Value) -> Column | None:
    if isinstance(item, Map) and set(item) == {"field", "title"}:
        path, titles = read_path(item["field"]), as_wording(item["title"])
        if path is None or titles is None:
            return None
        return Column(titles.get("") or humanized(str(item["field"])), path, titles, named=True)
    if isinstance(item, Map) and len(item) == 1:
        ((title, field),) = item.items()
        path = read_path(field)
        return Column(title, path, {"": title}, named=True) if path is not None else None
    return Column.of(item) if isinstance(item, str) and read_path(item) is not None else None


def as_wording(value: Value) -> Wording | None:
    """Return a text, or a text for each language, as one by language; None for anything else."""
    if isinstance(value, str) and value.strip():
        return {"": value}
    if not isinstance(value, Map) or not value or not all(map(is_language, value)):
        return None
    texts = {key: text for key, text in value.items() if isinstance(text, str) and text.strip()}
    return texts if len(texts) == len(value) else None


def _headings(reading: PolicyReader, at: FieldPath, value: Value) -> dict[str, Wording]:
    return dict(_wordings(reading, at, value))


def _wordings(reading: PolicyReader, at: FieldPath, value: Value) -> Iterator[tuple[str, Wording]]:
    if not isinstance(value, Map):
        reading.error(at, f"`{at[-1]}` must be a mapping")
        return
    for key, item in value.items():
        found = as_wording(item)
        if found is None:
            reading.error((*at, key), f"`{key}` must be {_WORDING}")
        else:
            yield key, found


def _words(reading: PolicyReader, at: FieldPath, value: Value) -> dict[str, Wording]:
    found = _headings(reading, at, value)
    for key in found:
        if key not in DEFAULT_WORDS:
            reading.error((*at, key), unknown("word", key, DEFAULT_WORDS), on_key=True)
    return found


def _logo_height(reading: PolicyReader, at: FieldPath, value: Value) -> Value:
    between = f"from {LOGO_HEIGHTS[0]} to {LOGO_HEIGHTS[-1]}"
    heights = value if isinstance(value, Map) else {"": value}
    for group, height in heights.items():
        if type(height) is not int or height not in LOGO_HEIGHTS:
            where = (*at, group) if isinstance(value, Map) else at
            reading.error(where, f"`{where[-1]}` must be a whole number {between}")
    return value


def _invitation(reading: PolicyReader, at: FieldPath, value: Value) -> Invitation | None:
    if not isinstance(value, Map) or set(value) != {"text", "url"}:
        reading.error(at, "`invitation` must be a mapping with `text` and `url`")
        return None
    text, url = as_wording(value["text"]), value["url"]
    if text is None:
        reading.error((*at, "text"), f"`text` must be {_WORDING}")
    if not isinstance(url, str) or (link_target(url) is None and leaves_root(url)):
        message = "`url` must be a web address, or a path inside the community's folder"
        reading.error((*at, "url"), message)
        return None
    return Invitation(text or {}, url)


def _template(reading: PolicyReader, at: FieldPath, value: Value) -> PageTemplate | None:
    if not isinstance(value, str) or not value.strip() or leaves_root(value):
        reading.error(at, "`template` must be a file beside the policy, such as partners.md.j2")
        return None
    data, trouble = read_inside(reading.folder, value, MAX_SCHEMA_BYTES)
    try:
        text = (data or b"").decode()
    except UnicodeDecodeError:
        trouble = f"{value} is not UTF-8"
    if trouble or data is None or len(data) > MAX_SCHEMA_BYTES:
        reading.error(at, f"`template`: {trouble or f'{value} is too large'}")
        return None
    return PageTemplate(value, text)


_READERS: Mapping[str, Callable[[PolicyReader, FieldPath, Value], object]] = {
    "kind": _kind,
    "group_by": _group_by,
    "order": _order,
    "headings": _headings,
    "columns": _columns,
    "logo_height": _logo_height,
    "plates": _switch,
    "avatars": _switch,
    "counts": _switch,
    "invitation": _invitation,
    "words": _words,
    "template": _template,
}
