"""What a message tells people to write can be copied, and says why it is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from communities import check, community
from rollkeeper.model.report import Finding

LONG = "https://cloud.example/" + "administration-guide/" * 5 + "in-production"
POLICY = "title: P\nroster: partners.yaml\n"


def found_in(root: Path, fields: str, rule: str, **properties: object) -> Finding:
    """Return the one finding of a rule in an entry with some fields."""
    policy, files = POLICY, {}
    if properties:
        policy += "schema: schema.json\n"
        files["policies__schema_json"] = json.dumps({"items": properties})
    report = check(community(root, f"- name: Fir\n{fields}", policy, **files))
    (finding,) = [each for each in report.findings if each.rule == rule]
    return finding


@pytest.mark.parametrize(
    ("website", "rule"),
    [
        (f"{LONG}#upgrade", "website-fragment"),
        (f"{LONG}?utm_source=fir", "website-tracking"),
        (LONG.replace("https", "http"), "website-insecure"),
    ],
)
def test_an_address_to_copy_is_shown_in_full(tmp_path: Path, website: str, rule: str) -> None:
    assert f"write `{LONG}`" in found_in(tmp_path, f"  website: {website}\n", rule).message


def test_a_blank_that_is_not_seen_is_named(tmp_path: Path) -> None:
    finding = found_in(tmp_path, "  website: https://fir.example/\u00a0\n", "website-form")
    assert "U+00A0 (NO-BREAK SPACE) stands after it: remove it" in finding.message
    assert finding.fix is not None
    assert finding.fix.value == "https://fir.example/"


def test_a_condition_holds_for_a_field_that_is_not_given(tmp_path: Path) -> None:
    condition = {"properties": {"status": {"const": "active"}}}
    rule = {"if": condition, "then": {"required": ["logo"]}}
    finding = found_in(tmp_path, "  tier: gold\n", "missing-field", **rule)
    assert finding.message.endswith("because `status` is not given")
    finding = found_in(tmp_path, "  status: active\n", "missing-field", **rule)
    assert finding.message.endswith("because `status` is `active`")


def test_a_scheme_in_capitals_is_written_small(tmp_path: Path) -> None:
    website = {"properties": {"website": {"pattern": "^https://"}}}
    fields = "  website: HTTPS://Fir.example/\n"
    finding = found_in(tmp_path, fields, "wrong-value", **website)
    assert "write `https://Fir.example/`" in finding.message
    assert finding.fix is not None


def test_a_field_of_other_letters_is_not_proposed(tmp_path: Path) -> None:
    known = {"properties": {"name": {}, "tier": {}}, "additionalProperties": False}
    finding = found_in(tmp_path, "  twitter: fir\n", "unknown-field", **known)
    assert "did you mean" not in finding.message
