"""Which field of an entry a column, a link or a person goes to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count
from urllib.parse import urlsplit

from rollkeeper.grammar.emails import is_email
from rollkeeper.grammar.handles import bare, fold, is_handle, owner_at
from rollkeeper.grammar.yaml_writer import Data
from rollkeeper.loading.importing.pieces import BREAK, CellPart, links, plain
from rollkeeper.model.roles import ROLES

_LINK_FIELDS = tuple(word for role in ROLES for word in role.link_words)
_LINK_NAMES = ("blog", "profile", "linkedin", "twitter")
"""Words of a link under which it is kept in `links`, whatever else its text says."""
_BARE_URL = re.compile(r"https?://\S+\Z", re.IGNORECASE)
_PARTED = re.compile(r"[,;、\n]|(?<=\s)(?:and|&|/)(?=\s)")
_BLANKS = (" ", "\t", "\n", "\u00a0")
_AFTER_NAME = re.compile(r"\s[-\u2013\u2014|]\s|:\s|\(")
_PERSON = ("name", "github", "profile", "email")
_AROUND = " ()[]-\u2013\u2014:,;|"
"""Signs between a name and the words about it: brackets, hyphens, dashes."""
_WORD = re.compile(r"[^\W_]+")
_FLAG_A = 0x1F1E6
"""The sign of the letter A in a flag."""
_FLAG = re.compile("([\U0001f1e6-\U0001f1ff]{2})\\s*(\\S.*)")
_DETAIL_URL = re.compile(r"<?(https?://[^\s<>]{1,500})>?")
_SITES = frozenset({"website", "official_site", "official_website", "site", "homepage", "url"})
"""Words before a link that say that it is the entry's website."""

Entry = dict[str, Data]


@lru_cache(maxsize=8192)
def snake(text: str) -> str:
    """Return the name of a field for a heading: `Meeting Notes` becomes `meeting_notes`."""
    plain_text = unicodedata.normalize("NFKC", text).casefold()
    return "_".join(_WORD.findall(plain_text)) or "field"


_HEADINGS = {role.field: frozenset(map(snake, role.headings)) for role in ROLES if role.headings}
_NAMES = _HEADINGS.pop("name")
_PEOPLE = {
    "contacts": ("contact", "contact_person", "maintainer"),
    "leads": ("lead", "chair"),
    "members": ("members",),
}
"""Columns of people, each of whom has fields of their own."""
_FIELDS = {
    heading: field for field, headings in (_HEADINGS | _PEOPLE).items() for heading in headings
}


def name_column(header: Sequence[str]) -> int:
    """Return which column holds the name of an entry, by its heading, or else the first."""
    keys = list(map(snake, header))
    exact = [number for number, key in enumerate(keys) if key in {"name", "full_name"}]
    known = [number for number, key in enumerate(keys) if key in _NAMES]
    return (exact or known or [0])[0]


def field_of(header: str) -> str:
    """Return the field that a column goes to."""
    key = snake(header)
    if key.startswith("description"):
        return "description"
    return _FIELDS.get(key) or _FIELDS.get(key.removesuffix("s")) or key


def put(entry: Entry, key: str, value: Data) -> None:
    """Set a field of an entry; where it has another value, under the key with the next number."""
    if key in entry:
        if isinstance(value, str) and entry[key] == value:
            return
        # The last field is most often the one before this: many fields of one name stay cheap.
        numbered = re.compile(rf"{re.escape(key)}_([0-9]{{1,6}})")
        last = next(filter(None, map(numbered.fullmatch, reversed(entry))), None)
        first = int(last[1]) + 1 if last else 2
        key = next(free for number in count(first) if (free := f"{key}_{number}") not in entry)
    entry[key] = value


def put_link(entry: Entry, key: str, target: str) -> None:
    """Add a link to an entry, under `links`."""
    held = entry.setdefault("links", {})
    if isinstance(held, dict):
        put(held, key, target)


def put_name(entry: Entry, cell: Sequence[CellPart]) -> None:
    """Set the name of an entry, and what the name links to."""
    name = _without_own_handle(cell) or plain(cell)
    put(entry, "name", bare(name) if is_handle(bare(name)) else name)
    _take_flag(entry)
    for piece in cell:
        if piece.image and piece.target:
            put(entry, "logo", piece.target)
    for number, piece in enumerate(each for each in links(cell) if not each.image):
        target = piece.target or ""
        if number:
            put_link(entry, snake(piece.text), target)
        elif account_of(target):
            _put_account(entry, piece)
        elif _BARE_URL.match(target):
            put(entry, "website", target)
        else:
            put(entry, "path", target)


def _without_own_handle(cell: Sequence[CellPart]) -> str:
    """Return the name of `Mona Example ([octocat](https://github.com/octocat))`, else nothing."""
    targets = links(cell)
    for piece in targets:
        account = account_of(piece.target or "")
        if account is None or fold(bare(piece.text.strip())) != fold(account):
            return ""
    words = plain([piece for piece in cell if piece.target is None])
    return words.strip(_AROUND) if targets else ""


