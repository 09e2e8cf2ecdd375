"""What is written in the fields of an entry: real, tidy, readable and in its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from rollkeeper.grammar.characters import hidden_in, shown
from rollkeeper.grammar.names import (
    RUSSIAN_FORMS,
    mixed_scripts,
    passes_for_ascii,
    scripts_of,
)
from rollkeeper.grammar.wording import listed, quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Fix, FixKind, Programme
from rollkeeper.rules._from_defects import met
from rollkeeper.rules._texts import SEPARATOR, addresses, joined, texts_below
from rollkeeper.rules.declaring import BY_FORM, BY_SCHEMA, Problems, rule

MOST_STACKED_MARKS = 2
"""Accents on one letter; the languages of the world need no more."""

_NEEDLES = (
    "your", "todo", "tbd", "tba", "fixme", "no response", "example.", "lorem", "ex. ", "e.g. ", "<",
    "[", "{{", "xxx", "n/a", "placeholder", "to be ", "...", "\u2026", "??",
)  # fmt: skip
_WHOLE = re.compile(
    r"todo|tbd|tba|fixme|x{3,}|n/a|to be (?:done|determined|defined|announced|added|confirmed)"
    r"|\.{3,}|\u2026|\?{2,}|[_*]{0,2}no response[_*]{0,2}|placeholder"
    r"|your (?:[a-z]+ )?(?:name|company|organi[sz]ation|handle|website|e-?mail)(?: here)?"
    r"|(?:ex|e\.g)\.\s.*",
    re.IGNORECASE | re.DOTALL,
)
_AND_SO_ON = ("...", "\u2026")
"""As the item of a list they stand for more such items, and not for one to be written."""
_THING = r"(?:name|handle|id|url|e-?mail|company|organi[sz]ation|website|username)"
_INSIDE = re.compile(
    r"[\[<{]\s*(?:your|insert|enter|replace|fill|name of)\b[^\[\]<>{}\n]{0,60}[\]>}]"
    rf"|<(?:[a-z]+[ _-]){{0,3}}{_THING}>"
    rf"|\[(?:[a-z]+[ _-]){{0,3}}{_THING}(?: here)?\](?!\()"
    rf"|\byour[_-](?:[a-z]+[_-])?{_THING}\b"
    r"|\blorem ipsum\b"
    r"|\{\{[^{}\n]{0,60}\}\}",
    re.IGNORECASE,
)
_MARKER = re.compile(r"\b(?:TODO|TBD|FIXME)(?:\s*[:(\[]|\s*\Z)")
_EXAMPLE_HOST = re.compile(
    r"(?:(?<=//)|(?<![\w=/-]))example\.(?:com|org|net)(?![\w-]|\.[\w-])", re.IGNORECASE
)


@rule("placeholder-text", on=Entry, severity=Severity.ERROR, instead_of=(*BY_FORM, *BY_SCHEMA))
def placeholder_text(entry: Entry, *, words: tuple[str, ...] = ()) -> Problems:
    """A field still contains text from a template.

    Values such as `[Your Name]`, `TBD` or `example.com` tell readers nothing. Write the real value,
    or remove the field. `words` adds texts from the community's own templates.
    """
    text = joined(entry.data).lower().replace("[at]", "@")
    if not _holds_any(text, _NEEDLES) and not _holds_any(text, [word.lower() for word in words]):
        return
    for path, value in texts_below(entry.data):
        found = _placeholder(value, words)
        if found and not (isinstance(path[-1], int) and found in _AND_SO_ON):
            message = f"{quoted(found)} is left over from a template: write the real value"
            yield Problem(message, path)


def _holds_any(text: str, needles: Iterable[str]) -> bool:
    for needle in needles:  # noqa: SIM110 - a plain loop: `any` takes twice the time, per entry
        if needle in text:
            return True
    return False


def _placeholder(text: str, words: Sequence[str]) -> str | None:
    if _WHOLE.fullmatch(text.strip()):
        return text
    for pattern in (_INSIDE, _MARKER, _EXAMPLE_HOST):
        found = pattern.search(text)
        if found:
            return found.group()
    own = (
        re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words if word
    )
    return next((found.group() for found in own if found), None)


_ODD_BLANK = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


@rule("blank-edges", on=Entry, severity=Severity.WARNING)
def blank_edges(entry: Entry) -> Problems:
    """A text starts or ends with a space, or contains double, tab or non-breaking spaces.

    These spaces are invisible, but they make equal texts differ and searches fail. Write single
    plain spaces, or run `rollkeeper fix`.
    """
    text = joined(entry.data)
    clean = (
        text.isascii()
        and "  " not in text
        and "\t" not in text
        and f"{SEPARATOR} " not in text
        and f" {SEPARATOR}" not in text
    )
    if clean:
        return
    judged_elsewhere = {path for path, _ in addresses(entry)}
    for path, value in texts_below(entry.data):
        what = _blanks(value)
        if what and path not in judged_elsewhere:
            fix = None
            if "\n" not in value and value.strip():
                fix = Fix(FixKind.SET, "write single plain spaces", " ".join(value.split()))
            yield Problem(f"{quoted(value)} {what}: write single plain spaces", path, fix=fix)


def _blanks(text: str) -> str | None:
    bare = text.strip("\r\n")  # a block of YAML ends in a line break
    if bare != bare.strip():
        return "starts or ends with a space"
    odd = _ODD_BLANK.search(text)
    if odd and (odd.group() != "\t" or "\n" not in text):
        return f"contains {shown(odd.group())} instead of a space"
    if "  " in text and "\n" not in text:
        return "contains two spaces in a row"
    return None


_MARKUP = re.compile(
    r"(?P<link>\]\s*[(\[])|(?P<tag></?[A-Za-z!][^<>\n]{0,200}>|&(?:#\w{1,8}|[A-Za-z]{2,8});)"
    r"|(?P<address>(?:[A-Za-z][A-Za-z0-9+.-]{0,20}://|\bwww\.|\bmailto:)\S)"
    r"|(?P<emphasis>\*\*|__|~~|`|!\[)|(?P<line>[\r\n])"
)
_MARKUP_WORDS = {
    "link": "contains a Markdown link",
    "tag": "contains HTML",
    "address": "contains a web address",
    "emphasis": "contains Markdown",
    "line": "contains a line break",
}


@rule("name-markup", on=Entry, severity=Severity.ERROR, instead_of=BY_SCHEMA)
def name_markup(entry: Entry) -> Problems:
    """A name contains Markdown, HTML, a web address or a line break.

    Names are shown as plain text, so the markup would be visible, and an address in a name is not
    checked. Write the plain name and move the address to `website`.
    """
    for path, name in entry.texts("name"):
        if name.replace(" ", "").isalnum():
            continue
        found = _MARKUP.search(name.rstrip("\n"))
        if found:
            what = _MARKUP_WORDS[found.lastgroup or "line"]
            message = f"the name {quoted(name)} {what}: write the plain name only"
            yield Problem(message, path)


@rule("name-characters", on=Entry, severity=Severity.ERROR, instead_of=BY_SCHEMA)
def name_characters(entry: Entry, *, most: int = 100) -> Problems:
    """A name contains invisible or look-alike characters, or is too long.

    Such a name can be mistaken for another, breaks tables and is not found by a search. Type the
    name in one script, without special characters, in at most `most` characters.
    """
    for path, name in entry.texts("name"):
        if len(name) > most:
            message = (
                f"the name {quoted(name)} has {len(name):,} characters, at most {most} are allowed"
            )
            yield Problem(f"{message}: use the short official name", path)
        elif not (name.isascii() and name.isprintable()):
            for message in _odd_characters(name):
                yield Problem(message, path)


def _odd_characters(name: str) -> Iterator[str]:
    hidden = next(hidden_in(name, most=1), None)
    if hidden:
        yield f"the name {quoted(name)} contains {shown(hidden[1])}: remove it"
        return
    if _longest_stack(name) > MOST_STACKED_MARKS:
        yield (
            f"the name {quoted(name)} stacks more than {MOST_STACKED_MARKS} accents on one letter:"
            " remove them"
        )
        return
    odd = [character for character in unicodedata.normalize("NFC", name) if _is_styled(character)]
    if odd:
        plain = "".join(
            unicodedata.normalize("NFKC", character) if _is_styled(character) else character
            for character in unicodedata.normalize("NFC", name)
        )
        yield (
            f"the name {quoted(name)} contains {shown(odd[0])}, a styled form of another character:"
            f" write {quoted(plain)}"
        )
        return
    yield from _imitations(name)


_PLAIN_SIGNS = frozenset("\u2122\u2120\u00b5\u00aa\u00ba\u00b2\u00b3\u00b9")
"""Signs of trade and service marks, the micro sign, ordinals and powers: parts of real names."""


def _is_styled(character: str) -> bool:
    if character in _PLAIN_SIGNS:
        return False
    # Wide punctuation belongs to Chinese and Japanese text; wide letters and ligatures do not.
    return unicodedata.category(character)[0] in "LNS" and character != unicodedata.normalize(
        "NFKC", character
    )


def _longest_stack(name: str) -> int:
    longest = run = 0
    for character in unicodedata.normalize("NFC", name):
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        longest = max(longest, run)
    return longest


_WORD = re.compile(r"[^\W\d_]+")
_IMITATED = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def _imitations(name: str) -> Iterator[str]:
    words = _WORD.findall(name)
    for word in words:
        scripts = mixed_scripts(word)
        if scripts:
            names = listed(sorted(script.title() for script in scripts))
            yield f"the word {quoted(word)} of the name mixes letters of {names}: use one script"
            return
    if not any(word.isascii() for word in words):
        return
    for word in words:
        if (
            word.lower() not in RUSSIAN_FORMS
            and passes_for_ascii(word)
            and scripts_of(word) & _IMITATED
        ):
            yield (
                f"the word {quoted(word)} of the name looks like Latin letters but is not: type it"
                " with Latin letters"
            )
            return


@rule("misread-value", on=Programme, severity=Severity.WARNING, instead_of=BY_SCHEMA)
def misread_value(programme: Programme) -> Problems:
    """A value is valid YAML, but evidently not read as it was meant.

    A `#` after a space begins a comment and cuts off the rest of a sentence; curly quotes and wide
    commas are letters to YAML. Write the value as the message says. A comment behind a value is
    only reported if it goes on with the value's sentence.
    """
    yield from met(programme, "misread-value")
