"""Waivers in comments: no pull request can waive what it brings in itself."""

from __future__ import annotations

import pytest

from attacks.stage import STATUS, Stage
from forge.proposals import POLICY, ROLL

WAIVING = f"{POLICY}comment_waivers: [name-markup]\n"
COMMENT = "  # rollkeeper: waive name-markup until 2027-01-31: it is written so"
MARKED = "- name: Birch **bold**\n  country: NL\n"
BEFORE = ROLL.replace("- name: Birch\n  country: NL\n", "")


def judged(stage: Stage, files: dict[str, str]) -> tuple[list[str], str]:
    """Propose files; return what keeps them from being merged, and the comment."""
    pull = stage.propose(files)
    stage.report(pull)
    return stage.why_not_merged(pull), stage.comment(pull)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ROLL, f"{BEFORE}{MARKED}{COMMENT}\n"),
        (f"{ROLL}{COMMENT}\n", f"{BEFORE}{MARKED}{COMMENT}\n"),
        (f"{BEFORE}- name: Birch\n{COMMENT}\n", f"{BEFORE}{MARKED.rstrip()}{COMMENT}\n"),
        (f"{ROLL}{COMMENT}\n", f"{ROLL}{COMMENT}\n- name: Cedar <b>\n{COMMENT}\n"),
        (f"{ROLL}{COMMENT}\n", f"{BEFORE}- name: Cedar <b>\n{COMMENT}\n"),
    ],
    ids=["added", "made use of", "moved", "copied", "taken over"],
)
def test_a_comment_waives_nothing_that_the_change_brings(
    stage: Stage, before: str, after: str
) -> None:
    stage.commit({"policies/partners.yaml": WAIVING, "partners.yaml": before})
    why, comment = judged(stage, {"partners.yaml": after})
    assert why == [f"{STATUS}: failure"], comment
    assert "`name-markup`" in comment


def test_a_policy_of_the_change_allows_no_comment(stage: Stage) -> None:
    files = {"policies/partners.yaml": WAIVING, "partners.yaml": f"{BEFORE}{MARKED}{COMMENT}\n"}
    why, comment = judged(stage, files)
    assert why == [f"{STATUS}: failure"]
    assert "no comment may waive" in comment


def test_a_waiver_that_a_change_lengthens_needs_a_review(stage: Stage) -> None:
    roster = f"{BEFORE}{MARKED}{COMMENT}\n"
    stage.commit({"policies/partners.yaml": WAIVING, "partners.yaml": roster})
    why, comment = judged(stage, {"partners.yaml": roster.replace("2027-01-31", "2035-01-31")})
    assert why == []
    assert "`waiver-unreviewed`" in comment
    assert "it counts once a maintainer has merged it" in comment


def test_what_was_waived_before_stays_so(stage: Stage) -> None:
    roster = f"{BEFORE}{MARKED}{COMMENT}\n"
    stage.commit({"policies/partners.yaml": WAIVING, "partners.yaml": roster})
    why, comment = judged(stage, {"partners.yaml": f"{roster}- name: Cedar\n"})
    assert why == []
    assert "waiver-unreviewed" not in comment