def put_cell(entry: Entry, header: str, cell: Sequence[CellPart]) -> Iterator[str]:
    """Set the field of a column; return the parts of the cell that found no place."""
    key = field_of(header)
    text, targets = plain(cell), links(cell)
    if not text and not targets:
        return
    if key in _PEOPLE:
        put(entry, key, list(people_of(cell)))
    elif _put_plainly(entry, key, text, targets):
        beside = plain([piece for piece in cell if piece.target is None]) if targets else ""
        if _WORD.search(beside):
            yield beside
    elif key in {"website", "logo"} or _is_pictures(cell):
        yield from _put_address(entry, key, text, targets)
    elif len(targets) == 1 and text == targets[0].text.strip():
        words = set(_WORD.findall(text.casefold()))
        # A label that only repeats the heading, such as `Notes` under Meeting Notes, says nothing.
        if not words <= set(_WORD.findall(header.casefold())):
            put(entry, key, text)
        put_link(entry, key, targets[0].target or "")
    else:
        put(entry, key, text)
        for piece in targets:
            put_link(entry, snake(piece.text), piece.target or "")


def _put_plainly(entry: Entry, key: str, text: str, targets: Sequence[CellPart]) -> bool:
    """Set handles and e-mail addresses without the links to them; return whether they were any."""
    if key == "github" and not targets and is_handle(bare(text)):
        put(entry, key, bare(text))
        return True
    if key == "github" and targets and all(account_of(each.target or "") for each in targets):
        for piece in targets:
            _put_account(entry, piece)
        return True
    if key == "email" and targets and all(map(_is_own_mail, targets)):
        for piece in targets:
            put(entry, key, piece.text.strip())
        return True
    return False


def _is_pictures(cell: Sequence[CellPart]) -> bool:
    """Return whether a cell has pictures and nothing beside them."""
    alone = [piece for piece in cell if piece.text.strip() and piece.target is None]
    pictures = [piece.text for piece in cell if piece.image]
    linked = [piece for piece in links(cell) if not piece.image and piece.text not in pictures]
    return bool(pictures) and not alone and not linked


def _put_address(entry: Entry, key: str, text: str, targets: Sequence[CellPart]) -> Iterator[str]:
    if not targets:
        put(entry, key, text)
        return
    pictured = any(piece.image for piece in targets)
    for piece in targets:
        if piece.image:
            put(entry, "logo", piece.target)
        elif not pictured:
            put(entry, key, piece.target)
        elif "website" in entry:
            put_link(entry, snake(piece.text), piece.target or "")
        else:
            # A picture that is a link leads to whom it shows.
            put(entry, "website", piece.target)
    shown = " ".join(text.split())
    addresses = {piece.target for piece in targets} | {piece.text for piece in targets if pictured}
    if shown and shown not in addresses and not any(shown in (each or "") for each in addresses):
        yield shown


def account_of(target: str) -> str | None:
    """Return the GitHub account that an address is the profile of."""
    parts = urlsplit(target)
    if parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        return None
    account, below = owner_at(parts.netloc, parts.path) or ("", "")
    return account if is_handle(account) and not below else None


def people_of(cell: Sequence[CellPart]) -> Iterator[dict[str, Data]]:
    """Return the people that a cell names, separated by commas, line breaks or `and`."""
    current: list[CellPart] = []
    for piece in cell:
        if piece.target is not None:
            current.append(piece)
            continue
        parts = _PARTED.split(piece.text)
        for number, part in enumerate(parts):
            if number:
                yield from _person(current)
                current = []
            text = part.lstrip() if number else part
            current.append(CellPart(text if number == len(parts) - 1 else text.rstrip()))
    yield from _person(current)


def _person(pieces: Sequence[CellPart]) -> Iterator[dict[str, Data]]:
    person: Entry = {}
    text = plain([piece for piece in pieces if piece.target is None]).strip(_AROUND)
    for piece in links(pieces):
        target = piece.target or ""
        label = piece.text.replace(BREAK, " ").strip()
        if _is_mail(target):
            _put_mail(person, piece, "name")
        elif label.startswith("@") or account_of(target):
            _put_account(person, piece)
        else:
            if label:
                put(person, "name", label)
            put(person, "profile", target)
    if is_email(text):
        put(person, "email", text)
    elif text.startswith("@") and is_handle(text[1:]):
        put(person, "github", text[1:])
    elif text:
        put(person, "name" if "name" not in person else "note", text)
    if person:
        order = dict.fromkeys((*_PERSON, *person))
        yield {key: person[key] for key in order if key in person}


