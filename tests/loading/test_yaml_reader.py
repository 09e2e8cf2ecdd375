"""The reader: what it keeps, where it says that things stand, and what it refuses."""

from __future__ import annotations

import tracemalloc

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from patience import soon
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.limits import ROSTER
from rollkeeper.model.roster import Roster
from rollkeeper.model.tree import Place, follow, key_place_of, place_of


def read(text: str | bytes, **limits: int) -> Roster:
    data = text if isinstance(text, bytes) else text.encode()
    return read_yaml(data, "roster.yaml", {**ROSTER, **limits})


def refusals(text: str | bytes, **limits: int) -> list[tuple[str, int]]:
    return [(defect.rule, defect.place.line) for defect in read(text, **limits).defects]


@pytest.mark.parametrize(
    "written",
    ["no", "on", "yes", "12:30", "0777", "0o10", "1_000", "0x1F", "1.10", "1e3", "=", "2024-13-45",
     "2025-01-05", ".inf", "9" * 400, "+1", "NO", "y", "-0", "1e999999999"],
)  # fmt: skip
def test_scalars_stay_what_the_author_wrote(written: str) -> None:
    roster = read(f"- tier: {written}\n")
    assert follow(roster.data, (0, "tier")) == written
    assert roster.defects == ()


@pytest.mark.parametrize(
    ("written", "value"),
    [("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("12", 12),
     ("-7", -7), ("0.5", 0.5), ('"12"', "12"), ("'true'", "true"), ("0", 0)],
)  # fmt: skip
def test_scalars_are_typed_as_yaml_1_2_core(written: str, value: object) -> None:
    got = follow(read(f"- tier: {written}\n").data, (0, "tier"))
    assert got == value
    assert type(got) is type(value)


def test_every_value_and_key_has_its_place() -> None:
    roster = read("- name: Fir\n  contact:\n    github: fir\n  members: [ada, bob]\n")
    assert place_of(roster.data, (0, "name")) == Place(1, 9, 1, 12)
    assert place_of(roster.data, (0, "contact", "github")) == Place(3, 13, 3, 16)
    assert place_of(roster.data, (0, "members", 1)) == Place(4, 18, 4, 21)
    assert key_place_of(roster.data, (0, "contact", "github")) == Place(3, 5, 3, 11)
    assert place_of(roster.data, (0, "missing")).line == 1


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("- a: 1\n- &x {b: 2}\n", "yaml-feature", 2),
        ("- a: *x\n", "yaml-feature", 1),
        ("- a: !!python/object:os.system x\n", "yaml-feature", 1),
        ("- a: ! x\n", "yaml-feature", 1),
        ("- <<: {a: 1}\n", "yaml-feature", 1),
        ("%YAML 1.1\n---\n- a\n", "yaml-feature", 1),
        ("- a: 1\n---\n- b: 2\n", "yaml-feature", 2),
        ("- ? [a]\n  : 1\n", "yaml-feature", 1),
        ("- 1: a\n", "yaml-feature", 1),
        ("- a: 1\n  b: 2\n  a: 3\n", "duplicate-key", 3),
        ('- a: 1\n  "\\u0061": 3\n', "duplicate-key", 2),
        ("- e\u0301: 1\n  \u00e9: 2\n", "duplicate-key", 2),
        ("- a:\n\t- b\n", "yaml-tab", 2),
        ("- a: [1, 2\n", "yaml-syntax", 1),
        ("- a: b: c\n", "yaml-syntax", 1),
        ("- name: @fir\n", "yaml-syntax", 1),
        ("", "roster-shape", 1),
        ("# nothing\n", "roster-shape", 1),
        ("- a: x\u202ey\n", "yaml-encoding", 1),
        ('- a: "x\\u202ey"\n', "yaml-encoding", 1),
        ("- a: 1\n- b: \x07\n", "yaml-encoding", 2),
        ("- a: x\u200by\n", "yaml-encoding", 1),
        ("- a: A\u200dB\n", "yaml-encoding", 1),
        ("- a: x\u2028y\n", "yaml-encoding", 1),
        ("- a: \ue000\n", "yaml-encoding", 1),
        ("\ufeff- a: 1\n", "byte-order-mark", 1),
        ("- a: 1\n".encode("utf-16"), "yaml-encoding", 1),
        (b"- a: 1\n- b: caf\xe9\n", "yaml-encoding", 2),
        (b"- a: \xc0\xaf\n", "yaml-encoding", 1),
        ("- a: \x00\n", "yaml-encoding", 1),
        ("-" + " " * 2000 + "a: 1\n" + " " * 2000 + "b: 1\n", "yaml-limit", 2),
    ],
)  # fmt: skip
def test_refused_with_its_line(text: str | bytes, rule: str, line: int) -> None:
    assert (rule, line) in refusals(text)


