"""Values that YAML reads without an error, and evidently not as they were meant.

Only where the evidence is in the text itself: a comment behind a value is most often a comment, and
text in quotes of its own may be a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rollkeeper.grammar.characters import shown
from rollkeeper.grammar.wording import in_full, quoted
from rollkeeper.model.limits import MAX_DEFECTS
from rollkeeper.model.roster import Defect, Fix, FixKind
from rollkeeper.model.tree import List, Place, Value, follow, path_at, place_of

MISREAD = "misread-value"
"""The rule that reports all of these."""
_COMMENT = re.compile(r"(?<=[^\s#]) #(?=\S|[^\S\n])")
_NUMBER = re.compile(r"#[0-9]+(?:[:.,;!?)]|\s+[a-z]|\s*\Z)")
_HASHTAGS = re.compile(r"#\w+[^#\n]*\s#\w")
_LANGUAGE = re.compile(r"(?:^|\s)[CFJ]\Z")
_CLOSING = {"(": ")", "[": "]", "\u201c": "\u201d", "\u300c": "\u300d"}
_CURLY = re.compile(r"(?:: +|- +)([\u201c\u201e\u2018\u00ab\uff02])")
_CURLY_PAIRS = {
    "\u201c": "\u201d", "\u201e": "\u201c\u201d", "\u2018": "\u2019", "\u00ab": "\u00bb",
    "\uff02": "\uff02",
}  # fmt: skip
_WIDE_COMMA = re.compile(r"\[[^\[\]\n\"']*([\uff0c\u3001])")


def misread(text: str, data: Value) -> Iterator[Defect]:
    """Return a defect for each value that was evidently meant otherwise, at most `MAX_DEFECTS`."""
    found = 0
    for pattern, judged in _KINDS:
        line, counted = 1, 0
        for match in pattern.finditer(text):
            line += text.count("\n", counted, match.start())
            counted = match.start()
            defect = judged(text, data, line, match)
            if defect is not None:
                yield defect
                found += 1
            if found >= MAX_DEFECTS:
                return


def _column(text: str, position: int) -> int:
    return position - text.rfind("\n", 0, position)


def _cut(text: str, data: Value, line: int, match: re.Match[str]) -> Defect | None:
    """Find a text of which a `#` cut off a part."""
    column = _column(text, match.start())
    path = path_at(data, line, column - 1)
    value = follow(data, path) if path else None
    if path is None or not isinstance(value, str):
        return None
    place = place_of(data, path)
    is_plain = place[2:] == (line, column) and place.line == line
    if not is_plain or text[match.start() - 1] in "\"'":
        return None
    end = text.find("\n", match.start())
    comment = text[match.start() + 1 : end if end >= 0 else len(text)].rstrip()
    if not _goes_on(value, comment):
        return None
    message = (
        f"` #` begins a comment here, so only {quoted(value)} is read: if what follows belongs to "
        f"the text, put all of it in quotes"
    )
    return Defect(MISREAD, message, Place(line, column + 1, line, column + 2))


def _goes_on(value: str, comment: str) -> bool:
    """Return whether a comment evidently belongs to the text before it."""
    if _LANGUAGE.search(value) and comment.startswith("# "):
        return True
    opened = (sign for sign in _CLOSING if value.count(sign) > value.count(_CLOSING[sign]))
    if any(_CLOSING[sign] in comment for sign in opened):
        return True
    is_sentence = " " in value.strip() and value[-1:] not in ".!?"
    return is_sentence and bool(_NUMBER.match(comment) or _HASHTAGS.match(comment))


def _curly(text: str, data: Value, line: int, match: re.Match[str]) -> Defect | None:
    """Find a text in the quotes of a word processor, which YAML takes for letters."""
    column = _column(text, match.start(1))
    path = path_at(data, line, column)
    value = follow(data, path) if path else None
    sign, inner = match[1], value[1:-1] if isinstance(value, str) else ""
    if path is None or not isinstance(value, str) or not inner.strip():
        return None
    closing = _CURLY_PAIRS[sign]
    is_whole = value.startswith(sign) and value[-1] in closing
    if not is_whole or any(each in inner for each in (sign, *closing)):
        return None
    message = (
        f"{shown(sign)} is a letter to YAML, not a quote, and is shown with the text: "
        f"write {in_full(inner)}"
    )
    fix = Fix(FixKind.SET, "leave out the curly quotes", inner)
    return Defect(MISREAD, message, Place(line, column, line, column + 1), fix=fix)


def _wide_comma(text: str, data: Value, line: int, match: re.Match[str]) -> Defect | None:
    """Find a list whose commas are those of another script."""
    column = _column(text, match.start(1))
    path = path_at(data, line, column)
    item = follow(data, path) if path else None
    if path is None or not isinstance(item, str) or not isinstance(follow(data, path[:-1]), List):
        return None
    parts = ", ".join(part.strip() for part in re.split("[\uff0c\u3001]", item))
    message = f"{shown(match[1])} separates no items: {quoted(item)} is one item; write `[{parts}]`"
    return Defect(MISREAD, message, Place(line, column, line, column + 1))


_Judge = Callable[[str, Value, int, "re.Match[str]"], Defect | None]
_KINDS: tuple[tuple[re.Pattern[str], _Judge], ...] = (
    (_COMMENT, _cut),
    (_CURLY, _curly),
    (_WIDE_COMMA, _wide_comma),
)
