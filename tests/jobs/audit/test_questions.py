"""What an audit cannot decide: asked in the issue, with what may be the answer, never repaired."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rendered import rendered
from rollkeeper.jobs.audit.issues.content import Doer, Open, ProgrammeNight, content_of
from rollkeeper.jobs.audit.issues.questions import QUESTIONS, answers, is_question
from rollkeeper.jobs.audit.issues.text import Links, text_of
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import START
from rollkeeper.rules import catalogue

DAY = date(2026, 11, 21)


def finding(rule: str, new: str | None = None) -> Finding:
    fix = Fix(FixKind.SET, "write the new address", new) if new else None
    made = Finding(rule, Severity.WARNING, "was seen", "partners.yaml", START, "partners", "Alder")
    return replace(made, fix=fix)


def test_each_question_is_about_a_rule_and_has_answers_that_differ() -> None:
    assert QUESTIONS.keys() <= catalogue().keys()
    for rule, may_be in QUESTIONS.items():
        assert len(set(may_be)) == len(may_be) > 1
        assert answers(rule).count("\n") == len(may_be)


@pytest.mark.parametrize(
    ("rule", "new", "asked"),
    [
        ("website-moved-away", None, True),
        ("website-parked", None, True),
        ("github-archived", None, True),
        ("github-renamed", "https://github.com/alder/new", True),
        ("account-taken", None, True),
        ("account-missing", None, True),
        ("website-moved", "https://github.com/alder/new", True),
        ("website-moved", "https://alder.example/new", False),
        ("account-renamed", "alder-cloud", False),
        ("website-plain-http", "https://alder.example/", False),
        ("logo-orphan", None, False),
    ],
)
def test_what_is_certain_is_repaired_and_the_rest_is_asked(
    rule: str, new: str | None, *, asked: bool
) -> None:
    assert rule in catalogue()
    assert is_question(finding(rule, new)) is asked
    assert (Open("k", finding(rule, new), DAY).doer is Doer.ANSWER) is asked


def test_the_issue_has_what_was_seen_since_when_and_what_to_do_in_each_case() -> None:
    found = (Open("a", finding("website-parked"), date(2026, 11, 2)),)
    night = ProgrammeNight("partners", "Partners", DAY, 3, findings=found)
    text = text_of(content_of(night, None), Links("https://github.com/o/r/blob/m"))
    shown = rendered(text).text
    part = shown[shown.index("Questions (1)") :]
    assert "was seen (since 2026-11-02)" in part
    for each in QUESTIONS["website-parked"]:
        assert each in part
    assert "ask the entry's contact" not in shown
