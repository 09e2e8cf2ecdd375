"""What the rules about websites report beyond their examples: each case once, by one rule only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rollkeeper.grammar.urls import Url, parse
from rollkeeper.model.report import Problem
from rollkeeper.model.visit import Visit, VisitFailure
from rollkeeper.rules import catalogue
from rollkeeper.rules.websites._judgement import SiteKind, verdict
from website_visits import LONG, TODAY, URL, certified, page, sent, visit

RULES = {rule.id: rule for rule in catalogue().values() if issubclass(rule.on, Visit)}
DEAD = (
    VisitFailure.NO_SUCH_NAME, VisitFailure.NO_ADDRESS, VisitFailure.NOT_PUBLIC, VisitFailure.REFUSED, VisitFailure.RESET,
    VisitFailure.UNREACHABLE, VisitFailure.SILENT, VisitFailure.GARBAGE, VisitFailure.TOO_MUCH,
    VisitFailure.TLS, VisitFailure.LOOP, VisitFailure.REDIRECTS,
)  # fmt: skip
UNSURE = (
    VisitFailure.NAME_SERVER, VisitFailure.NOT_CHECKABLE, VisitFailure.NETWORK_DOWN, VisitFailure.NOT_VISITED,
)  # fmt: skip
REFUSED = (
    VisitFailure.CERTIFICATE, VisitFailure.EXPIRED, VisitFailure.WRONG_NAME, VisitFailure.SELF_SIGNED,
    VisitFailure.INCOMPLETE,
)  # fmt: skip
REPO = "https://github.com/alder/telescope"


def found(rule_id: str, seen: Visit, **options: Any) -> list[Problem]:
    rule = RULES[rule_id]
    if rule.wants_today:
        options["today"] = TODAY
    if rule_id == "website-off-topic":
        options.setdefault("words", ("brassworks", "Alderfest"))
    return list(rule.check(seen, **options))


def judged(seen: Visit) -> set[str]:
    return {rule_id for rule_id in RULES if found(rule_id, seen)}


GOOD = [
    visit(),
    visit(status=204),
    visit(status=304),
    visit(page=page(f"Brassworks {'and more ' * 20}")),
    visit(page=page("Alder", "brassworks")),
    visit("http://alder.example/", https_answers=False),
    visit(page=page("", "", scripted=True)),
    visit(page=page("Alder", "", length=0)),
    visit(page=page("", "", refresh="https://alder.example/en/")),
    visit(page=page("404 Media", "brassworks")),
    visit(page=page("Parked cars, and where to buy this domaine wine", "brassworks " * 400)),
    visit(
        page=page(
            "How to tell that a domain is parked", f"brassworks {LONG} This domain is for sale"
        )
    ),
    visit(page=page("The Not Found Orchestra", "brassworks")),
    visit(page=page("Security checklists for brassworks", "")),
    visit(page=page("Coming soon to Brassworks: telescopes", LONG)),
    sent("https://alder.example", (301, "https://www.alder.example/")),
    sent("https://www.alder.example/team", (308, "https://alder.example/team/")),
    sent("https://alder.example/", (301, "https://alder.example/en/")),
    sent("https://alder.example/", (302, "https://alder.example/shop/spring")),
    sent("https://alder.example/", (302, "https://alder.example/login")),
    sent("https://alder.example/console", (301, "https://accounts.alder.example/")),
    sent("https://alder.example/zh-cn", (302, "https://alder.example/")),
    sent("https://alder.example/index.html", (301, "https://alder.example/")),
    sent("https://alder.example/?utm_source=roster", (301, "https://alder.example/")),
    sent("https://alder.example/", (302, "https://alder.co.uk/")),
    sent("https://alder.example/", (302, "https://a_b.alder.example/")),
    sent("https://alder.example/app", (302, "https://alder.example/?next=app")),
    sent("https://doi.org/10.1000/1", (302, "https://birch.example/article")),
    certified(date(2026, 12, 31)),
    certified(date(2026, 11, 20)),
    visit(REPO, renamed_to=REPO),
]


@pytest.mark.parametrize("seen", GOOD, ids=lambda seen: f"{GOOD.index(seen)}")
def test_nothing_is_said_of_a_good_site(seen: Visit) -> None:
    assert judged(seen) == set()


BAD: list[tuple[str, Visit, str]] = [
    *(("website-unreachable", visit(status=None, failure=failure), failure.value) for failure in DEAD),
    ("website-unreachable", visit(status=410), "gone for good (410)"),
    *(("website-unreachable", visit(status=code), f"the server fails ({code})") for code in (500, 501, 502, 503, 504, 508)),
    ("website-unreachable", visit(status=503, retry_after=1e9), "the server fails (503)"),
    ("website-unreachable", sent(URL, (302, "https://alder.example/x"), status=404), "it leads on to `https://alder.example/x`: there is no such page"),
    ("website-unreachable", sent(URL, (302, "https://gone.example/"), status=None, failure=VisitFailure.NO_SUCH_NAME), "leads on to `https://gone.example/`"),
    *(("website-inconclusive", visit(status=None, failure=failure), failure.value) for failure in UNSURE),
    *(("website-inconclusive", visit(status=code), f"({code})") for code in (401, 402, 403, 407, 429, 451, 511, 999)),
    *(("website-inconclusive", visit(status=code), f"with {code}") for code in (400, 405, 406, 408, 418, 520, 521, 530, 600)),
    ("website-inconclusive", visit(status=429, retry_after=120.0), "come back in 2 minutes"),
    ("website-inconclusive", visit(status=503, retry_after=30.0), "come back in 1 minute;"),
    ("website-inconclusive", visit(wall="Cloudflare", page=page("Just a moment...", "")), "`Cloudflare`"),
    ("website-inconclusive", visit(status=404, wall="Imperva"), "`Imperva`"),
    ("website-inconclusive", visit(page=page("Just a moment...", "")), "is a person"),
    ("website-inconclusive", visit(status=None), "not visited in time"),
    ("website-inconclusive", sent(URL, (302, "https://login.idp.example/oauth2?x=1")), "log in"),
    ("website-moved", sent("https://alder.example/team", (301, "https://alder.example/people")), "`https://alder.example/people`"),
    ("website-moved", sent("https://alder.example/team", (301, "https://alder.example/people"), (302, "https://alder.example/people/en")), "moved to `https://alder.example/people`:"),
    ("website-moved", sent("https://alder.example", (308, "https://shop.alder.example/")), "`https://shop.alder.example/`"),
    ("website-moved", sent("https://alder.example/", (301, "https://alder.example/new/")), "`https://alder.example/new/`"),
    ("website-moved-away", sent(URL, (302, "https://birch.example/")), "redirects to `birch.example`"),
    ("website-moved-away", sent(URL, (301, "https://alder.co.uk/")), "`alder.co.uk`"),
    ("website-moved-away", visit(page=page("", "", refresh="https://birch.example/")), "`birch.example`"),
    ("website-moved-away", sent(URL, (301, "https://www.linkedin.com/company/alder"), status=None, failure=VisitFailure.NOT_CHECKABLE), "`www.linkedin.com`"),
    ("website-parked", visit(page=page("This domain is for sale", LONG)), "for sale"),
    ("website-parked", visit(page=page("alder.example", "该域名已过期")), "parked or has expired"),
    ("website-parked", visit(page=page("alder.example", "Diese Domain steht zum Verkauf")), "for sale"),
    ("website-parked", visit(page=page("Parked domain", "")), "parked"),
    ("website-parked", sent(URL, (302, "https://forsale.godaddy.com/alder")), "`forsale.godaddy.com`"),
    ("website-empty", visit(page=page("", "It works!")), "web server comes with"),
    ("website-empty", visit(page=page("Index of /", "Parent Directory")), "a list of files"),
    ("website-empty", visit(page=page("Account Suspended", "")), "suspended"),
    ("website-empty", visit(page=page("网站建设中", "")), "yet to be made"),
    ("website-soft-404", visit(page=page("404")), "its title"),
    ("website-soft-404", visit(page=page("Alder | Oops! Error 404")), "its title"),
    ("website-soft-404", visit(page=page("404 页面不存在")), "its title"),
    ("website-soft-404", visit(page=page("Seite nicht gefunden \u2013 Alder")), "its title"),
    ("website-soft-404", sent("https://alder.example/case/roster", (301, "https://www.alder.example/en/")), "front page"),
    ("website-off-topic", visit(page=page()), "does not mention `brassworks` or `Alderfest`"),
    *(("website-certificate", visit(status=None, failure=failure), failure.value) for failure in REFUSED),
    ("website-certificate", visit(status=None, failure=VisitFailure.INCOMPLETE), "most browsers accept it"),
    ("website-certificate", certified(date(2026, 12, 1), status=None, failure=VisitFailure.WRONG_NAME), "another name (`alder.example` and `www.alder.example`)"),
]  # fmt: skip


@pytest.mark.parametrize(("rule_id", "seen", "words"), BAD, ids=lambda value: str(value)[:30])
def test_one_rule_says_what_is_wrong_with_a_bad_site(rule_id: str, seen: Visit, words: str) -> None:
    assert judged(seen) == {rule_id}
    (problem,) = found(rule_id, seen)
    assert words in problem.message
    assert problem.field == ("website",)


@pytest.mark.parametrize("failure", VisitFailure)
def test_every_failure_has_a_verdict(failure: VisitFailure) -> None:
    kinds = dict.fromkeys(DEAD, SiteKind.UNREACHABLE)
    kinds |= dict.fromkeys(UNSURE, SiteKind.INCONCLUSIVE) | dict.fromkeys(
        REFUSED, SiteKind.CERTIFICATE
    )
    assert verdict(visit(status=None, failure=failure)).kind is kinds[failure]


@pytest.mark.parametrize(
    ("seen", "value"),
    [
        (sent("https://alder.example/team", (301, "https://alder.example/people")), "https://alder.example/people"),
        (sent("https://alder.example/team", (301, "https://alder.example/people?session=1")), None),
        (sent("http://alder.example", (301, "https://www.alder.example/")), "https://alder.example"),
        (visit(REPO, renamed_to="https://github.com/alder/lens"), "https://github.com/alder/lens"),
        (sent(URL, (301, "https://birch.example/")), None),
    ],
)  # fmt: skip
def test_an_edit_is_offered_where_it_is_certain(seen: Visit, value: str | None) -> None:
    (rule_id,) = judged(seen)
    (problem,) = found(rule_id, seen)
    assert (problem.fix.value if problem.fix else None) == value
    assert value is None or isinstance(parse(value), Url)


def test_a_new_address_is_never_one_that_a_roster_may_not_hold() -> None:
    odd = [
        "https://user@alder.example/x", "https://alder.example:8443/x", "javascript:alert(1)",
        "https://alder.example/x\n- name: Elm", "https://10.0.0.1/x", "",
    ]  # fmt: skip
    for address in odd:
        assert judged(sent("https://alder.example/team", (301, address))) == set()
        assert found("github-renamed", visit(REPO, renamed_to=address)) == []
    assert found("github-renamed", visit(REPO, renamed_to="https://github.example/a/b")) == []


def test_text_of_the_servers_is_never_repeated_at_length_or_raw() -> None:
    hostile = "`<script>alert(1)</script>`\n::error::x\u202e @octocat " * 60
    for seen in (
        visit(page=page(f"404 - {hostile}", "x")),
        visit(page=page(hostile, f"this domain is for sale {hostile[:500]}")),
        sent(URL, (302, f"https://alder.example/{hostile}"), status=404),
    ):
        messages = [problem.message for rule in RULES for problem in found(rule, seen)]
        assert messages
        assert all(len(message) < 400 and "\n" not in message for message in messages)
        assert all("octocat" not in message for message in messages)


def test_words_are_looked_for_on_websites_only() -> None:
    seen = visit(page=page())
    elsewhere = replace(seen, field=("certificate",))
    assert found("website-off-topic", elsewhere) == []
    assert found("website-off-topic", seen, words=("TELESCOPES",)) == []
    mentioned = visit(page=page(mentions=frozenset({"brassworks"})))
    assert found("website-off-topic", mentioned) == []


def test_options_say_how_early_a_certificate_is_told_of() -> None:
    seen = certified(date(2026, 12, 20))
    assert found("certificate-ending", seen) == []
    assert len(found("certificate-ending", seen, days=30)) == 1
