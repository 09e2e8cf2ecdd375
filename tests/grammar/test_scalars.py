"""A scalar is written so that it reads back as the same text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.grammar.yaml_writer import scalar
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.tree import List


@given(text=st.text(max_size=30), style=st.sampled_from(["", "'", '"']), flow=st.booleans())
def test_scalar_reads_back_as_the_same_text(*, text: str, style: str, flow: bool) -> None:
    written = scalar(text, style=style, flow=flow)
    assert "\n" not in written
    line = f"[{{x: {written}, y: {written}}}]" if flow else f"- x: {written} # note"
    read = read_yaml(line.encode(errors="surrogatepass"), "x")
    if {defect.rule for defect in read.defects} <= {"yaml-encoding"} and read.data is not None:
        assert isinstance(read.data, List)
        item = read.data[0]
        assert isinstance(item, dict)
        assert item["x"] == text
    else:
        assert any(defect.rule in {"yaml-encoding", "yaml-limit"} for defect in read.defects)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Example Cloud", "Example Cloud"), ("no", '"no"'), ("12:30", '"12:30"'), ("360", '"360"'),
        ("2025-01-05", "2025-01-05"), ("a: b", '"a: b"'), ("a #b", '"a #b"'), ("#a", '"#a"'),
        ('say "hi": now', "'say \"hi\": now'"), ("", '""'), ("null", '"null"'), ("1e3", '"1e3"'),
        ("0x1F", '"0x1F"'), ("a, b", "a, b"), ("a\nb", '"a\\nb"'), ("https://a.example/#b", "https://a.example/#b"),
        ("@octocat", '"@octocat"'), ("北京云", "北京云"), ("1_000", '"1_000"'), ("~", '"~"'),
    ],
)  # fmt: skip
def test_scalar_is_quoted_only_where_it_must_be(text: str, written: str) -> None:
    assert scalar(text) == written