def _put_account(person: Entry, piece: CellPart) -> None:
    """Set a person's handle, and their profile where it is not that handle's own page."""
    label, target = piece.text.strip(), piece.target or ""
    account = account_of(target)
    handle = label[1:] if label.startswith("@") else account
    if not label.startswith("@") and label.casefold() != (account or "").casefold():
        person.setdefault("name", label)
    put(person, "github", handle)
    if account is None or fold(account) != fold(str(handle)):
        put(person, "profile", target)


def item_entry(pieces: Sequence[CellPart]) -> Entry:
    """Make an entry of a list's item: a name, then links and words about it."""
    entry: Entry = {}
    pictures = [piece for piece in pieces if piece.image and piece.target]
    pieces = [piece for piece in pieces if not piece.image]
    first = next((number for number, piece in enumerate(pieces) if piece.target), len(pieces))
    before, rest = list(pieces[:first]), list(pieces[first:])
    lead, words = _cut_words(plain(before))
    if lead:
        entry["name"] = lead
        _take_flag(entry)
    elif rest:
        put_name(entry, rest[:1])
        rest = rest[1:]
    for piece in pictures:
        put(entry, "logo", piece.target)
    for piece in rest:
        if piece.target is None:
            words = f"{words} {piece.text}"
        elif piece.text.strip().startswith("@") or account_of(piece.target):
            _put_account(entry, piece)
        elif _is_mail(piece.target):
            _put_mail(entry, piece, "contact_name")
        else:
            _put_labelled(entry, piece)
    about = " ".join(words.split()).strip(_AROUND)
    lead, at, handle = about.rpartition("@")
    # `Ann Example (Alder Cloud) @ann`; a sentence with links may end in anyone's handle.
    if at and is_handle(handle) and "github" not in entry and (not lead or not links(pieces)):
        entry["github"] = handle
        about = lead.strip(_AROUND)
    if about:
        put(entry, "description", about)
    return entry


def _take_flag(entry: Entry) -> None:
    """Move a flag before a name to the country whose two letters it is made of."""
    found = _FLAG.match(str(entry["name"]))
    if found:
        entry["name"] = found[2]
        entry["country"] = "".join(chr(ord(sign) - _FLAG_A + ord("A")) for sign in found[1])


def put_detail(entry: Entry, pieces: Sequence[CellPart]) -> str:
    """Set the links of a line below an item, such as `Website: [en](…)`; return its other words."""
    label, colon, rest = plain([each for each in pieces if each.target is None]).partition(":")
    targets = links(pieces)
    for piece in targets:
        if piece.image:
            put(entry, "logo", piece.target)
        elif colon and snake(label) in _SITES and "website" not in entry:
            put(entry, "website", piece.target)
        else:
            put_link(entry, snake(label if colon else piece.text), piece.target or "")
    found = _DETAIL_URL.fullmatch(rest.strip()) if colon and not targets else None
    if found and snake(label) in _SITES and "website" not in entry:
        put(entry, "website", found[0])
        return ""
    if targets and colon:
        words = [rest.strip(f"{_AROUND}."), *(each.text for each in targets if not each.image)]
        return " ".join(filter(None, words))
    beside = " ".join(each.text for each in pieces if each.target is None)
    return plain(pieces) if not targets or _WORD.search(beside) else ""


def _cut_words(text: str) -> tuple[str, str]:
    """Separate a name from the words after it."""
    end = len(text.rstrip())
    found = _AFTER_NAME.search(text, 1)
    handle = max(text.rfind(blank, 1, end) for blank in _BLANKS)
    if text[handle + 1 : handle + 2] == "@" and end > handle + len(" @") and handle > 0:
        start = found.start() if found else end
        if handle < start:
            return text[:handle].strip(_AROUND), text[handle + 1 :]
    if found is None:
        return text.strip(_AROUND), ""
    return text[: found.start()].strip(_AROUND), text[found.end() :]


def _is_mail(target: str) -> bool:
    return target.casefold().startswith("mailto:")


def _is_own_mail(piece: CellPart) -> bool:
    """Return whether a link is an e-mail address whose words are the address itself."""
    target = piece.target or ""
    return _is_mail(target) and piece.text.strip() == target[len("mailto:") :]


def _put_mail(entry: Entry, piece: CellPart, name: str) -> None:
    address = (piece.target or "")[len("mailto:") :]
    label = piece.text.replace(BREAK, " ").strip()
    if label not in {"", address}:
        put(entry, name, label)
    put(entry, "email", address)


def _put_labelled(entry: Entry, piece: CellPart) -> None:
    label = piece.text.casefold()
    known = next((word for word in (*_LINK_FIELDS, *_LINK_NAMES) if word in label), None)
    if piece.image:
        put(entry, "logo", piece.target)
    elif known in _LINK_FIELDS:
        put(entry, known, piece.target)
    else:
        put_link(entry, known or snake(piece.text), piece.target or "")
