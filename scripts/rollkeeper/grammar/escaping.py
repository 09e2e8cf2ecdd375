"""How text that someone else wrote is put into each kind of output: one place for each.

Names, addresses and messages come from pull requests. Wherever one is written, the function
for that place is used, and what a reader sees is then the text itself and nothing else.
Characters that cannot be seen, or that reorder what can, are shown by their code point.
"""

from __future__ import annotations

import html
import re
from urllib.parse import quote

from rollkeeper.grammar.characters import hidden_in
from rollkeeper.grammar.hosts import InvalidHost
from rollkeeper.grammar.urls import parse
from rollkeeper.grammar.wording import cut
from rollkeeper.model.limits import MAX_MESSAGE, MAX_SHOWN


def _code_point(character: str) -> str:
    return f"<U+{ord(character):04X}>"


def _cells(value: str) -> list[str]:
    cells = list(value)
    for position, character in hidden_in(value, most=len(value)):
        cells[position] = _code_point(character)
    return cells


def visible(value: str) -> str:
    """Show what cannot be seen as `<U+202E>`; tabs and line ends stay."""
    return "".join(_cells(value))


SPLIT = "<!-- -->"
"""An empty comment: no reader sees it, and no link, mention or emoji reaches across it.

GitHub links mentions and references after Markdown has been read, so that neither a backslash
nor a character reference stops them; a comment parts the text that it searches.
"""

_LINKED = r"""
      (?P<dollar>\$)                        # a formula
    | (?P<split>
        @(?!\ )                             # a mention, an e-mail address
      | \#(?=\d|$)                          # an issue
      | (?i:\bGH(?:SA)?)(?=-)               # an issue or an advisory
      | (?i:www)(?=\.)                      # an address without a scheme
      | :(?=//|[\w+-]+:)                    # an address with one; an emoji
      | \{(?=[{%])                          # a template, where GitHub Pages builds the file
      )
    | (?P<commit>(?i:\b[0-9a-f]{7,40}\b))
"""
"""What GitHub, or a site that is built from the file, makes something of in any text."""

_HTML = re.compile(rf"(?P<reference>[&<>|\n\r\t\"'`]) | {_LINKED}", re.VERBOSE)
_MARKDOWN = re.compile(
    rf"(?P<reference>[&<>|\n\r\t]) | (?P<punctuation>[\\`*_\[\]~!]) | {_LINKED}", re.VERBOSE
)
_REFERENCES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "|": "&#124;",
    "\n": "&#10;",
    "\r": "&#13;",
    "\t": "&#9;",
    '"': "&quot;",
    "'": "&#39;",
    "`": "&#96;",
}
_OPENS_BLOCK = re.compile(r"[#+\-=:]|\d{1,9}(?=[.)])")
"""What makes a heading, a list or a table when a line begins with it."""


def _markdown_piece(found: re.Match[str]) -> str:
    text = found[0]
    match found.lastgroup:
        case "reference":
            return _REFERENCES[text]
        case "dollar":
            return f"<span>{text}</span>"
        case "punctuation":
            return "\\" + text
        case "commit":
            return SPLIT.join(text[at : at + 6] for at in range(0, len(text), 6))
        case _:
            return text + SPLIT


