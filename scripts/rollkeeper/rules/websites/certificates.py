"""The certificates of websites: those that browsers refuse, and those that end soon."""

from __future__ import annotations

from datetime import date

from rollkeeper.grammar.wording import listed, quoted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.visit import Visit, VisitFailure
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.websites._judgement import REFUSED_CERTIFICATE, SiteKind
from rollkeeper.rules.websites.nights import NIGHTS, failure

_WARNS = "browsers warn visitors; inform the entry's contact"
_REMEDIES = {
    VisitFailure.WRONG_NAME: f"{_WARNS}, or correct the address",
    VisitFailure.INCOMPLETE: (
        "most browsers accept it, other programs do not; inform the entry's contact"
    ),
}
MOST_NAMES = 3
"""Names of a certificate that a message lists."""


@rule("website-certificate", on=Visit, severity=Severity.WARNING)
def certificate_refused(visit: Visit, *, nights: int = NIGHTS) -> Problems:  # noqa: ARG001 - the history counts by it
    """Browsers do not accept the certificate of a website.

    Visitors see a warning instead of the site. The certificate has expired, is for another name, is
    self-signed or has an incomplete chain. Only the site's operators can fix it, so inform the
    entry's contact. The nightly audit reports it after as many `nights`.
    """
    found = failure(visit, SiteKind.CERTIFICATE)
    if found is None:
        return
    causes = (each for each in REFUSED_CERTIFICATE if found.why.endswith(each))
    cause = next(causes, VisitFailure.CERTIFICATE)
    since = "" if found.since is None else f" (since {found.since})"
    message = f"{quoted(visit.url)}: {cause}{_detail(visit)}{since}"
    yield Problem(f"{message}; {_REMEDIES.get(cause, _WARNS)}", visit.field)


def _detail(visit: Visit) -> str:
    shown = visit.certificate
    if shown is None:
        return ""
    if visit.failure is VisitFailure.EXPIRED:
        return f" on {shown.ends.date()}"
    if visit.failure is VisitFailure.WRONG_NAME and shown.names:
        return f" ({listed(shown.names, most=MOST_NAMES)})"
    return ""


@rule("certificate-ending", on=Visit, severity=Severity.WARNING)
def certificate_ending(visit: Visit, *, today: date, days: int = 14) -> Problems:
    """The certificate of a website expires soon.

    Certificates are normally renewed automatically weeks before, so the renewal has probably failed
    and browsers will soon warn visitors. Inform the entry's contact. `days` sets how early this is
    reported.
    """
    shown = visit.certificate
    if shown is None or visit.failure in REFUSED_CERTIFICATE:
        return
    last = shown.ends.date()
    if not 0 <= (last - today).days <= days:
        return
    message = f"the certificate of {quoted(visit.url)} expires on {last}"
    yield Problem(f"{message}; inform the entry's contact", visit.field)
