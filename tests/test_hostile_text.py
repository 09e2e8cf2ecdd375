"""Long and odd text in any field costs no more than its length, and is judged without a crash."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities import check, community
from patience import soon
from rollkeeper.reports.formats import FORMATS
from rollkeeper.reports.rendering import RenderSettings, render
from rollkeeper.rules import catalogue

LONG = 60_000
FIELDS = ("name", "website", "description", "github", "email", "logo", "organisation", "country")
PIECES = (
    " ", "a", "A", ".", "-", "@", "/", "a.", "a@", ".a", "- ", "[", "](", "[a](b)", "<", "<a ", "`",
    "*", "|", "&#", "\\", "%", "%41", "?a=b&", "#", "http://", "https://a/", "\u00e9", "e\u0301", "有", "\u0430",
    "Inc. ", "\t", "\u00a0", "(at)", "[at]", "\U0001d41a", "1", "0x", "::", "'", '"', "_No response_",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_long_text_in_every_field_is_judged_in_linear_time(tmp_path: Path, piece: str) -> None:
    text = (piece * LONG)[:LONG]
    values: list[dict[str, object]] = [
        {**dict.fromkeys(FIELDS, text), "links": {"x": text}, "profiles": {"x": text}},
        {**dict.fromkeys(FIELDS, text + "!"), "name": "Fir"},
    ]
    policy = "roster: partners.yaml\nlogos: logos\n"
    root = community(tmp_path, json.dumps(values, ensure_ascii=False), policy)
    with soon():
        report = check(root)
        for form in FORMATS:
            assert render(report, form, RenderSettings(catalogue=catalogue()))
    assert report.findings


def test_a_line_of_blanks_is_looked_at_once(tmp_path: Path) -> None:
    with soon():
        report = check(community(tmp_path, "- name: Fir\n" + " " * 500_000 + "\n"))
    assert report.findings


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(values=st.lists(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=60)), max_size=3))
def test_any_text_in_any_field_is_judged_and_told(
    tmp_path: Path, values: list[dict[str, str]]
) -> None:
    roster = json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")
    report = check(community(tmp_path, roster, "roster: partners.yaml\nlogos: logos\n"))
    for form in FORMATS:
        assert render(report, form, RenderSettings(catalogue=catalogue()))
