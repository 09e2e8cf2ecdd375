"""`github_id` beside an account: every schema that ships allows it, and the rule reads it there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from communities import TODAY, community, found
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, run
from rollkeeper.grammar.yaml_writer import document
from rollkeeper.loading.policy.policy_file import preset_names
from rollkeeper.model.change import PullRequest
from rollkeeper.model.report import Report

ROOT = Path(__file__).parents[2]
SCHEMAS = sorted(
    file
    for folder in ("scripts", "policies", "examples", "schemas")
    for file in (ROOT / folder).rglob("*.schema.json")
)
AUTHOR = PullRequest(7, "octo-example", 1001, "b" * 40, author_may_write=False)


def properties(schema: object) -> Iterator[dict[str, Any]]:
    """Return the properties of each object in a schema that has an account."""
    if isinstance(schema, dict):
        own = schema.get("properties")
        if isinstance(own, dict) and "github" in own:
            yield own
        for each in schema.values():
            yield from properties(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from properties(each)


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_schema_that_has_an_account_has_its_id(file: Path) -> None:
    for own in properties(json.loads(file.read_text(encoding="utf-8"))):
        assert own.get("github_id", {}).get("type") == "integer", sorted(own)


def account(preset: str, **more: int) -> dict[str, Any]:
    """Return an entry whose account is where the schema of a preset has one."""
    (file,) = (ROOT / "schemas" / "v1" / preset).glob("*.schema.json")
    schema = json.loads(file.read_text(encoding="utf-8"))["items"]["properties"]
    who = {"github": "octo-example", **more}
    if "contact" in schema:
        return {"contact": who}
    return {"contacts": [who]} if "contacts" in schema else who


def changed(root: Path, entry: dict[str, Any], policy: str) -> Report:
    """Judge a change of an entry that its own contact proposes."""
    policy += "rules: {entry-not-yours: {enabled: true}}\n"
    before = community(root / "before", document([{"name": "Fir", **entry}]), policy)
    after = community(root / "after", document([{"name": "Fir Group", **entry}]), policy)
    return run(Options(after, today=TODAY), Comparison(before, AUTHOR, files=()))


@pytest.mark.parametrize("preset", preset_names())
def test_the_remedy_of_a_contact_known_by_name_works(preset: str, tmp_path: Path) -> None:
    policy = f"extends: {preset}\nroster: partners.yaml\n"
    (finding,) = found(changed(tmp_path / "name", account(preset), policy), "entry-not-yours")
    assert "add `github_id: 1001` beside it" in finding.message
    report = changed(tmp_path / "id", account(preset, github_id=1001), policy)
    assert found(report, "entry-not-yours") == []
    assert not [each for each in report.findings if "github_id" in each.field]


@pytest.mark.parametrize(
    ("fields", "entry"),
    [
        ("handle: account", {"account": "octo-example"}),
        ("handle: [lead.gh, team.*.gh]", {"lead": {"gh": "octo-example"}}),
    ],
)
def test_an_id_is_read_beside_accounts_in_fields_of_a_policy(
    fields: str, entry: dict[str, Any], tmp_path: Path
) -> None:
    policy = f"roster: partners.yaml\nfields: {{{fields}}}\n"
    assert len(found(changed(tmp_path / "name", entry, policy), "entry-not-yours")) == 1
    holder = entry.get("lead", entry)
    holder["github_id"] = 1001
    assert found(changed(tmp_path / "id", entry, policy), "entry-not-yours") == []
