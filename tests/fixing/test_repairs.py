"""`fix`: only the lines that change, the same data except for the fixes, and nothing twice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixing.repaired import programme_of
from rollkeeper.engine.judging import ProgrammeCase, judge
from rollkeeper.engine.run import Options
from rollkeeper.fixing import RepairedRoster, Unmade, repairs
from rollkeeper.fixing.run import fix
from rollkeeper.fixing.values import rewritten
from rollkeeper.grammar.lines import lines_with_trailing_blanks
from rollkeeper.loading.schema.values import canonical
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.policy import Waiver
from rollkeeper.model.report import Finding
from rollkeeper.model.roster import Fix, FixKind, Programme
from rollkeeper.model.tree import START, List
from rollkeeper.rules import catalogue

RULES = (
    "unsorted", "untidy-lines", "byte-order-mark", "wrong-type", "wrong-value", "handle-form",
    "website-insecure", "website-tracking", "blank-edges", "yaml-tab",
)  # fmt: skip


def findings(programme: Programme) -> tuple[Finding, ...]:
    rules = {key: rule for key, rule in catalogue().items() if key in RULES}
    return judge([ProgrammeCase(programme, date(2026, 11, 21))], rules).findings


def fixed(root: Path, roster: str | bytes, policy: str = "") -> RepairedRoster:
    programme = programme_of(root, roster, policy)
    return repairs(programme, findings(programme))


def fixed_text(root: Path, roster: str) -> str:
    """Return the roster after all rounds."""
    programme_of(root, roster, "")
    rosters = fix(Options(root, today=date(2026, 11, 21))).rosters
    return next(iter(rosters.values())).after if rosters else roster


def test_values_keep_their_quotes_comments_and_neighbours(tmp_path: Path) -> None:
    roster = """\
# our partners
- name: 360      # the number
  tier:   'GOLD' # loud
  contact: {github: "@octocat", email: "team@cloud.example"}
  since: 2025-1-5

- name: "Example Cloud "
  tier: silver
"""
    repaired = fixed(tmp_path, roster)
    assert repaired.text == (
        roster.replace("360  ", '"360"  ')
        .replace("'GOLD'", "'gold'")
        .replace('"@octocat"', '"octocat"')
        .replace("2025-1-5", "2025-01-05")
        .replace("Cloud ", "Cloud")
    )
    assert (repaired.made, repaired.notes, repaired.left) == (5, (), ())


def test_of_two_fixes_of_one_value_the_first_is_made(tmp_path: Path) -> None:
    programme = programme_of(tmp_path, "- name: A\n  tier: GOLD\n")
    (found,) = findings(programme)
    other = replace(found, rule="another", fix=Fix(FixKind.SET, "s", "silver"))
    repaired = repairs(programme, [found, other])
    assert repaired.text == "- name: A\n  tier: gold\n"
    (left,) = repaired.left
    assert left.rule == "another"
    assert repaired.unmade == ()


def test_findings_that_ask_for_the_same_fix_are_fixed_at_once(tmp_path: Path) -> None:
    programme = programme_of(tmp_path, "- name: A\n  tier: GOLD\n")
    (found,) = findings(programme)
    repaired = repairs(programme, [found, replace(found, rule="another")])
    assert (repaired.made, repaired.left) == (1, ())


SORTED = """\
# yaml-language-server: $schema=x.json
# all partners, sorted

- name: alpha   # first
  website: https://alpha.example/

# beta was here from the start
# and stays
- name: Beta
  about: |
    - not an entry

    # not a comment
- {name: Gamma, tier: gold}


-   name: Zeta
    tier: gold
  # said inside Zeta
