"""Web addresses: one strict grammar for all that a roster may link to.

`parse` accepts less than a browser does, so that no two programs can read an accepted address in
two ways. It opens nothing and asks no one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from rollkeeper.grammar.characters import hidden_in, shown
from rollkeeper.grammar.hosts import CACHED_HOSTS, InvalidHost, parse_host, registrable
from rollkeeper.model.limits import MAX_URL

__all__ = ["InvalidHost", "Url", "normalised", "parse", "registrable", "tidy", "tracking"]

DEFAULT_PORTS = {"http": 80, "https": 443}

TRACKING_PREFIXES = (
    "utm_", "mtm_", "pk_", "piwik_", "hsa_", "_hs", "__hs", "oly_", "vero_", "hmsr",
)  # fmt: skip
TRACKING = frozenset({
    "_ga", "_gl", "_openstat", "bd_vid", "cmpid", "dclid", "erid", "fbclid", "from_source",
    "gad_source", "gbraid", "gclid", "gclsrc", "hmci", "hmcu", "hmkw", "hmpl",
    "hsctatracking", "igsh", "igshid", "li_fat_id", "mc_cid", "mc_eid", "mkt_tok",
    "msclkid", "qhclickid", "rb_clickid", "s_cid", "scm", "share_source", "spm",
    "spm_id_from", "srsltid", "trk", "trkinfo", "ttclid", "twclid", "vd_source", "wbraid",
    "wickedid", "yclid",
})  # fmt: skip
"""Query parameters that tell the site where a visitor came from, and nothing else."""
TRACKING_VALUES = {"sid": ("sem_", "seo_", "feed_")}
"""Parameters that are tracking only when their value begins so."""

_PLAIN = re.compile(
    r"(https?)://([a-z0-9.-]+)((?:/(?!\.)[A-Za-z0-9_~!$&*+,;=:@.-]*)*)"
    r"(?:\?([A-Za-z0-9_~!$&*+,;=:@/.-]*))?\Z"
)
_PARTS = re.compile(r"([^:/?#]*)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z", re.DOTALL)
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ENCODED_CONTROL = re.compile(r"%(?:[01][0-9A-Fa-f]|7[Ff])")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BLANKS = {" ": "a space", "\n": "a line break", "\r": "a line break", "\t": "a tab"}
_UNSAFE = re.compile(r"""["'<>()\[\]{}|^`]""")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)\Z")


class Url(NamedTuple):
    """An accepted address, in its parts.

    `host` is the name in the DNS (`xn--…`), `unicode_host` the same for people. `port` is always
    the scheme's own. `path`, `query` and `fragment` are as written, without `?` and `#`;
    `query` and `fragment` are None where the address has no `?` or `#`.
    """

    text: str
    scheme: str
    host: str
    unicode_host: str
    port: int
    path: str
    query: str | None
    fragment: str | None

    @property
    def is_route(self) -> bool:
        """Whether the fragment is a page of a single-page site, such as `#/about`."""
        return self.fragment is not None and self.fragment.startswith(("/", "!"))


@lru_cache(maxsize=CACHED_HOSTS)
def parse(text: str) -> Url | InvalidHost:
    """Read an http or https address, or return why it is refused."""
    plain = _PLAIN.match(text) if len(text) <= MAX_URL else None
    parts = _Parts(*plain.groups()) if plain and "@" not in text else _split(text)
    if isinstance(parts, InvalidHost):
        return parts
    host = parse_host(parts.authority)
    if isinstance(host, InvalidHost):
        return host
    port = DEFAULT_PORTS[parts.scheme]
    return Url(text, parts.scheme, *host, port, parts.path, parts.query, parts.fragment)


class _Parts(NamedTuple):
    """An address cut at its delimiters."""

    scheme: str
    authority: str
    path: str
    query: str | None
    fragment: str | None = None


def _split(text: str) -> _Parts | InvalidHost:
    defect = _characters(text)
    if defect:
        return defect
    found = _PARTS.match(text)
    if found is None or found[1].lower() not in DEFAULT_PORTS:
        return _scheme(text)
    scheme = found[1].lower()
    authority = _unsafe(text) or _authority(found[2], scheme)
    if isinstance(authority, InvalidHost):
        return authority
    return _rest(*found.group(3, 4, 5)) or _Parts(scheme, authority, *found.group(3, 4, 5))


def _characters(text: str) -> InvalidHost | None:
    if not text.strip():
        return InvalidHost("empty", "it is empty: write an address that starts with `https://`")
    if len(text) > MAX_URL:
        message = f"it has {len(text):,} characters, {MAX_URL} at most are allowed: shorten it"
        return InvalidHost("too-long", message)
    hidden = next(hidden_in(text, most=1), None)
    if hidden:
        return InvalidHost("hidden-character", f"it contains {shown(hidden[1])}: remove it")
    blank = next((character for character in text if character.isspace()), None)
    if blank is not None:
        advice = "remove it, or write it as `%20`" if blank == " " else "remove it"
        return InvalidHost("blank", f"it contains {_BLANKS.get(blank) or shown(blank)}: {advice}")
    if "\\" in text:
        return InvalidHost(
            "backslash", "it contains a backslash, which programs read differently: use `/`"
        )
    return None


