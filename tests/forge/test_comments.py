"""What is decided about comments, labels and reviews, without a network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.forge import labels, reviews
from rollkeeper.forge.bot import BOT
from rollkeeper.forge.comments import (
    Comment,
    CommentContent,
    CommentDecision,
    Marker,
    branch_key,
    claimed,
    decide_comment,
    fixed,
    is_current,
    labels_key,
    ours,
    read_marker,
)
from rollkeeper.model.line_edit import Suggestion

HEAD, BASE = "a" * 40, "b" * 40


MARKER = Marker(
    7,
    1,
    HEAD,
    BASE,
    day=20261121,
    done=True,
    found=("0123456789ab:term-ended",),
    removed=("0123456789ab",),
)


def told(marker: Marker = MARKER) -> CommentContent:
    return CommentContent(marker, lambda gone: f"run {marker.run}, fixed {dict(gone)}\n")


def written(marker: Marker, comment: int = 1, author: str = BOT) -> Comment:
    line = replace(marker, comment=comment).line()
    return Comment(comment, author, f"{line}run {marker.run}\n")


KEYS = st.lists(st.text("0123456789abcdef", min_size=12, max_size=12), max_size=5).map(tuple)


@given(
    st.builds(
        Marker,
        run=st.integers(0, 10**15),
        attempt=st.integers(0, 1000),
        head=st.text("0123456789abcdef", min_size=40, max_size=40),
        base=st.just(BASE),
        day=st.integers(0, 10**8),
        done=st.booleans(),
        reviewed=st.booleans(),
        hold=st.integers(0, 10**15),
        comment=st.integers(0, 10**15),
        found=st.lists(st.just("0123456789ab:term-ended"), max_size=5).map(tuple),
        branch=st.sampled_from(("", "0123456789ab")),
        labels=st.sampled_from(("", "0123456789ab")),
        removed=KEYS,
        approved=KEYS,
    )
)
def test_a_marker_reads_back_and_is_one_hidden_line(marker: Marker) -> None:
    line = marker.line()
    assert read_marker(line + "text") == marker
    assert line.count("\n") == 1
    assert "--" not in line[4:-5]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "text\n" + MARKER.line(),
        MARKER.line().replace('"run":7', '"run":"7"'),
        MARKER.line().replace('"run":7', '"run":-7'),
        MARKER.line().replace('"run":7', '"run":true'),
        MARKER.line().replace(HEAD, "x" * 40),
        MARKER.line().replace("term-ended", "x\\n@octocat"),
        MARKER.line().replace('"removed":["0123456789ab"]', '"removed":["@octocat"]'),
        MARKER.line().replace('"approved":[]', '"approved":"0123456789ab"'),
        MARKER.line().replace('"labels":""', '"labels":"--><b>"'),
        MARKER.line().replace('"comment":0', '"comment":null'),
        "<!-- rollkeeper:pull-request {} -->\n",
        "<!-- rollkeeper:pull-request {[} -->\n",
    ],
)
def test_what_we_did_not_write_is_no_marker(body: str) -> None:
    assert read_marker(body) is None


def test_a_body_that_was_saved_with_windows_line_ends_is_still_ours() -> None:
    body = written(MARKER).body.replace("\n", "\r\n")
    assert ours([Comment(1, BOT, body)])


def test_a_comment_is_ours_only_with_its_own_id() -> None:
    assert ours([written(MARKER, 7)])
    assert ours([replace(written(MARKER, 7), id=8)]) == []
    assert ours([replace(written(MARKER, 0), id=8)]) == []


def test_a_comment_that_this_run_made_is_completed_and_no_other() -> None:
    mine = replace(written(MARKER, 0), id=8)
    assert decide_comment(told(), [mine]).unclaimed == 8
    assert decide_comment(told(replace(MARKER, attempt=2)), [mine]).unclaimed == 8
    assert decide_comment(told(replace(MARKER, run=8)), [mine]).unclaimed is None
    body = decide_comment(told(), []).body
    assert body is not None
    assert claimed(body, 8) == replace(MARKER, comment=8).line() + "run 7, fixed {}\n"


def test_the_first_comment_is_written() -> None:
    decision = decide_comment(told(), [written(MARKER, author="mallory")])
    assert decision.body is not None
    assert decision.id is None
    assert decision.body == MARKER.line() + "run 7, fixed {}\n"


def test_a_later_run_edits_it_and_says_what_is_gone() -> None:
    later = replace(MARKER, run=8, found=())
    decision = decide_comment(told(later), [written(MARKER)])
    assert decision.body is not None
    assert decision.id is not None
    assert decision.body.endswith("run 8, fixed {'term-ended': 1}\n")


def test_an_earlier_run_has_nothing_to_say() -> None:
    there = replace(MARKER, comment=1)
    earlier = decide_comment(told(replace(MARKER, run=6)), [written(MARKER)])
    assert earlier == CommentDecision(before=there, newer=True)
    assert decide_comment(told(), [written(MARKER)]) == CommentDecision(before=there)


def test_doubles_go_and_the_newest_word_stays_in_the_oldest_comment() -> None:
    newest = replace(MARKER, run=9)
    decision = decide_comment(told(), [written(newest, 5), written(MARKER, 3), written(MARKER, 4)])
    assert decision.body is not None
    assert decision.id is not None
    assert (decision.id, decision.doubles, decision.newer) == (3, (4, 5), True)
    assert decision.body.endswith("run 9\n")


def test_a_run_that_broke_off_remembers_what_was_found_before() -> None:
    broken = replace(MARKER, run=8, done=False, found=())
    decision = decide_comment(told(broken), [written(MARKER)])
    assert decision.body is not None
    assert decision.id is not None
    marker = read_marker(decision.body)
    assert marker is not None
    assert (marker.found, marker.removed) == (MARKER.found, MARKER.removed)
    assert not is_current(marker, head=HEAD, base=BASE, day=20261121, branch="", labels="")


@pytest.mark.parametrize(
    "other",
    [
        {"head": BASE},
        {"base": HEAD},
        {"day": 20261122},
        {"branch": branch_key("release")},
        {"labels": "0123456789ab"},
    ],
)
def test_a_comment_is_current_for_its_commits_its_branch_its_day_and_the_labels(
    other: dict[str, Any],
) -> None:
    state: dict[str, Any] = {
        "head": HEAD,
        "base": BASE,
        "day": 20261121,
        "branch": "",
        "labels": "",
    }
    assert is_current(MARKER, **state)
    assert not is_current(MARKER, **(state | other))


def test_labels_are_told_apart_without_regard_to_case_and_order() -> None:
    assert labels_key(("Removal", "x")) == labels_key(("X", "removal")) != labels_key(("x",))
    assert labels_key(()) == ""


def test_what_is_fixed_is_counted_by_rule() -> None:
    before = ("000000000001:a", "000000000002:a", "000000000003:b")
    assert fixed(before, ("000000000003:b", "000000000009:c")) == {"a": 2}


@pytest.mark.parametrize(
    ("passed", "there", "add", "remove"),
    [
        (True, (), ("rollkeeper: ok",), ()),
        (False, ("rollkeeper: ok", "kind/x"), ("rollkeeper: needs work",), ("rollkeeper: ok",)),
        (False, ("Rollkeeper: Needs Work",), (), ()),
        (None, ("Rollkeeper: OK", "rollkeeper: removal approved"), (), ("Rollkeeper: OK",)),
    ],
)
def test_labels_say_how_it_stands_now(
    *, passed: bool | None, there: tuple[str, ...], add: tuple[str, ...], remove: tuple[str, ...]
) -> None:
    assert labels.label_change(passed=passed, labels=there) == labels.LabelChange(add, remove)


def test_a_commit_gets_one_review() -> None:
    offered = (Suggestion(1, 1, "x", "partners.yaml"),)
    rosters = ("partners.yaml",)
    assert reviews.review_for(HEAD, (), None, rosters) is None
    assert reviews.review_for(HEAD, offered, None, rosters) is not None
    assert reviews.review_for(HEAD, offered, replace(MARKER, reviewed=True), rosters) is None
    assert reviews.review_for(BASE, offered, replace(MARKER, reviewed=True), rosters) is not None


def test_a_pattern_of_rosters_has_its_files_suggested_on_and_no_others() -> None:
    offered = [
        Suggestion(1, 1, "x", path) for path in ("people/a.yaml", "people/x/b.yaml", "b.yaml")
    ]
    review = reviews.review_for(HEAD, offered, None, ("people/*.yaml",))
    assert review is not None
    assert [each.path for each in review.suggestions] == ["people/a.yaml"]


def test_a_verdict_cannot_have_a_workflow_suggested() -> None:
    """F11: the job that checks is taken over, and its verdict suggests lines of a workflow."""
    forged = Suggestion(1, 1, "on: pull_request_target", ".github/workflows/z.yml")
    true = Suggestion(1, 1, "- name: Cedar", "partners.yaml")
    assert reviews.review_for(HEAD, (forged,), None, ("partners.yaml",)) is None
    review = reviews.review_for(HEAD, (forged, true), None, ("partners.yaml",))
    assert review is not None
    assert review.suggestions == (true,)
    assert reviews.review_for(HEAD, (true,), None, ()) is None