def test_all_faults_are_found_in_one_run() -> None:
    text = "- a: 1\n  a: 2\n- b: *x\n- c: !t 1\n- d: \u200b\n"
    assert [line for _, line in refusals(text)] == [2, 3, 4, 5]


def test_both_lines_of_a_duplicate_key_are_named() -> None:
    (defect,) = read("- name: Fir\n  tier: gold\n  name: Oak\n").defects
    assert "line 1" in defect.message
    assert defect.place.line == 3


def test_the_first_of_two_equal_keys_is_kept() -> None:
    assert follow(read("- name: Fir\n  name: Oak\n").data, (0, "name")) == "Fir"


@pytest.mark.parametrize(
    "text", ["- a: \U0001f469\u200d\U0001f4bb\n", "- a: می‌خواهم\n", "- a: 有限公司\n"]
)
def test_joiners_stay_where_they_join(text: str) -> None:
    assert refusals(text) == []


def test_limits_hold() -> None:
    assert refusals("- " * 13 + "a\n") == [("yaml-limit", 1)]
    assert refusals("- " * 12 + "a\n") == []
    assert refusals("- a\n" * 11, max_nodes=10) == [("yaml-limit", 10)]
    assert refusals("- a\n" * 21, max_nodes=10) == [("yaml-limit", 1)]
    assert refusals("- a, b, c, d, e, f, g\n" * 2, max_nodes=8) == []
    assert refusals("- ? a\n" * 4, max_nodes=5) == [("yaml-limit", 2)]
    assert refusals("- aaaa\n", max_scalar=3) == [("yaml-limit", 1)]
    assert refusals("- aaaa\n", max_bytes=6) == [("yaml-limit", 1)]
    assert read("- aaaa\n", max_bytes=6).data is None


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 50_000 + "x",
        "? " * 50_000 + "x",
        "a: &a [x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(3000)),
        "x: " + "9" * 1_000_000,
        '"' + "\\u202e" * 200_000 + '"',
        "\u202e" * 500_000,
        "- {a: 1, a: 1}\n" * 50_000,
        "!" * 100_000,
        "'" * 1_000_001,
        "- 1\n" * 4_000_000,
        "[" + "1," * 8_000_000 + "1]",
        "- {a: {b: {c: {d: 1}}}}\n" * 600_000,
    ],
    ids=["brackets", "braces", "dashes", "questions", "aliases", "digits", "escapes", "bidi", "twins",
         "tags", "quotes", "items", "flow", "maps"],
)  # fmt: skip
def test_a_hostile_file_is_refused_cheaply(text: str) -> None:
    tracemalloc.start()
    with soon():
        roster = read(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert roster.defects
    assert len(roster.defects) <= 101
    assert peak < 200 * 1024 * 1024


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    roster = read(text.encode("utf-8", "surrogatepass"))
    assert roster.data is not None or roster.defects or text == ""


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    roster = read(data)
    assert roster.data is not None or roster.defects or not data.strip()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"))),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(st.from_regex(r"\A[a-z]{1,8}\Z").filter(lambda key: key not in {"null", "true", "false"}), inner, max_size=4),
        max_leaves=20,
    )
)  # fmt: skip
def test_what_yaml_writes_is_read_back(value: object) -> None:
    class Plain(yaml.SafeDumper):
        """Writes each value out: the reader takes no aliases."""

        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - overridden
            return True

    roster = read(yaml.dump([value], Dumper=Plain, allow_unicode=True))
    if not roster.defects:
        assert roster.data == [value]
