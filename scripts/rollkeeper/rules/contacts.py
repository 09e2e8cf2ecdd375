"""How people are reached: e-mail addresses, accounts and profiles that are what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rollkeeper.grammar.emails import looks_like_email, parse_email
from rollkeeper.grammar.handles import bare, fold, is_handle, is_public_login, owner_at
from rollkeeper.grammar.hosts import InvalidHost
from rollkeeper.grammar.urls import Url, parse
from rollkeeper.grammar.wording import listed, quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Fix, FixKind
from rollkeeper.model.tree import FieldPath
from rollkeeper.rules.declaring import BY_SCHEMA, Problems, rule


@rule("email-form", on=Entry, severity=Severity.ERROR, instead_of=BY_SCHEMA)
def email_form(entry: Entry) -> Problems:
    """An e-mail address is not valid.

    The community cannot reach the contact when it needs to. Write one address; `[at]` and `(at)`
    are accepted in place of @.
    """
    for path, text in entry.texts("email"):
        defect = parse_email(text)
        if isinstance(defect, InvalidHost):
            fix = None
            if defect.reason == "mailto":
                fix = Fix(FixKind.SET, "leave out mailto:", text.strip()[len("mailto:") :].strip())
            yield Problem(
                f"the e-mail address {quoted(text)} is not valid: {defect.message}", path, fix=fix
            )


@rule("handle-form", on=Entry, severity=Severity.ERROR, instead_of=BY_SCHEMA)
def handle_form(entry: Entry, *, at_sign: bool = False) -> Problems:
    """A GitHub handle is not valid.

    A handle that cannot exist cannot be mentioned or checked. Write the bare name: 1 to 39 letters,
    digits and single hyphens, without @ and without the address of the profile. `at_sign` accepts
    handles that are written with @. Some accounts are older than the rule about hyphens; they are
    accepted as well.
    """
    for path, text in entry.texts("handle"):
        if not is_public_login(text.removeprefix("@") if at_sign else text):
            yield _handle_problem(path, text)


def _handle_problem(path: FieldPath, text: str) -> Problem:
    stripped, handle = text.strip(), bare(text)
    if is_public_login(handle):
        fix = Fix(FixKind.SET, "write the bare handle", handle)
        return Problem(
            f"{quoted(text)} is not a bare GitHub handle: write {quoted(handle)}", path, fix=fix
        )
    url = parse(stripped)
    if isinstance(url, Url):
        account = _github_account(url)
        if account is None:
            return Problem(
                f"{quoted(text)} is a web address, not a GitHub handle: write the handle", path
            )
        fix = Fix(FixKind.SET, "write the bare handle", account)
        message = f"{quoted(text)} is a web address, not a GitHub handle: write {quoted(account)}"
        return Problem(message, path, fix=fix)
    if looks_like_email(stripped):
        return Problem(
            f"{quoted(text)} is an e-mail address, not a GitHub handle: write the handle", path
        )
    message = "use 1 to 39 letters, digits and single hyphens, none at the ends"
    return Problem(f"{quoted(text)} is not a GitHub handle: {message}", path)


def _github_account(url: Url) -> str | None:
    owner = owner_at(url.host, url.path)
    return owner[0] if owner is not None and is_handle(owner[0]) else None


SITES = {
    "bilibili": ("bilibili.com",),
    "bluesky": ("bsky.app",),
    "csdn": ("csdn.net",),
    "devto": ("dev.to",),
    "discord": ("discord.com", "discord.gg"),
    "facebook": ("facebook.com", "fb.com"),
    "gitee": ("gitee.com",),
    "github": ("github.com",),
    "gitlab": ("gitlab.com",),
    "instagram": ("instagram.com",),
    "juejin": ("juejin.cn",),
    "linkedin": ("linkedin.com",),
    "medium": ("medium.com",),
    "orcid": ("orcid.org",),
    "reddit": ("reddit.com",),
    "slideshare": ("slideshare.net",),
    "stackoverflow": ("stackoverflow.com",),
    "telegram": ("t.me", "telegram.me"),
    "threads": ("threads.net", "threads.com"),
    "twitch": ("twitch.tv",),
    "twitter": ("twitter.com", "x.com"),
    "wechat": ("weixin.qq.com",),
    "weibo": ("weibo.com", "weibo.cn"),
    "x": ("x.com", "twitter.com"),
    "xing": ("xing.com",),
    "youtube": ("youtube.com", "youtu.be"),
    "zhihu": ("zhihu.com",),
}
"""The hosts of the sites that a profile may be called after; their subdomains belong to them."""
_MASTODON_PATH = re.compile(r"/@[^/]+|/users/[^/]+")


def _belongs(host: str, sites: tuple[str, ...]) -> bool:
    return any(host == site or host.endswith(f".{site}") for site in sites)


def _site_key(path: FieldPath) -> str:
    texts = [step for step in path if isinstance(step, str)]
    return re.sub(r"[^a-z]", "", texts[-1].lower()) if texts else ""


@rule("profile-host", on=Entry, severity=Severity.ERROR, instead_of=BY_SCHEMA)
def profile_host(entry: Entry) -> Problems:
    """A profile named after a site links to another site.

    Readers trust the name they see: `x` must link to x.com, not to netflix.com. Write the address
    on that site, or rename the field after the site it links to.
    """
    for path, text in entry.texts("profile"):
        key = _site_key(path)
        if key not in SITES and key != "mastodon":
            continue
        url = parse(text)
        if isinstance(url, InvalidHost):
            continue  # website-form says what is wrong with it
        if key == "mastodon":
            if not _MASTODON_PATH.match(url.path) or _belongs(url.host, _ALL_SITES):
                message = "write an address such as `https://server.example/@name`"
                yield Problem(f"{quoted(text)} is not a Mastodon profile: {message}", path)
        elif not _belongs(url.host, SITES[key]):
            hosts = listed(SITES[key], "or")
            yield Problem(
                f"`{key}` links to {quoted(url.unicode_host)}: write an address on {hosts}", path
            )


_ALL_SITES = tuple(host for hosts in SITES.values() for host in hosts)


@rule("profile-is-email", on=Entry, severity=Severity.ERROR, instead_of=BY_SCHEMA)
def profile_is_email(entry: Entry) -> Problems:
    """A profile field contains an e-mail address.

    It would be published on the page, and it does not work as a link. Write the web address of the
    profile, or remove the field.
    """
    for path, text in entry.texts("profile"):
        if "://" not in text and looks_like_email(text.strip()):
            message = "an e-mail address in place of a profile's web address would be published"
            yield Problem(f"{message}: remove it", path)


@rule("label-mismatch", on=Entry, severity=Severity.ERROR)
def label_mismatch(entry: Entry) -> Problems:
    """A handle and the profile link beside it belong to different accounts.

    One of them names the wrong person, and a reader cannot see which. Write the same account in
    both.
    """
    for path, text in entry.texts("profile"):
        if "github" not in text.lower():
            continue
        url = parse(text.strip())
        account = None if isinstance(url, InvalidHost) else _github_account(url)
        if account is None:
            continue
        for beside, handle in _handles_beside(entry, path):
            shown = bare(handle)
            if fold(shown) != fold(account) and is_handle(shown):
                names = f"the handle is {quoted(shown)} but the profile links to {quoted(account)}"
                where = f"line {entry.place(beside).line}"
                yield Problem(f"{names} ({where}): write the same account in both", path)


def _handles_beside(entry: Entry, profile: FieldPath) -> Iterator[tuple[FieldPath, str]]:
    holders = {profile[:-1]}
    if len(profile) > 1 and profile[-2] == "profiles":
        holders.add(profile[:-2])
    for path, handle in entry.texts("handle"):
        if path[:-1] in holders and path != profile:
            yield path, handle