def _unsafe(text: str) -> InvalidHost | None:
    if text.partition("://")[2].startswith("["):
        return InvalidHost("ip-address", "it is a number, not a name: write the host's domain name")
    unsafe = _UNSAFE.search(text)
    if unsafe:
        code = f"%{ord(unsafe[0]):02X}"
        return InvalidHost(
            "unsafe-character", f"it contains `{unsafe[0]}`: remove it, or write `{code}`"
        )
    return None


def _scheme(text: str) -> InvalidHost:
    lowered = text.lower()
    if lowered.startswith(("http:", "https:", "http/", "https/")):
        return InvalidHost("slashes", "after `http` or `https` must come `://` and the host")
    if _SCHEME.match(text) and not re.match(r"[^:.]*+\.[^:]*+:[0-9]", text):
        scheme = text.partition(":")[0][:20]
        return InvalidHost("scheme", f"`{scheme}:` is not a web address: use one with `https://`")
    return InvalidHost("no-scheme", "it does not start with `https://`: write the whole address")


def _authority(authority: str, scheme: str) -> str | InvalidHost:
    if "@" in authority:
        return InvalidHost(
            "user-info", "it contains a user name or password before `@`: remove that part"
        )
    host, colon, port = authority.partition(":")
    if colon and port != str(DEFAULT_PORTS[scheme]):
        return InvalidHost("port", "it has an unusual port: remove `:` and the port")
    if not host:
        return InvalidHost("no-host", "it has no host: write the domain name after `https://`")
    return host


def _rest(path: str, query: str | None, fragment: str | None) -> InvalidHost | None:
    rest = f"{path}?{query or ''}#{fragment or ''}"
    if "%" in rest:
        if _BAD_ESCAPE.search(rest):
            return InvalidHost(
                "percent", "it contains a `%` without two digits after it: write `%25`"
            )
        if _ENCODED_CONTROL.search(rest):
            return InvalidHost(
                "encoded-control", "it contains an encoded control character: remove it"
            )
    if "/." in path or "%" in path:
        segments = re.split(r"[/\\]", unquote(unquote(path)))
        if "." in segments or ".." in segments:
            return InvalidHost(
                "dot-segments", "its path contains `.` or `..`: write the path it leads to"
            )
    for mark, part in (("?", query), ("#", fragment)):
        if part and "@" in part and not path:
            message = f"it contains `@` after `{mark}`, which can hide the real host: remove it"
            return InvalidHost("user-info", message)
    return None


def tracking(url: Url) -> tuple[str, ...]:
    """Return the names of the query parameters that only track visitors, as written."""
    if not url.query:
        return ()
    pairs = (pair.partition("=") for pair in url.query.split("&"))
    return tuple(name for name, _, value in pairs if _tracks(name, value))


def _tracks(name: str, value: str) -> bool:
    lowered = name.lower()
    if lowered in TRACKING or lowered.startswith(TRACKING_PREFIXES):
        return True
    starts = TRACKING_VALUES.get(lowered)
    return starts is not None and value.startswith(starts)


def _useful(query: str | None) -> list[str]:
    pairs = (query or "").split("&")
    return [pair for pair in pairs if pair and not _tracks(*pair.partition("=")[::2])]


def tidy(url: Url, *, https: bool = False) -> str:
    """Return the address as it should be written; it leads to the same page.

    Scheme and host in lower case, without a port, a final dot, tracking parameters or an empty
    fragment. `http` stays unless `https` says that the site is known to answer there.
    """
    scheme = "https" if https else url.scheme
    authority = re.split("[/?#]", url.text.partition("://")[2], maxsplit=1)[0]
    host = url.host if authority.isascii() else url.unicode_host
    query = _useful(url.query) if tracking(url) else [url.query] if url.query else []
    asked = f"?{'&'.join(query)}" if query else ""
    fragment = f"#{url.fragment}" if url.fragment else ""
    return f"{scheme}://{host}{url.path}{asked}{fragment}"


def normalised(url: Url) -> str:
    """Return a key that is equal for addresses of the same page.

    Without scheme, `www.`, letter case, final slash, `index.html`, tracking parameters, their order
    and any fragment that is not a page of its own.
    """
    host = url.host.removeprefix("www.")
    path = url.path.rstrip("/").casefold()
    if path.rpartition("/")[2].startswith(("index.", "default.")):
        path = _INDEX.sub("", path)
    page = host + path
    if url.query and (query := "&".join(sorted(_useful(url.query)))):
        page += f"?{query}"
    if url.is_route and (route := (url.fragment or "").strip("/!").casefold()):
        page += f"#{route}"
    return page
