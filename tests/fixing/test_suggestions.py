"""Suggested changes: only on lines in the difference, each good by itself, and nothing escapes."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities import POLICY, TODAY, community
from rollkeeper.engine.run import Options
from rollkeeper.fixing.run import fix
from rollkeeper.fixing.suggestions import suggestions
from rollkeeper.grammar.diffs import shown_lines
from rollkeeper.model.limits import MAX_SUGGESTED_LINES, MAX_SUGGESTIONS
from rollkeeper.model.line_edit import Suggestion

EVERY = range(1, 10_000)
SORTED = f"{POLICY}rules: {{unsorted: error}}\n"
_BODY = re.compile(r"(`{3,})suggestion\n(.*)\n\1", re.DOTALL)


def accepted(text: str, taken: Collection[Suggestion]) -> str:
    """Do what GitHub does when suggestions are accepted."""
    lines = text.split("\n")
    for each in sorted(taken, key=lambda each: each.last, reverse=True):
        found = _BODY.fullmatch(each.body)
        assert found, each.body
        lines[each.first - 1 : each.last] = found[2].split("\n")
    return "\n".join(lines)


def test_lines_that_stand_together_are_one_suggestion() -> None:
    found = suggestions("a\nb\nc\nd\n", "a\nB\nC\nd\n", "x.yaml", EVERY)
    assert found == (Suggestion(2, 3, "B\nC", "x.yaml"),)
    assert found[0].body == "```suggestion\nB\nC\n```"


def test_lines_apart_are_offered_apart_and_only_those_in_the_difference() -> None:
    found = suggestions("a\nb\nc\nd\n", "A\nb\nC\nD\n", "x.yaml", {1, 2, 3})
    assert [(each.first, each.last) for each in found] == [(1, 1)]


@pytest.mark.parametrize("before", ["a\r\nb\r\n", "a\nb"])
def test_line_ends_are_no_difference(before: str) -> None:
    assert suggestions(before, "a\nb\n", "x.yaml", EVERY) == ()


@pytest.mark.parametrize(
    ("text", "fence"), [("a ``` b", "````"), ("`" * 9, "`" * 10), ("~~~ ``", "```")]
)
def test_no_content_closes_the_fence(text: str, fence: str) -> None:
    (found,) = suggestions("a\n", f"{text}\n", "x.yaml", EVERY)
    assert found.body == f"{fence}suggestion\n{text}\n{fence}"


def test_a_value_that_loses_a_line_is_one_piece() -> None:
    before, after = 'a: "x\n  y"\nb: 1\n', "a: x y\nb: 1\n"
    (found,) = suggestions(before, after, "x.yaml", EVERY)
    assert (found.first, found.last) == (1, 2)
    assert accepted(before, [found]) == after


def test_what_is_only_added_replaces_the_line_before_it() -> None:
    (found,) = suggestions("a\nb\n", "a\nnew\nb\n", "x.yaml", EVERY)
    assert found == Suggestion(1, 1, "a\nnew", "x.yaml")


def test_too_many_and_too_long_are_left_out() -> None:
    text = "".join(f"a{n}\n" for n in range(400))
    long = text.replace("a", "b", MAX_SUGGESTED_LINES + 1)
    assert suggestions(text, long, "x.yaml", EVERY) == ()
    every_other = re.sub(r"a(\d*[02468])\n", r"b\1\n", text)
    assert len(suggestions(text, every_other, "x.yaml", EVERY)) == MAX_SUGGESTIONS


ROSTER = (
    "- name: Oak\n  website: https://oak.example/?utm_source=a\n"
    "- name: Fir\n  website: https://fir.example/?utm_source=a\n"
)


def test_a_roster_is_offered_sorted_where_all_of_it_is_in_the_difference(tmp_path: Path) -> None:
    roster = fix(Options(community(tmp_path, ROSTER, SORTED), today=TODAY)).rosters["partners.yaml"]
    (found,) = suggestions(roster.before, roster.after, "p", EVERY, in_place=roster.in_place)
    assert accepted(ROSTER, [found]) == roster.after
    assert roster.after.index("Fir") < roster.after.index("Oak")


def test_a_roster_is_never_offered_half_sorted(tmp_path: Path) -> None:
    roster = fix(Options(community(tmp_path, ROSTER, SORTED), today=TODAY)).rosters["partners.yaml"]
    found = suggestions(roster.before, roster.after, "p", {3, 4}, in_place=roster.in_place)
    assert accepted(ROSTER, found) == ROSTER.replace(
        "https://fir.example/?utm_source=a", "https://fir.example/"
    )


LINES = st.lists(st.text("ab`: \t#", max_size=9), max_size=8)


@given(before=LINES, after=LINES, shown=st.sets(st.integers(1, 8)))
def test_taking_all_suggestions_gives_the_text_or_none_touches_other_lines(
    before: list[str], after: list[str], shown: set[int]
) -> None:
    old, new = ("".join(f"{line}\n" for line in lines) for lines in (before, after))
    found = suggestions(old, new, "x.yaml", shown)
    for each in found:
        assert set(range(each.first, each.last + 1)) <= shown
    everything = suggestions(old, new, "x.yaml", EVERY)
    if everything:
        assert accepted(old, everything) == new


PATCH = """\
@@ -1,3 +1,4 @@
 - name: Fir
-  tier: gold
+  tier: silver
+  since: 2026
 - name: Oak
@@ -40 +41,2 @@ - name: Pine
+++ a line that begins with two signs
+b
\\ No newline at end of file"""


def test_a_patch_shows_the_lines_of_its_hunks() -> None:
    assert shown_lines(PATCH) == {1, 2, 3, 4, 41, 42}


@pytest.mark.parametrize(
    "patch", ["", "+a\n b", "@@ -x +y @@\n+a", "Binary files differ", "@@@ -1 -1 +1 @@@\n+a"]
)
def test_what_is_no_patch_shows_nothing(patch: str) -> None:
    assert shown_lines(patch) == frozenset()


@given(st.text("@-+ ,0123456789\n\\ab", max_size=200))
def test_any_patch_is_read(patch: str) -> None:
    assert all(line >= 0 for line in shown_lines(patch))