# the end
"""


def shuffled(order: list[int]) -> str:
    head, alpha, beta, gamma, zeta, tail = re.split(
        r"(?m)(?=^- name: alpha|^# beta|^- \{|^-   name|^# the end)", SORTED
    )
    bodies = [alpha.rstrip("\n"), beta.rstrip("\n"), gamma.rstrip("\n"), zeta.rstrip("\n")]
    first, second, third, fourth = (bodies[number] + "\n" for number in order)
    return f"{head}{first}\n{second}{third}\n\n{fourth}{tail}"


@pytest.mark.parametrize("order", [[3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1]])
def test_blocks_move_with_their_comments_and_the_layout_stays(
    order: list[int], tmp_path: Path
) -> None:
    repaired = fixed(tmp_path, shuffled(order))
    assert repaired.text == SORTED
    assert repaired.left == ()
    assert repaired.notes[0].startswith("sorted by name: ")


def test_comment_at_the_top_is_the_files_own(tmp_path: Path) -> None:
    assert fixed(tmp_path, "# partners\n- name: b\n- name: a\n").text == (
        "# partners\n- name: a\n- name: b\n"
    )


def test_last_entry_without_a_line_end_moves(tmp_path: Path) -> None:
    assert fixed(tmp_path, "- name: b\r\n  tier: gold\r\n- name: a").text == (
        "- name: a\r\n- name: b\r\n  tier: gold"
    )


def test_list_below_a_key_is_sorted_and_the_rest_stays(tmp_path: Path) -> None:
    roster = "title: x\nsigs:\n- name: b\n- name: a\n\n# after\nother: {name: z}\n"
    repaired = fixed(tmp_path, roster, "entries: sigs\n")
    assert repaired.text == roster.replace("- name: b\n- name: a", "- name: a\n- name: b")


@pytest.mark.parametrize(
    ("options", "before", "after", "done"),
    [
        (
            "{by: [tier, name]}",
            "silver:b gold:c gold:a",
            "gold:a gold:c silver:b",
            "by tier, then name: 2 entries",
        ),
        (
            "{by: [-tier, name]}",
            "gold:b silver:a :c silver:A",
            "silver:A silver:a gold:b :c",
            "by tier from last to first, then name: 2 entries",
        ),
        (
            "{groups: tier, leave: [gold]}",
            "silver:b gold:z silver:a gold:c",
            "silver:a gold:z silver:b gold:c",
            "by name within each tier: 1 entry",
        ),
        (
            "{locale: sv}",
            "gold:Åsa gold:Adam gold:Zorn",
            "gold:Adam gold:Zorn gold:Åsa",
            "by name: 1 entry",
        ),
        ("error", "gold:Zoë gold:Émile", "gold:Émile gold:Zoë", "by name: 1 entry"),
    ],
)
def test_entries_are_sorted_as_the_rule_asks(
    options: str, before: str, after: str, done: str, tmp_path: Path
) -> None:
    def written(pairs: str) -> str:
        entries = (pair.split(":") for pair in pairs.split())
        return "".join(
            f"- {{name: {n}, tier: {t}}}\n" if t else f"- {{name: {n}}}\n" for t, n in entries
        )

    policy = f"rules: {{unsorted: {options}, duplicate-name: off}}\n"
    repaired = fixed(tmp_path, written(before), policy)
    assert repaired.text == written(after)
    assert repaired.notes == (f"sorted {done} moved",)
    assert findings(programme_of(tmp_path, repaired.text, policy)) == ()


@pytest.mark.parametrize(
    ("roster", "reason"),
    [
        ("[{name: b}, {name: a}]\n", "does not start on a line of its own"),
        ("- name: b\n\n# group A\n\n- name: a\n", "is alone between two entries"),
        ("-\n  name: b\n-\n  name: a\n", "does not start on a line of its own"),
        ("- &x\n  name: b\n- name: a\n", "fix line "),
        ("- name: b\n- name: a\n  name: c\n", "fix line "),
    ],
)
def test_order_that_cannot_be_made_safely_is_named(
    roster: str, reason: str, tmp_path: Path
) -> None:
    repaired = fixed(tmp_path, roster)
    assert repaired.text == roster
    assert not repaired.made
    told = [finding for finding in repaired.left if reason in finding.message]
    assert [(finding.rule, finding.fix) for finding in told] == [("unsorted", None)]


def test_line_ends_blanks_and_mark_are_tidied(tmp_path: Path) -> None:
    roster = b"\xef\xbb\xbf- name: A  \r\n  about: |\r\n    kept  \r\n  tier: gold\t\r\n  since: 2025-01-05\n"
    repaired = fixed(tmp_path, roster)
    assert repaired.text == (
        "- name: A\r\n  about: |\r\n    kept  \r\n  tier: gold\r\n  since: 2025-01-05\r\n"
    )
    assert repaired.made == 3
    assert repaired.notes == ("removed the byte order mark",)
    assert [finding.rule for finding in repaired.left] == ["blank-edges"]


def test_blank_that_belongs_to_a_value_is_no_trailing_blank() -> None:
    text = '- about: "a\\ \n    b"\n  more: |  \n    kept  \n'
    data = read_yaml(text.encode(), "a").data
    assert lines_with_trailing_blanks(text, data) == [3]


@pytest.mark.parametrize(
    "roster", [b"\xef\xbb\xbf- name: \xff\n", b"\xef\xbb\xbf- name: [\n", b"", b"\xef\xbb\xbf"]
)
def test_file_that_cannot_be_read_is_never_written(roster: bytes, tmp_path: Path) -> None:
    repaired = fixed(tmp_path, roster)
    assert repaired.made == 0
    assert [finding.fix for finding in repaired.left] == [None] * len(repaired.left)


@pytest.mark.parametrize(
    "tier",
    ["&t GOLD", "!!str GOLD", "'GOLD'\n  about: 'a\u2028    b'"],
    ids=["anchor", "tag", "line"],
)
def test_a_value_that_cannot_be_replaced_safely_promises_nothing(tier: str, tmp_path: Path) -> None:
    roster = f"- name: B\n  tier: {tier}\n"
    repaired = fixed(tmp_path, roster)
    assert repaired.text == roster
    assert [(each.rule, each.fix) for each in repaired.left] == [("wrong-value", None)]


LONG = "Casts iron for the community, and has done so since the first of its meetings in May."


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (">-\n    GOLD", ">-\n    gold"),
        ("GOLD", "gold"),
        ("'GOLD'", "'gold'"),
        ('"\n    GOLD"', '"gold"'),
        ("|\n    GOLD", "|-\n    gold"),
    ],
)
def test_a_value_keeps_its_style(written: str, wanted: str, tmp_path: Path) -> None:
    roster = f"- name: A\n  tier: {written}\n  since: 2025-01-05\n"
    expected = f"- name: A\n  tier: {wanted}\n  since: 2025-01-05\n"
    assert fixed_text(tmp_path, roster) == expected


@pytest.mark.parametrize(
    ("about", "wanted"),
    [
        ("Casts  iron\n    for the\u00a0community\n    and more.", "Casts iron\n    for the community\n    and more."),
        (">-\n    Casts\u00a0iron\n    for us.", ">-\n    Casts iron\n    for us."),
        (r'"Casts  \"iron\"' + '\n    for us "', r'"Casts \"iron\"' + '\n    for us"'),
        ("'Casts  iron\n    for us '", "'Casts iron\n    for us'"),
    ],
)  # fmt: skip
def test_blanks_go_and_the_lines_stay(about: str, wanted: str, tmp_path: Path) -> None:
    head, tail = "- name: A\n  about: ", "\n  tier: gold\n"
    assert fixed_text(tmp_path, head + about + tail) == head + wanted + tail


def test_new_words_are_wrapped_as_the_old_ones_were() -> None:
    source = ">-\n      Casts iron for the community\n      and has done so for long.\n"
    wrapped = [
        "      Casts iron for the", "      community, and has done so", "      since the first of its",
        "      meetings in May.",
    ]  # fmt: skip
    assert rewritten(source, LONG).splitlines() == [">-", *wrapped]
    source = "Casts iron for the community\n      and has done so for long."
    assert max(map(len, rewritten(source, LONG).splitlines())) <= len(
        "      and has done so for long."
    )


def test_the_entries_that_move_are_counted(tmp_path: Path) -> None:
    names = "bcdefgha"
    repaired = fixed(tmp_path, "".join(f"- name: {name}\n" for name in names))
    assert repaired.notes == ("sorted by name: 1 entry moved",)


def test_waived_and_foreign_findings_are_left_alone(tmp_path: Path) -> None:
    programme = programme_of(tmp_path, "- name: b\n- name: a\n")
    found = findings(programme)
    waiver = Waiver("unsorted", "a", "old order", date(2027, 1, 1), "octocat", "p", START)
    waived = tuple(replace(finding, waiver=waiver) for finding in found)
    foreign = tuple(replace(finding, path="other.yaml") for finding in found)
    for left in (waived, foreign):
        repaired = repairs(programme, left)
        assert (repaired.text, repaired.made, repaired.left) == (programme.roster.text, 0, left)


def test_repair_after_which_the_file_reads_otherwise_is_not_made(tmp_path: Path) -> None:
    programme = programme_of(tmp_path, "- name: A\n  tier: GOLD\n- name: B\n  tier: Silver\n")
    first, second = findings(programme)
    hidden = replace(first, fix=Fix(FixKind.SET, "s", "go\u202eld"))
    repaired = repairs(programme, [hidden, second])
    assert repaired.text == "- name: A\n  tier: GOLD\n- name: B\n  tier: silver\n"
    assert repaired.left == (hidden,)
    assert repaired.unmade == (Unmade(hidden, "the file would not read as before"),)


LINES = st.lists(
    st.sampled_from(
        ["- name: b", "- name: A", "- name: 12", "- {name: c, tier: GOLD}", "  tier: SILVER ",
         "  since: 2025-1-5 # when", "  about: |", "    text  ", "    # more", "# note", "", "  # in",
         "-", "  name: Ä", "[", "- ? x", "  'name': \"a  b\"", "\t", "---", "...", "  x: 'it''s", "'"]
    ),
    max_size=12,
)  # fmt: skip


@given(lines=LINES, end=st.sampled_from(["\n", "\r\n"]), closed=st.booleans())
def test_nothing_is_lost_and_a_second_run_changes_nothing(
    *, lines: list[str], end: str, closed: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("roster")
    roster = end.join(lines) + (end if closed else "")
    repaired = fixed_text(root, roster)
    before, after = read_yaml(roster.encode(), "a"), read_yaml(repaired.encode(), "a")
    assert len(after.defects) <= len(before.defects)
    if isinstance(before.data, List):
        assert isinstance(after.data, List)
        kept = {"name", "tier", "since"}
        assert sorted(repr(without(item, kept)) for item in before.data) == sorted(
            repr(without(item, kept)) for item in after.data
        )
    comments = [line for line in re.findall(r"#.*", roster.replace("\r", "")) if "more" not in line]
    assert sorted(c.rstrip() for c in comments) == sorted(
        c.rstrip() for c in re.findall(r"#.*", repaired.replace("\r", "")) if "more" not in c
    )
    assert fixed_text(root, repaired) == repaired


def without(item: object, names: set[str]) -> object:
    """Return an entry without the fields that may have been repaired, and with single blanks."""
    if isinstance(item, dict):
        return sorted((k, repr(without(v, names))) for k, v in item.items() if k not in names)
    return " ".join(item.split()) if isinstance(item, str) else canonical(item)