def _reference(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def markdown_text(value: str) -> str:
    """Write `value` as plain text of GitHub's Markdown, in a paragraph, list item or table cell.

    What is rendered is `visible(value)` to the character. Nothing in it becomes a link, an image,
    a mention, a tag, emphasis, code, a heading, a list, a table, a formula or an emoji.
    """
    shown = visible(value)
    inner = shown.strip(" ")
    if not inner:
        return "&#32;" * len(shown)
    start = len(shown) - len(shown.lstrip(" "))
    end = len(shown) - start - len(inner)
    text = _MARKDOWN.sub(_markdown_piece, inner)
    opening = _OPENS_BLOCK.match(text)
    if opening and not start:
        cut = opening.end() if opening[0].isdigit() else 0
        text = text[:cut] + "\\" + text[cut:]
    return "&#32;" * start + text + "&#32;" * end


_LONGEST_RUN = 8
"""Backticks in a row for which a longer fence is written. The parser knows none beyond 80."""


def markdown_code(value: str, limit: int = MAX_SHOWN) -> str:
    """Write `value` as a code span: on one line, blanks as one, cut at `limit` characters.

    Not for the text of a link, which could end inside the span: `markdown_link` writes those.
    The fence is longer than any run of backticks inside. A table would take a bar for the end of
    its cell even inside a code span: a value with one is written as a `<code>` element instead.
    """
    shown = visible(cut(value, limit))
    longest = max(map(len, re.findall("`+", shown)), default=0)
    if "|" in shown or not shown or longest > _LONGEST_RUN:
        return f"<code>{markdown_text(shown)}</code>"
    fence = "`" * (longest + 1)
    padding = " " if "`" in (shown[0], shown[-1]) else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


_IN_BACKTICKS = re.compile("`([^`]+)`")


def markdown_message(value: str, limit: int = MAX_MESSAGE) -> str:
    """Write a rule's message on one line, cut at `limit`: what it puts in backticks is code.

    Backticks in a value that it names can shift what is code and what is text. Either way no part
    of it is anything else.
    """
    text = cut(value, limit)
    pieces: list[str] = []
    done = 0
    for found in _IN_BACKTICKS.finditer(text):
        pieces += _between(text[done : found.start()]), markdown_code(found[1], limit)
        done = found.end()
    return "".join((*pieces, _between(text[done:])))


def _between(text: str) -> str:
    """Write text that stands between other text, where its blanks need no care."""
    inner = text.strip(" ")
    return text.replace(inner, markdown_text(inner)) if inner else text


_KEPT_IN_URL = "%:/?#@!$&*+,;=~-._"
"""Characters of an accepted address that stay as they are; what is not ASCII is quoted."""


def link_target(url: str) -> str | None:
    """Return `url` in ASCII, ready to be linked to, or None where `urls.parse` refuses it."""
    parsed = parse(url)
    if isinstance(parsed, InvalidHost):
        return None
    query = "" if parsed.query is None else f"?{parsed.query}"
    fragment = "" if parsed.fragment is None else f"#{parsed.fragment}"
    rest = quote(f"{parsed.path}{query}{fragment}", safe=_KEPT_IN_URL)
    return f"{parsed.scheme}://{parsed.host}{rest}"


def markdown_link(text: str, url: str) -> str:
    """Write `text` as a link to `url`; as plain text where `link_target` refuses the address."""
    target = link_target(url)
    if target is None:
        return markdown_text(text)
    # Inside a link's target `&copy;` would still be read as a character reference.
    return f"[{markdown_text(text)}](<{target.replace('&', '&amp;')}>)"


def html_text(value: str) -> str:
    """Write `value` as text of an HTML element that stands in Markdown, without a blank line.

    What is rendered is `visible(value)`, as with `markdown_text`, which is not read in there.
    """
    return _HTML.sub(_markdown_piece, visible(value))


def html_link(text: str, url: str) -> str:
    """Write `text` as an HTML link to `url`; as text where `link_target` refuses the address."""
    target = link_target(url)
    if target is None:
        return html_text(text)
    return f'<a href="{html_attribute(target)}">{html_text(text)}</a>'


_HTML_MORE = re.compile(r"[\n\r\t|`$@{}]")


def html_attribute(value: str) -> str:
    """Write `value` for an attribute in double quotes, in an HTML page or inside Markdown."""
    return _HTML_MORE.sub(_reference, html.escape(visible(value), quote=True))


_WORKFLOW_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_WORKFLOW_PROPERTY = str.maketrans({":": "%3A", ",": "%2C"})


def workflow_data(value: str) -> str:
    """Write `value` as the message of a workflow command, such as `::error::`."""
    return visible(value).translate(_WORKFLOW_DATA)


def workflow_property(value: str) -> str:
    """Write `value` as a property of a workflow command, such as `file=`."""
    return workflow_data(value).translate(_WORKFLOW_PROPERTY)


_SARIF_LINK = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]"})


def sarif_message(value: str) -> str:
    """Write `value` as a message of SARIF, in which `[text](address)` would be a link."""
    return visible(value).translate(_SARIF_LINK)


def json_in_log(written: str) -> str:
    """Return JSON that means the same and in which a runner finds no `##[command]`."""
    return written.replace("##[", "\\u0023#[")


_BLANKS = re.compile(r"[\t\n\r]")
_COMMANDS = re.compile(r"\A\s*:|#(?=#\[)")
"""What a runner obeys: `::command` first on a line, `##[command]` anywhere on one.

One colon is enough: another may follow from the report itself.
"""


def terminal(value: str) -> str:
    """Write `value` on a terminal or into a job's log, on one line: shown, never obeyed."""
    return "".join(terminal_cells(value))


def terminal_cells(value: str) -> list[str]:
    """Return each character of `value` as `terminal` shows it."""
    cells = _cells(value)
    for found in (*_BLANKS.finditer(value), *_COMMANDS.finditer(value)):
        cells[found.end() - 1] = _code_point(value[found.end() - 1])
    return cells


_TELLING_BLANKS = re.compile(r"(?<! ) +$|(?<! ) {2,}|[^\S \t\n\r]")


def blanks_shown(value: str) -> str:
    """Show the blanks of a line that a reader would not see: `·` for a space, others by name.

    Spaces before the first sign and one between words stay; `terminal` shows the tab.
    """
    text = value.lstrip(" ")
    return value[: len(value) - len(text)] + _TELLING_BLANKS.sub(_blank_shown, text)


def _blank_shown(found: re.Match[str]) -> str:
    text = found[0]
    return "·" * len(text) if text.startswith(" ") else _code_point(text)


def hyperlink(text: str, url: str) -> str:
    """Write `text` as a link on a terminal (OSC 8); as plain text where the address is refused."""
    target = link_target(url)
    shown = terminal(text)
    return shown if target is None else f"\x1b]8;;{target}\x1b\\{shown}\x1b]8;;\x1b\\"
