"""What the documentation says of waivers is so."""

from __future__ import annotations

import pytest

from claiming import Scratch, claim, here

__all__ = ["here"]
POLICIES = "docs/policies.md"
ROSTER = "roster: partners.yaml\n"


KEYS = {"rule": "has-tier", "entry": "Fir", "reason": "later", "until": "2026-12-01", "by": "ada"}
ASKED = f"{ROSTER}requirements: [{{id: has-tier, expect: has(entry.tier), message: m}}]\n"


def waiver(**keys: str) -> str:
    return (
        f"{ASKED}waivers:\n  - {{{', '.join(f'{key}: {value}' for key, value in keys.items())}}}\n"
    )


@claim(POLICIES, "A waiver needs a rule, a reason, a last day, a person, and whom it is for.")
def test_a_waiver_has_five_keys(here: Scratch) -> None:
    here.has(partners="- name: Fir\n", policy=waiver(**KEYS))
    assert here.run("check --offline --today 2026-11-21") == 0
    for left_out in KEYS:
        here.has(policy=waiver(**{key: value for key, value in KEYS.items() if key != left_out}))
        assert here.run("check --offline --today 2026-11-21") == 2, left_out
        assert "policies/partners.yaml:4" in here.err


@claim(
    POLICIES,
    "Until its last day, the finding is shown as waived and does not fail a run. After that day, the waiver itself is reported.",
)
def test_the_last_day_of_a_waiver(here: Scratch) -> None:
    here.has(partners="- name: Fir\n", policy=waiver(**KEYS))
    assert here.run("check --offline --today 2026-12-01") == 0
    assert "waived" in here.out
    assert here.run("check --offline --today 2026-12-02") == 1
    assert "waiver-expired" in here.out
    assert "has-tier" in here.out


@claim(POLICIES, "A waiver that has no effect is reported too.")
def test_a_waiver_without_effect(here: Scratch) -> None:
    here.has(partners="- {name: Fir, tier: gold}\n", policy=waiver(**KEYS))
    assert len(here.findings("waiver-unused")) == 1


@claim(POLICIES, "What keeps a roster from being read cannot be waived.")
def test_what_cannot_be_waived(here: Scratch) -> None:
    unread = {"rule": "yaml-syntax", "entry": "partners.yaml"}
    here.has(partners="- {name: [\n", policy=waiver(**{**KEYS, **unread}))
    assert here.run("check --offline --today 2026-11-21") == 1
    assert "yaml-syntax" in here.out


COMMENT = "  # rollkeeper: waive website-insecure until 2027-03-31: no TLS yet\n"
PLAIN = "- name: Fir\n  website: http://fir.example/\n"


@claim(POLICIES, "a comment never excuses what a change introduces")
def test_a_comment_of_a_change(here: Scratch) -> None:
    rules = "rules: {website-insecure: error}\ncomment_waivers: [website-insecure]\n"
    here.has(partners="- name: Oak\n", policy=ROSTER + rules)
    here.commit()
    here.has(partners=f"- name: Oak\n{PLAIN}{COMMENT}")
    assert here.run("check --offline --today 2026-11-21 --since HEAD") == 1
    assert "website-insecure" in here.out
    assert "waiver-unreviewed" in here.out
    here.commit()
    assert here.run("check --offline --today 2026-11-21") == 0


@claim(
    POLICIES,
    "Comments of another form, of other rules, that have expired or have no effect are reported.",
)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("waive ", "skip "),
        ("website-insecure", "blank-edges"),
        ("2027", "2026"),
        ("http:", "https:"),
    ],
)
def test_comments_that_do_not_count(here: Scratch, old: str, new: str) -> None:
    here.has(partners=PLAIN + COMMENT, policy=f"{ROSTER}comment_waivers: [website-insecure]\n")
    assert [each["waiver"] is None for each in here.report()["findings"]] == [False]
    here.has(partners=(PLAIN + COMMENT).replace(old, new))
    assert [each for each in here.report()["findings"] if each["rule"].startswith("waiver-")]
