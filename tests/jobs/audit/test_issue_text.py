"""What a programme's issue says and when that is something else, from values alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from rendered import rendered
from rollkeeper.grammar.bodies import Body, Marker
from rollkeeper.jobs.audit.issues.content import (
    IssueContent,
    IssueSection,
    Open,
    ProgrammeNight,
    content_of,
    is_inconclusive,
)
from rollkeeper.jobs.audit.issues.memory import Memory, key_of, remembered
from rollkeeper.jobs.audit.issues.text import Links, clean_text, text_of
from rollkeeper.model.history import NightKind
from rollkeeper.model.limits import MAX_COMMENT
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import ANY, Finding, FindingGroup, Standing
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import Place
from rollkeeper.reports.addresses import HOME
from rollkeeper.rules import catalogue

DAY = date(2026, 11, 22)
RUN = "https://github.com/octo-community/rosters/actions/runs/42"
LINKS = Links("https://github.com/octo-community/rosters/blob/main/team", RUN)
HOSTILE = "@octocat <img src=x> [a](https://x.example) | #1 `<!-- rollkeeper:memory AA --> :tada:"


def opened(  # noqa: PLR0913 - what findings differ in
    rule: str = "term-ended",
    entry: str | None = "Ada Ash",
    message: str = "the term ended on 2026-09-30",
    *,
    since: date = DAY,
    severity: Severity | None = None,
    fix: Fix | None = None,
) -> Open:
    known = catalogue().get(rule)
    level = severity or (known.severity if known else Severity.ERROR)
    place = Place(3, 1, 3, 9)
    finding = Finding(rule, level, message, "team.yaml", place, "team", entry, fix=fix)
    return Open(key_of(f"{rule} {entry}"), finding, since)


def night(*findings: Open, **more: object) -> ProgrammeNight:
    return replace(ProgrammeNight("team", "Team", DAY, 41, findings=findings), **more)  # type: ignore[arg-type] # fields of the class


def text(the_night: ProgrammeNight, before: Memory | None = None, links: Links = LINKS) -> str:
    return text_of(content_of(the_night, before), links).partition("\n")[2]


FIX = Fix(FixKind.SET, "write https", "https://alder.example/")
EVERY = (
    opened(),
    opened("website-unreachable", "Alder", "`https://alder.example/` cannot be reached"),
    opened("website-plain-http", "Birch", "answers over https as well", fix=FIX),
    opened("website-inconclusive", "Cedar", "it is not certain"),
)


def test_findings_are_grouped_by_who_has_to_do_something() -> None:
    said = text(night(*EVERY, waived=2))
    assert said.startswith(
        "**1 error, 2 warnings, 1 not certain, 2 waived** in 41 entries; "
        f"last change 2026-11-22, [run]({RUN}).\n"
    )
    headings = [line for line in said.splitlines() if line.startswith("### ")]
    assert headings == [
        "### For the maintainers (1)",
        "### For the contacts of the entries (1)",
        "### Repairs that need no decision (1)",
        "### Not certain (1)",
    ]
    parts = said.split("### ")[1:]
    assert ["Ada Ash" in parts[0], "Alder" in parts[1], "Birch" in parts[2], "Cedar" in parts[3]]
    assert "blob/main/team/team.yaml#L3" in parts[0]


def test_repairs_name_the_pull_request_that_proposes_them() -> None:
    assert "Run `rollkeeper fix`" in text(night(*EVERY))
    assert "They are proposed in #7: merge it." in text(
        night(*EVERY), None, LINKS._replace(repairs=7)
    )


def test_findings_in_the_same_words_are_one_line_and_many_are_folded() -> None:
    same = [opened(entry=f"Person {number}") for number in range(9)]
    said = text(night(*same))
    many = text(night(*(opened(entry=f"Person {number:02}") for number in range(33))))
    assert "[Person 19](" in many
    assert " and 13 more\n" in many
    assert said.count("the term ended on 2026-09-30 *(since 2026-11-22)*: [Person 0]") == 1
    assert "<details>" not in said
    others = [opened(entry=f"Person {n}", message=f"ended on day {n:02}") for n in range(40)]
    said = text(night(*others))
    assert "<summary>Person 0, Person 1, Person 2, Person 3 and 36 more</summary>" in said
    assert f"- and 15 more, [the run lists them]({RUN})" in said
    assert "**40 errors**" in said


@pytest.mark.parametrize("number", [0, 1, 300, 3_000])
def test_any_number_of_findings_fits_and_is_counted(number: int) -> None:
    rules = sorted(catalogue())
    findings = [
        opened(rules[n % len(rules)], f"Entry {n} " + "\N{SNOWMAN}" * 30, f"{n} is wrong" * 40)
        for n in range(number)
    ]
    content = content_of(night(*findings), None)
    notes = "x" * 20_000
    said = text_of(content, LINKS, len(notes))
    marker = Marker("audit", "team", content.digest)
    body = Body(marker, said, f"{Marker('audit', 'team', '0' * 64).begin}\n{marker.end}{notes}")
    assert len(body.whole()) <= MAX_COMMENT
    assert "The rest is cut" not in body.whole()
    assert remembered(body.whole()) == content.memory
    shown = sum(int(word.replace(",", "")) for word in _counts(said))
    assert shown == number


def _counts(said: str) -> list[str]:
    bold = said.partition("**")[2].partition("**")[0]
    return [part.split()[0] for part in bold.split(", ") if part[0].isdigit()]


def test_what_the_report_leaves_out_is_counted() -> None:
    group = FindingGroup("team", "term-ended", Severity.ERROR, Standing.OPEN)
    others = FindingGroup(ANY, ANY, Severity.WARNING, Standing.OPEN)
    said = text(night(opened(), left_out={group: 4_999, others: 7}))
    assert said.startswith("**5,000 errors, 7 warnings**")
    assert "*5,006 more that are not listed here: [the run]" in said
    assert "some may be of other programmes" in said


def test_hostile_text_is_shown_and_does_nothing() -> None:
    gone = content_of(night(opened(entry=HOSTILE), opened()), None).memory
    later = night(
        opened("term-gap", HOSTILE, HOSTILE),
        opened("their-own", None, HOSTILE),
        kind=NightKind.PARTIAL,
        incomplete=HOSTILE,
        unread=HOSTILE,
        unchecked={"term-length": HOSTILE},
        today=DAY + timedelta(days=1),
    )
    for said in (text(later, gone), text(replace(later, unread=None), gone)):
        shown = rendered(said)
        assert shown.references == []
        assert {tag for tag, _ in shown.tags}.isdisjoint({"img", "table"})
        links = [str(dict(attributes)["href"]) for tag, attributes in shown.tags if tag == "a"]
        assert all(link.startswith((HOME, RUN, LINKS.files)) for link in links)
        assert shown.text.count("@octocat <img src=x>") >= 3


def test_the_text_speaks_of_days_and_of_nothing_that_passes() -> None:
    said = text(night(*EVERY, kind=NightKind.VOID, unread="line 3: no list"))
    said += clean_text(content_of(night(), None), LINKS)
    for word in ("today", "yesterday", "tomorrow", " ago", "last night", "days"):
        assert word not in said


# What is substance and what is not


BASE = night(*EVERY, unchecked={"term-gap": "no token"}, sections=[IssueSection("Q", "?", "q")])


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, today=DAY + timedelta(days=400)),
        replace(BASE, title="Crew"),
        replace(BASE, unchecked={"term-gap": "GitHub did not answer"}),
        replace(BASE, incomplete="shard 3 of 9"),
        replace(BASE, sections=[IssueSection("Q", "in other words", "q")]),
        replace(
            BASE,
            findings=[each._replace(since=DAY - timedelta(days=9)) for each in BASE.findings],
        ),
        replace(
            BASE,
            findings=[
                *EVERY[:1],
                EVERY[1]._replace(finding=replace(EVERY[1].finding, message="it timed out")),
                *EVERY[2:],
            ],
        ),
        replace(BASE, findings=[*reversed(EVERY)]),
    ],
    ids=["day", "title", "reason", "why", "words", "since", "how a visit went", "order"],
)
def test_what_does_not_change_the_issue(other: ProgrammeNight) -> None:
    assert content_of(other, None).digest == content_of(BASE, None).digest


def _changed(at: int, **more: object) -> Sequence[Open]:
    found = list(EVERY)
    found[at] = found[at]._replace(finding=replace(found[at].finding, **more))  # type: ignore[arg-type] # fields of the class
    return found


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, findings=EVERY[1:]),
        replace(BASE, findings=EVERY[:3]),
        replace(BASE, findings=_changed(1, severity=Severity.ERROR)),
        replace(BASE, findings=_changed(0, message="the term ended on 2026-10-01")),
        replace(BASE, findings=_changed(0, place=Place(4, 1, 4, 9))),
        replace(BASE, unchecked={}),
        replace(BASE, kind=NightKind.VOID),
        replace(BASE, unread="line 1"),
        replace(BASE, waived=1),
        replace(BASE, entries=40),
        replace(BASE, left_out_digest="x"),
        replace(BASE, sections=[]),
    ],
    ids=[
        "fixed", "not certain", "severity", "words", "line", "skipped", "void", "unread", "waived",
        "entries", "left out", "section",
    ],
)  # fmt: skip
def test_what_changes_the_issue(other: ProgrammeNight) -> None:
    assert content_of(other, None).digest != content_of(BASE, None).digest


def test_the_newest_change_stays_until_the_next_and_is_about_what_is_certain() -> None:
    first = content_of(night(opened()), None)
    assert first.new == ()
    second = content_of(
        night(opened(), opened(entry="Bo"), EVERY[3], today=date(2026, 11, 24)), first.memory
    )
    assert [each.entry for each in second.new] == ["Bo"]
    third = content_of(night(opened(), opened(entry="Bo"), today=date(2026, 11, 25)), second.memory)
    assert "**New on 2026-11-24**\n\n- The last term of an active entry has ended: Bo\n" in (
        text(third.night, second.memory)
    )
    assert "Fixed" not in text(third.night, second.memory)


def test_what_is_said_otherwise_is_not_called_fixed() -> None:
    first = content_of(night(opened("term-ending-soon"), opened("unsorted")), None)
    second = content_of(night(opened("term-ended"), today=date(2026, 11, 25)), first.memory)
    assert [each.rule for each in second.new] == ["term-ended"]
    assert [each.rule for each in second.memory.gone] == ["unsorted"]


def test_two_audits_on_one_day_are_one_change() -> None:
    first = content_of(night(opened(), opened(entry="Bo")), None)
    second = content_of(night(opened(entry="Bo"), today=date(2026, 11, 25)), first.memory)
    third = content_of(night(opened(entry="Cy"), today=date(2026, 11, 25)), second.memory)
    assert [each.entry for each in third.memory.gone] == ["Ada Ash", "Bo"]
    assert [each.entry for each in third.new] == ["Cy"]


def test_a_message_that_says_since_when_is_not_contradicted() -> None:
    said = text(night(opened(message="it cannot be reached (since 2026-11-19)")))
    assert said.count("since") == said.count("(since 2026-11-19)") == 1


def test_a_day_that_the_history_has_lost_is_remembered() -> None:
    first = content_of(night(opened(since=date(2026, 10, 1))), None)
    assert "*(since 2026-10-01)*" in text(night(opened(since=DAY)), first.memory)


@pytest.mark.parametrize("kind", [NightKind.PARTIAL, NightKind.VOID])
def test_what_others_were_to_be_asked_for_is_kept_unless_the_night_was_complete(
    kind: NightKind,
) -> None:
    before = content_of(night(*EVERY), None).memory
    content = content_of(night(kind=kind), before)
    kept = {each.rule for each in content.kept}
    assert kept == {"website-unreachable", "website-plain-http", "website-inconclusive"}
    assert (content.attention, content.clean) == (True, False)
    assert text(night(kind=kind), before).startswith("**2 warnings, 1 not certain** in 41 entries")
    assert content_of(night(), before).clean


@pytest.mark.parametrize(
    ("opens_at", "severity", "attention"),
    [
        (Severity.WARNING, Severity.NOTICE, False),
        (Severity.WARNING, Severity.WARNING, True),
        (Severity.ERROR, Severity.WARNING, False),
        (Severity.NOTICE, Severity.NOTICE, True),
    ],
)
def test_the_policy_says_what_opens_an_issue(
    opens_at: Severity, severity: Severity, *, attention: bool
) -> None:
    def content(**more: object) -> IssueContent:
        return content_of(night(opens_at=opens_at, **more), None)

    group = FindingGroup("team", "x", severity, Standing.OPEN)
    assert content(findings=[opened(severity=severity)]).attention is attention
    assert content(left_out={group: 1}).attention is attention
    assert content(sections=[IssueSection("Q", "?", "q", severity)]).attention is attention
    assert not content(sections=[IssueSection("Q", "?", "q")]).attention


def test_what_cannot_be_told_never_opens_an_issue() -> None:
    rules = [each for each in catalogue() if is_inconclusive(each)]
    assert "website-inconclusive" in rules
    found = [opened(rule, severity=Severity.ERROR) for rule in rules]
    content = content_of(night(*found, opens_at=Severity.NOTICE), None)
    assert (content.attention, content.clean) == (False, True)
