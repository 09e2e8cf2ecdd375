"""E-mail addresses and phone numbers as they are published: without what tells whose they are.

A roster is public, and so is what is wrong with it. But a comment, an issue, a log or an alert
stays when the entry has long been corrected or taken off, so none of them repeats an address or a
number. A mask is as long as what it hides: places in a line stay right, and `***@****.*******` is
still seen to be an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rollkeeper.grammar.emails import EXAMPLE
from rollkeeper.model.limits import MAX_EMAIL, MAX_EMAIL_LOCAL

MASK = "*"
_HIDDEN = re.compile(r"[^\W_]")
"""What is hidden: letters and digits. The signs between them show what it was."""

_SIGNS = re.compile(
    r"""
      (?P<at>
        [@\uff20\ufe6b]{1,3}+ | \ @\  | %40 | &\#0{0,6}64; | &\#x0{0,6}40; | &commat;
      | \s{0,2}[\[({<]\s?(?:at|@)\s?[\])}>]\s{0,2}
      | \ at\ (?=[\w-]{1,63}\ dot\ )
      )
    | (?P<scheme>://)
    | (?P<blank>\s)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What an address is recognised by, and where a web address begins and ends."""
_BACKWARDS = re.compile(r"[\w.!#$%&'*+?^{|}~-]*+")
_DOT = r"(?:\.|\s{0,2}[\[({<]\s?(?:dot|\.)\s?[\])}>]\s{0,2}|\ dot\ )"
_DOMAIN = re.compile(rf"[\w-]++(?:{_DOT}[\w-]++)++", re.IGNORECASE)
_DOTS = re.compile(_DOT, re.IGNORECASE)
_VERSION = re.compile(r"v?\d+\.\d|\d+x\.", re.IGNORECASE)
"""What follows the @ of a package or of a picture in another size, and no host begins with."""
_TOP = re.compile(r"(?:[^\W\d_]{2,63}|xn--[\w-]{1,59})\Z", re.IGNORECASE)
_FILES = re.compile(
    r"(?:css|gif|html?|ico|jpe?g|js|json|pdf|png|svg|txt|webp|ya?ml)\Z", re.IGNORECASE
)
"""What a name such as `logo@large.png` ends in; none of these is a top-level domain."""
_ACCOUNT = re.compile(r"(?<!\w)[@\uff20]\Z")
"""What comes before a name in `@name@social.example`, which is an account and no address."""
_ASKED = re.compile(r"[?&]")
"""What is behind one of these in a web address is no path."""
_NO_PERSON = frozenset({"git"})
"""Accounts that are part of an address of a repository: `git@host.example:team/rosters`."""

_BETWEEN = r"[ .\-\u2010-\u2015/()\u00a0]{0,3}"
_PHONE = re.compile(
    rf"""
      (?<![\w.+]) (?:\+|\uff0b|%2[Bb]|00(?=[1-9])) \(?\d (?:{_BETWEEN}\d){{6,14}} (?!\d)
    | (?<![\w./:\#=@+-]) (?:\([2-9]\d\d\)\s?|[2-9]\d\d[.\-]) \d{{3}}[ .\-]\d{{4}} (?![.-]?\w)
    | (?<![\w./\#=@+-]) 1[3-9]\d(?P<dash>-?)\d{{4}}(?P=dash)\d{{4}} (?![./-]?\w)
    """,
    re.VERBOSE,
)
"""In international form; as in North America, `555-123-4567`; a mobile number of China."""
_SAID_TO_BE_ONE = re.compile(
    rf"""
    (?:\b(?:tel|fax|phone|telephone|mobile|cell|whatsapp)|\u7535\u8bdd|\u624b\u673a)
    [^\w\n]{{1,6}} (?P<number>\d(?:{_BETWEEN}\d){{5,14}})
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Any other number after a word that says what it is."""
_WORTH_READING = re.compile(r"\d{3}|[@\uff20\ufe6b;%\[({<]| at ", re.IGNORECASE)


def masked(text: str) -> str:
    """Return a text with each e-mail address and phone number in it masked.

    Linear in the length of the text. What only looks alike is left: an account such as
    `@name@social.example`, a page such as `https://medium.com/@name`, a version, a date.
    """
    if not _WORTH_READING.search(text):
        return text
    pieces, done = [], 0
    phones = [each.span() for each in _PHONE.finditer(text)]
    phones += [each.span("number") for each in _SAID_TO_BE_ONE.finditer(text)]
    for start, end in sorted([*_emails(text), *phones]):
        if end > done:
            begin = max(start, done)
            pieces += [text[done:begin], _HIDDEN.sub(MASK, text[begin:end])]
            done = end
    return "".join([*pieces, text[done:]])


def _emails(text: str) -> Iterator[tuple[int, int]]:
    in_url = False
    for sign in _SIGNS.finditer(text):
        if sign.lastgroup != "at":
            in_url = sign.lastgroup == "scheme"
            continue
        before = text[max(0, sign.start() - MAX_EMAIL_LOCAL - 2) : sign.start()]
        backwards = _BACKWARDS.match(before[::-1])
        local = backwards[0][:MAX_EMAIL_LOCAL][::-1] if backwards else ""
        if not _HIDDEN.search(local) or local in _NO_PERSON:
            continue
        opening = before[: len(before) - len(local)]
        # A page at a path, or an account that a URL names.
        in_path = in_url and opening.endswith("/") and not _ASKED.search(local)
        if _ACCOUNT.search(opening) or in_path:
            continue
        domain = _DOMAIN.match(text, sign.end(), sign.end() + MAX_EMAIL)
        if domain is None or not _is_host(domain[0]):
            continue
        start = sign.start() - len(local)
        if text[start : domain.end()] != EXAMPLE:
            yield start, domain.end()


def _is_host(domain: str) -> bool:
    last = _DOTS.split(domain)[-1]
    return bool(_TOP.match(last)) and not _FILES.match(last) and not _VERSION.match(domain)
