"""Sites that answer all but signed-in visitors alike: judged by host and path, never fetched."""

from __future__ import annotations

from rollkeeper.probes.web.targets import Target

UNFETCHED = frozenset({
    "discord.com", "facebook.com", "fb.com", "instagram.com", "linkedin.com", "pinterest.com",
    "quora.com", "reddit.com", "snapchat.com", "t.co", "threads.com", "threads.net",
    "tiktok.com", "twitter.com", "weibo.com", "x.com", "xing.com", "zhihu.com",
})  # fmt: skip
"""Registrable domains. They answer 200, 403 or 999 whether or not there is such a page."""


def is_unfetched(target: Target) -> bool:
    """Say whether a visit would tell nothing."""
    return target.domain in UNFETCHED
