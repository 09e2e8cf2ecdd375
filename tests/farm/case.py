"""What a case of the farm is made of: a site, how it behaves, and what a visit to it must say."""

from __future__ import annotations

from dataclasses import dataclass

import idna

from farm.authority import Tls
from farm.caller import Serve
from rollkeeper.model.visit import VisitFailure

UNREACHABLE = "website-unreachable"
INCONCLUSIVE = "website-inconclusive"
MOVED = "website-moved"
MOVED_AWAY = "website-moved-away"
PARKED = "website-parked"
EMPTY = "website-empty"
SOFT_404 = "website-soft-404"
OFF_TOPIC = "website-off-topic"
PLAIN_HTTP = "website-plain-http"
CERTIFICATE = "website-certificate"
ENDING = "certificate-ending"

UNSURE = (INCONCLUSIVE,)
DEAD = (UNREACHABLE,)
FINE: tuple[str, ...] = ()

BOTH = ("https", "http")
HTTPS = ("https",)
HTTP = ("http",)

PROPER = Tls()
SILENT_NAME = "the name server never answers"
SITE_4 = "the site's own IPv4 address"
SITE_6 = "the site's own IPv6 address"
REFUSING_4 = "an IPv4 address where nothing listens"
REFUSING_6 = "an IPv6 address where nothing listens"
BLACK_HOLE = "an IPv6 address that never takes a connection"


@dataclass(frozen=True)
class Seen:
    """What a visit must say, and which rules must find something: those and no others.

    `final` is how the final address ends, `{host}` standing for the site's name. `final`,
    `attempts` (so many at least), `title` and `family` are compared only where they are given.
    """

    status: int | None = 200
    failure: VisitFailure | None = None
    rules: tuple[str, ...] = FINE
    wall: str | None = None
    hops: tuple[int, ...] = ()
    final: str | None = None
    attempts: int | None = None
    title: str | None = None
    family: str | None = None


@dataclass(frozen=True)
class Case:
    """One behaviour; it is visited once by each of its schemes, each time as a site of its own."""

    name: str
    serve: Serve | None
    """None where nothing listens."""
    seen: Seen
    schemes: tuple[str, ...] = BOTH
    path: str = "/"
    listens: tuple[str, ...] = ()
    """Schemes that the site answers; only the one it is visited by where none is given."""
    tls: Tls | None = PROPER
    """None where the TLS port speaks plainly."""
    host: str = "{name}-farm.example"
    writes: str = "{host}"
    """How the roster writes the host."""
    addresses: tuple[str, ...] = (SITE_4,)
    """What the name server says."""
    lookup_fails: int | None = None
    """Why the name server says nothing: a code as of `getaddrinfo`."""

    @property
    def sites(self) -> tuple[Site, ...]:
        """The sites that behave so."""
        return tuple(Site(self, scheme) for scheme in self.schemes)


@dataclass(frozen=True)
class Site:
    """A case as it is visited by one scheme."""

    case: Case
    scheme: str

    @property
    def label(self) -> str:
        """What the site is called in a report of the tests."""
        return f"{self.case.name}-{self.scheme}"

    @property
    def written(self) -> str:
        """The host, in readable form."""
        plain = "" if self.scheme == "https" else "-plain"
        return self.case.host.format(name=self.case.name).replace("-farm.", f"{plain}-farm.")

    @property
    def host(self) -> str:
        """The host as the DNS knows it."""
        return idna.encode(self.written.lower()).decode()

    @property
    def url(self) -> str:
        """The address as it stands on the roster."""
        return f"{self.scheme}://{self.case.writes.format(host=self.written)}{self.case.path}"

    @property
    def listens(self) -> tuple[str, ...]:
        """The schemes that are answered."""
        if self.case.serve is None:
            return ()
        return self.case.listens or (self.scheme,)
