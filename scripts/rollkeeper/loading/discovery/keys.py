"""Which key of a data file plays which role, judged by the key's name and by its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from rollkeeper.loading.discovery.search import PICTURES
from rollkeeper.loading.importing.fields import snake
from rollkeeper.model.tree import Map, Value

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "name", "title", "full_name", "fullname", "display_name", "maintainer_name",
        "organization", "organisation", "company", "organization_name", "company_name", "partner",
        "adopter", "vendor", "member", "institution", "alt",
    ),
    "website": (
        "website", "url", "web_url", "weburl", "homepage", "homepage_url", "home_page", "link",
        "home", "site", "web", "href", "web_site", "website_url", "official_website",
    ),
    "logo": (
        "logo", "image", "img", "icon", "img_src", "imgsrc", "image_src", "logo_url", "logo_path",
        "picture", "image_url", "src", "photo", "avatar", "headshot", "thumbnail",
    ),
    "description": ("description", "desc", "about", "summary", "bio"),
    "handle": ("github", "github_id", "github_handle", "github_name", "github_username", "handle"),
    "email": ("email", "mail", "e_mail"),
    "organisation": ("organisation", "organization", "company", "employer", "affiliation", "org"),
    "country": ("country",),
}  # fmt: skip
"""Keys in small letters, the likeliest first."""
_ADDRESS = re.compile(r"(?:https?:)?//\S|www\.|mailto:", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?\Z", re.IGNORECASE)
_SURE = frozenset({"website", "homepage", "homepage_url", "url", "logo", "github", "email"})
"""Keys that mean what they say, whatever their values are."""


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.match(text) or _HOST.match(text))


def _is_picture(text: str) -> bool:
    end = text.partition("?")[0].rpartition(".")[2].casefold()
    return f".{end}" in PICTURES or bool(_ADDRESS.match(text))


_LOOKS: Mapping[str, Callable[[str], bool]] = {"website": _is_address, "logo": _is_picture}


def folded(key: str) -> str:
    """Return a key in small letters with underscores: `imgSrc` becomes `img_src`."""
    return snake(_HUMP.sub("_", key))


def roles_of(entries: Sequence[Map]) -> dict[str, str]:
    """Return the key that plays each role in a list's entries; at most one role to a key."""
    written: dict[str, list[Value]] = {}
    spelled: dict[str, str] = {}
    for entry in entries:
        for key, value in entry.items():
            small = folded(key)
            spelled.setdefault(small, key)
            if value is not None and value != "" and spelled[small] == key:
                written.setdefault(small, []).append(value)
    found: dict[str, str] = {}
    for role, keys in _KEYS.items():
        for key in keys:
            if (
                key in written
                and spelled[key] not in found.values()
                and _plays(role, key, written[key])
            ):
                found[role] = spelled[key]
                break
    if "name" in found and len(written[folded(found["name"])]) * 2 < len(entries):
        del found["name"]
    return found


def _plays(role: str, key: str, values: Sequence[Value]) -> bool:
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) * 2 < len(values):
        return False
    looks = _LOOKS.get(role)
    return looks is None or key in _SURE or sum(map(looks, texts)) * 2 > len(texts)
