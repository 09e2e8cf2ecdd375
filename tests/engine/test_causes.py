"""One fault, one finding: of several rules that see it, the most severe or most helpful reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from communities import check, community, found
from rollkeeper.rules import catalogue

TEXT = {"type": "string"}
FIELDS = {
    "name": TEXT,
    "website": {"type": "string", "format": "uri", "pattern": "^https://"},
    "since": {"type": "string", "format": "date"},
    "email": {"type": "string", "format": "email"},
    "github": {"type": "string", "pattern": "^[a-z-]+$"},
    "description": {"type": "string", "minLength": 5},
    "tier": {"enum": ["gold", "silver"]},
    "profiles": {"type": "object", "additionalProperties": {"pattern": "^https://x[.]com/"}},
    "terms": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["start", "end"],
            "additionalProperties": False,
            "properties": {"start": TEXT, "end": TEXT},
        },
    },
}
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "website"],
        "additionalProperties": False,
        "properties": FIELDS,
    },
}
POLICY = "title: Partners\nroster: partners.yaml\nschema: schema.json\n"
ENTRY = "- name: Fir Foundry\n  website: https://fir-foundry.example/\n"


def findings(root: Path, roster: str, settings: str = "") -> list[tuple[str, int, str]]:
    """Return the rule, line and message of each finding, without the order of the entries."""
    policy = f"{POLICY}rules: {{unsorted: off{settings and ', '}{settings}}}\n"
    schema = json.dumps(SCHEMA)
    report = check(community(root, roster, policy, policies__schema_json=schema))
    return [(each.rule, each.place.line, each.message) for each in report.findings]


@pytest.mark.parametrize(
    ("roster", "settings", "rule", "part"),
    [
        ("- name: Fir\n  website: fir.example\n", "", "website-form", "does not start with"),
        ("- name: Fir\n  website: htps://fir.example\n", "", "website-form", "`htps:`"),
        ("- name: Fir\n  website: TBD\n", "", "placeholder-text", "left over from a template"),
        ("- name: Fir\n  website: http://fir.example/\n", "", "wrong-value", "`https://`"),
        (
            "- name: Fir\n  website: http://fir.example/\n",
            "website-insecure: error",
            "website-insecure",
            "write `https://fir.example/`",
        ),
        (f"{ENTRY}  since: 20.11.2025\n", "", "date-form", "write 2025-11-20"),
        (f"{ENTRY}  since: 2024-1-5\n", "", "date-form", "write 2024-01-05"),
        (f"{ENTRY}  since: 20241105\n", "", "date-form", "write 2024-11-05"),
        (f"{ENTRY}  since: 20.11.2025\n", "date-form: off", "wrong-value", "`2025-11-20`"),
        (f"{ENTRY}  since: 20.11.2025\n", "date-form: notice", "wrong-value", "`2025-11-20`"),
        (f"{ENTRY}  email: fir\n", "", "email-form", "has no `@`"),
        (f'{ENTRY}  github: "@fir"\n', "", "handle-form", "write `fir`"),
        (f"{ENTRY}  profiles: {{x: https://y.example/}}\n", "", "profile-host", "x.com"),
        (f"{ENTRY}  tear: gold\n", "", "unknown-field", "did you mean `tier`?"),
        ("- nmae: Fir\n  website: https://a.example/\n", "", "unknown-field", "`name`?"),
        ("- nmae: Fir\n  website: https://a.example/\n", "unknown-field: off", "missing-field", ""),
        (f"{ENTRY}  terms: [{{start: 2026-01-01, ende: 2026-12-31}}]\n", "", "unknown-field", ""),
        (
            f"{ENTRY}  terms: [{{start: 2026-01-01}}]\n",
            "term-length: {years: 1}",
            "missing-field",
            "",
        ),
        (
            f"{ENTRY}  terms: [{{start: 2026-01-01}}]\n",
            "term-length: {severity: error, years: 1}",
            "term-length",
            "write `end: 2026-12-31`",
        ),
        ("- name: F\u200bi\u200br\n  website: https://a.example/\n", "", "yaml-encoding", "U+200B"),
        ("- name: Fir\n  website: https://a\u200b.example/\n", "", "yaml-encoding", "U+200B"),
        (f"{ENTRY}{ENTRY}", "", "duplicate-name", "merge the two"),
        (f'{ENTRY}  description: "TBD"\n', "", "placeholder-text", "`TBD`"),
    ],
)
def test_one_fault_is_one_finding(
    tmp_path: Path, roster: str, settings: str, rule: str, part: str
) -> None:
    found = findings(tmp_path, roster, settings)
    assert [each[0] for each in found] == [rule], found
    assert part in found[0][2]


def test_two_faults_are_two_findings(tmp_path: Path) -> None:
    roster = (
        "- name: Fir\n  website: http://fir.example/?utm_source=a\n  tear: gold\n  since: soon\n"
    )
    rules = {each[0] for each in findings(tmp_path, roster)}
    assert rules == {"wrong-value", "website-tracking", "unknown-field", "date-form"}


def test_the_value_of_another_entry_is_another_fault(tmp_path: Path) -> None:
    roster = f"{ENTRY}  since: soon\n- name: Gum\n  website: gum.example\n  tear: gold\n"
    rules = [each[:2] for each in findings(tmp_path, roster)]
    assert rules == [("date-form", 3), ("website-form", 5), ("unknown-field", 6)]


def test_a_waiver_for_no_entry_is_one_finding(tmp_path: Path) -> None:
    waiver = "{rule: date-form, entry: Gum, by: ann, reason: it was lost, until: 2026-12-30}"
    policy = f"title: Partners\nroster: partners.yaml\nwaivers: [{waiver}]\n"
    report = check(community(tmp_path, ENTRY, policy))
    assert [each.rule for each in report.findings] == ["waiver-unknown-entry"]


@pytest.mark.parametrize("roster", ["- name: [\n", "- name: Fir\n  name: Gum\n", "- Fir\n", "\n"])
def test_nothing_is_concluded_from_a_roster_that_is_not_known_whole(
    tmp_path: Path, roster: str
) -> None:
    waiver = "{rule: date-form, entry: Gum, by: ann, reason: it was lost, until: 2026-12-30}"
    policy = f"title: P\nroster: partners.yaml\nlogos: logos\nwaivers: [{waiver}]\n"
    root = community(tmp_path, roster, policy, logos__gum_svg="<svg/>")
    report = check(root)
    assert len([each for each in report.findings if each.path == "partners.yaml"]) == 1
    for rule in ("logo-orphan", "waiver-unknown-entry", "waiver-unused"):
        assert found(report, rule) == []
        assert "could not be read" in report.skipped[rule]


def test_a_folder_that_an_unread_roster_shares_has_no_orphans(tmp_path: Path) -> None:
    root = community(
        tmp_path,
        ENTRY,
        f"{POLICY.partition('schema')[0]}logos: logos\n",
        friends_yaml="- name: [\n",
        logos__gum_svg="<svg/>",
    )
    (root / "policies" / "friends.yaml").write_text(
        "title: Friends\nroster: friends.yaml\nlogos: logos\n", encoding="utf-8"
    )
    assert found(check(root), "logo-orphan") == []
    (root / "friends.yaml").write_text("- name: Gum\n", encoding="utf-8")
    assert found(check(root), "logo-orphan") != []


def test_a_rule_is_reported_in_place_of_rules_that_there_are() -> None:
    rules = catalogue()
    named = {other for rule in rules.values() for other in rule.instead_of}
    assert named
    assert named <= rules.keys()


def test_a_hidden_character_in_an_entry_is_not_waived(tmp_path: Path) -> None:
    """A waiver names an entry, and the reader names the entry that a character is in."""
    roster = "- name: Fir\n  description: iron\u200bworks\n"
    waiver = "{rule: yaml-encoding, entry: Fir, by: ann, reason: it was so, until: 2026-12-30}"
    comment = "# rollkeeper: waive yaml-encoding until 2026-12-30: it was so\n"
    policy = "title: Partners\nroster: partners.yaml\n"
    report = check(community(tmp_path, comment + roster, policy))
    (finding,) = found(report, "yaml-encoding")
    assert (finding.entry, finding.field, finding.waiver) == ("Fir", ("description",), None)
    assert finding.fix is not None
    assert finding.fix.value == "ironworks"
    report = check(community(tmp_path, roster, f"{policy}waivers: [{waiver}]\n"))
    assert [each.waiver for each in found(report, "yaml-encoding")] == [None]
