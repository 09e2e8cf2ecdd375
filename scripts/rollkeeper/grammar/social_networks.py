"""Sites that answer every program alike: an address there is judged by its form, and not visited.

They show one page to everyone who has not logged in, or turn all programs away, so that a visit
would say nothing about the account that is meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from rollkeeper.grammar.urls import Url


class Network(NamedTuple):
    """A site, the form of the paths that name an account there, and one such address."""

    name: str
    form: re.Pattern[str]
    example: str


def _network(name: str, form: str, example: str) -> Network:
    return Network(name, re.compile(form, re.IGNORECASE), example)


_X = _network(
    "X",
    r"/(?!(?:home|search|explore|login|signup|intent|share|hashtag|settings|i)(?:/|\Z))\w{1,15}(?:/|\Z)"
    r"|/i/(?:communities|lists|spaces)/\w",
    "https://x.com/name",
)
_FACEBOOK = _network(
    "Facebook",
    r"/(?!(?:login|sharer|share|home|dialog)(?:[./]|\Z))[^/]",
    "https://www.facebook.com/name",
)
_WEIBO = _network("Weibo", r"/[^/]", "https://weibo.com/name")
_THREADS = _network("Threads", r"/@[\w.]+", "https://www.threads.net/@name")
_SITES: Mapping[str, Network] = MappingProxyType(
    {
        "x.com": _X,
        "twitter.com": _X,
        "linkedin.com": _network(
            "LinkedIn",
            r"/(?:company|school|showcase|in|groups|events|posts|pulse|feed/update)/[^/]",
            "https://www.linkedin.com/company/name",
        ),
        "instagram.com": _network(
            "Instagram",
            r"/(?!(?:accounts|explore)(?:/|\Z))[\w.]{1,30}(?:/|\Z)",
            "https://www.instagram.com/name",
        ),
        "facebook.com": _FACEBOOK,
        "fb.com": _FACEBOOK,
        "threads.net": _THREADS,
        "threads.com": _THREADS,
        "tiktok.com": _network("TikTok", r"/@[\w.]+", "https://www.tiktok.com/@name"),
        "mp.weixin.qq.com": _network(
            "WeChat", r"/(?:s|mp)(?:/|\Z)", "https://mp.weixin.qq.com/s/…"
        ),
        "weibo.com": _WEIBO,
        "weibo.cn": _WEIBO,
    }
)


def judged_by_form(url: Url) -> Network | None:
    """Return the site whose addresses are judged by form alone; None where a visit says more."""
    return network_of(url.host)


def network_of(host: str) -> Network | None:
    """Return the site that a host belongs to, or None where it is none of these."""
    while host:
        if host in _SITES:
            return _SITES[host]
        host = host.partition(".")[2]
    return None


def names_somebody(url: Url, network: Network) -> bool:
    """Return whether an address there has the form of an account's, a page's or a post's."""
    return network.form.match(url.path) is not None
