"""Comments in rosters that ask for waivers: which entry they are beside, and what is no comment."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities import community, loaded
from rollkeeper.model.roster import WaiverComment

SIGN = "# rollkeeper: waive blank-edges until 2027-01-31: why"


def comments(root: Path, roster: str, more: str = "") -> tuple[WaiverComment, ...]:
    policy = f"roster: partners.yaml\ncomment_waivers: [blank-edges]\n{more}"
    return loaded(community(root, roster, policy)).programmes[0].comments


@pytest.mark.parametrize(
    ("roster", "index"),
    [
        ("- name: A SIGN\n- name: B\n", 0),
        ("SIGN\n- name: A\n- name: B\n", 0),
        ("- name: A\n  SIGN\n- name: B\n", 0),
        ("- name: A\n# about B\nSIGN\n- name: B\n", 1),
        ("- name: A\nSIGN\n\n- name: B\n", None),
        ("- name: A\n\n  SIGN\n\n- name: B\n", 0),
        ("- name: A\n- name: B\nSIGN\n", None),
        ("- name: A\n  about: |\n    text\n  SIGN\n  tier: gold\n- name: B\n", 0),
        ("- name: A\n  about: |\n    text\n    SIGN\n  tier: gold\n", "value"),
        ("- name: A\n  about: 'a SIGN'\n", "value"),
        ('- name: A\n  "a SIGN": b\n', "value"),
        ("- name: A\n  about: a#b SIGN\n", 0),
        ("- {name: A} SIGN\n- {name: B}\n", 0),
        ("[{name: A}, {name: B}] SIGN\n", 1),
    ],
)
def test_the_entry_beside_which_a_comment_is(
    roster: str, index: int | str | None, tmp_path: Path
) -> None:
    found = comments(tmp_path, roster.replace("SIGN", SIGN))
    assert [each.index for each in found] == ([] if index == "value" else [index])


def test_below_a_key_the_rest_of_the_file_is_beside_no_entry(tmp_path: Path) -> None:
    roster = f"teams:\n  - name: A\n  {SIGN}\nother: 1 {SIGN}\n"
    found = comments(tmp_path, roster, "entries: teams\n")
    assert [each.index for each in found] == [None, None]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_a_comment_says_is_read(end: str, tmp_path: Path) -> None:
    (found,) = comments(
        tmp_path, f"- name: A  {SIGN}  {end}".replace("# rollkeeper", "#rollkeeper")
    )
    assert found.waiver is not None
    assert (found.waiver.rule, str(found.waiver.until), found.waiver.reason, found.waiver.entry) == (
        "blank-edges", "2027-01-31", "why", "A",
    )  # fmt: skip
    assert found.place[:2] == (1, 12)


@pytest.mark.parametrize(
    "line", ["# the rollkeeper: waive x", "#rollkeepers: waive x", "# rollkeeper waive x"]
)
def test_other_comments_are_none_of_ours(line: str, tmp_path: Path) -> None:
    assert comments(tmp_path, f"- name: A\n  {line}\n") == ()


@given(
    text=st.text(alphabet=" \t#:rolkepwaiv\n-'", max_size=60),
    sign=st.sampled_from(["", "rollkeeper:"]),
)
def test_any_text_is_read(
    *, text: str, sign: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("roster")
    found = comments(root, f"- name: A\n  # {sign}{text}\n")
    assert all((each.waiver is None) is bool(each.refusal) for each in found)
