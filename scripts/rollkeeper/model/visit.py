"""A visit to a website as a value: what a probe saw, for the rules to judge.

The server's text is kept only where a rule needs it (`Page`), cut and without control
characters; reports quote it through the same escaping as everything else.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from rollkeeper.model.history import SiteRecord
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import FieldPath


class VisitFailure(StrEnum):
    """Why a website gave no answer, in our own words: never text of the server's."""

    NO_SUCH_NAME = "no such name in the DNS"
    NO_ADDRESS = "its name has no address in the DNS"
    NAME_SERVER = "the name server did not answer properly"
    NOT_PUBLIC = "its name resolves to an address that is not public"
    REFUSED = "the connection was refused"
    RESET = "the connection was closed before an answer"
    UNREACHABLE = "there is no route to it"
    SILENT = "no answer in time"
    GARBAGE = "its answer is not HTTP"
    TOO_MUCH = "its headers are longer than any browser accepts"
    CERTIFICATE = "its certificate was not accepted"
    EXPIRED = "its certificate has expired"
    WRONG_NAME = "its certificate is for another name"
    SELF_SIGNED = "its certificate is self-signed"
    INCOMPLETE = "it does not send the whole certificate chain"
    TLS = "no secure connection could be established"
    LOOP = "it redirects in a circle"
    REDIRECTS = "too many redirects, or one without a valid address"
    NOT_CHECKABLE = "it cannot be checked from here"
    NETWORK_DOWN = "our own network is down"
    NOT_VISITED = "it was not visited in time"


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: the status that sent the visitor on, and the address it sent to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate that the site showed, whether or not it was accepted."""

    issuer: str
    names: tuple[str, ...]
    ends: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """What the first 64 KiB of an HTML page say: cut, decoded, without control characters.

    `excerpt` is its visible text, at most 2,000 characters of it; `length` counts all visible text
    that was seen. `refresh` is the target of a meta refresh, `mentions` those of the words asked
    for that occur anywhere in what was read.
    """

    title: str
    excerpt: str
    length: int
    refresh: str | None = None
    mentions: frozenset[str] = frozenset()
    scripted: bool = False
    """Whether the page is filled by a script, so that its own text says nothing."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One website as it answered, or the reason why it did not.

    `status` is the HTTP status of the last answer, None where there was none and `failure` says
    why.
    """

    url: str
    status: int | None = None
    final_url: str | None = None
    failure: VisitFailure | None = None
    hops: tuple[Hop, ...] = ()
    wall: str | None = None
    """The bot wall that answered in the site's place, such as `Cloudflare`."""
    family: str | None = None
    """`IPv4` or `IPv6`, which way the answer came."""
    certificate: Certificate | None = None
    protocol: str | None = None
    """Such as `HTTP/1.1, TLSv1.3`."""
    first_byte: float | None = None
    """Seconds until the answer began."""
    retry_after: float | None = None
    """Seconds after which the site asks to be visited again."""
    attempts: int = 1
    page: Page | None = None
    https_answers: bool | None = None
    """For an http address: whether the host answers over https; None where not checked."""
    renamed_to: str | None = None
    """For a GitHub account or repository: the address that it has now."""
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Observation):
    """What was seen of the website in a field of an entry."""

    entry: Entry
    field: FieldPath
    record: SiteRecord | None = None
    """What this night and earlier ones make of it; None where there is no history."""
    counted: bool = False
    """Whether there is a history: then a site without a record has not failed lately."""

    @property
    def made(self) -> bool:
        """Whether there was time for the visit: one that was not made is noted, not judged."""
        return self.failure is not VisitFailure.NOT_VISITED

    @property
    def file(self) -> None:
        """None: a visit is about its entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubVisit(Visit):
    """A visit for which GitHub's API was asked, where the address is one of GitHub's.

    Rules about what only the API knows are about these: without a token it is not asked.
    """


_FIELDS = tuple(field.name for field in fields(Observation))


def missed(url: str) -> Observation:
    """Return what is known of a website that was not visited."""
    return Observation(url, failure=VisitFailure.NOT_VISITED)


def visit_of(seen: Observation, entry: Entry, field: FieldPath) -> Visit:
    """Return what was seen of a website as a visit to an entry's."""
    return Visit(**{name: getattr(seen, name) for name in _FIELDS}, entry=entry, field=field)
