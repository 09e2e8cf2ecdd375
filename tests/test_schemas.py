"""The public addresses of JSON Schemas: each leads to a file that is there and that is current."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rollkeeper.loading.policy.policy_file import PRESETS, preset_names
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.policy_keys import AUDIT_KEYS, LIMIT_KEYS, POLICY_KEYS, WEBSITE_KEYS
from rollkeeper.model.tree import Map

ROOT = Path(__file__).parent.parent
PUBLIC = ROOT / "schemas" / "v1"
ADDRESS = "https://raw.githubusercontent.com/rollkeeper/rollkeeper/main/"
SCHEMAS = sorted(PUBLIC.rglob("*.json"))
_ADDRESS = re.compile(re.escape(ADDRESS) + r"([^\s)\"`'*]+)")
_MODELINE = re.compile(r"^ *# yaml-language-server: \$schema=(\S+)$", re.MULTILINE)


def texts() -> dict[Path, str]:
    """Return the repository's own files that may name a schema: no test invents one."""
    kinds = ("*.md", "*.yaml", "*.yml", "*.json", "*.toml", "docs/*.py", "scripts/*.py")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *kinds]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    files = [ROOT / line for line in listed.splitlines() if not line.startswith("tests/")]
    return {file: file.read_text(encoding="utf-8") for file in files if file.is_file()}


def test_the_schemas_that_users_see_are_public() -> None:
    names = {file.relative_to(PUBLIC).as_posix() for file in SCHEMAS}
    assert {"policy.schema.json", "report.schema.json"} <= names
    assert {name.partition("/")[0] for name in names if "/" in name} == set(preset_names())


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.parent.name + "/" + file.name)
def test_a_public_schema_says_its_own_address(file: Path) -> None:
    schema = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["$id"] == ADDRESS + file.relative_to(ROOT).as_posix()


def test_every_public_address_leads_to_a_schema() -> None:
    named = {
        (file, path)
        for file, text in texts().items()
        for path in _ADDRESS.findall(text)
        if file.suffix != ".py"
    }
    assert len(named) > len(SCHEMAS)
    wrong = [(file, path) for file, path in named if ROOT / path not in SCHEMAS]
    assert not wrong


def test_no_schema_is_named_by_its_path_in_the_package() -> None:
    inside = re.compile(r"rollkeeper/(?:data|model/schemas|\S*presets)/\S*\.schema\.json")
    assert not [
        (file, found[0])
        for file, text in texts().items()
        if file.suffix != ".py" and (found := inside.search(text))
    ]


def test_every_modeline_leads_to_a_schema() -> None:
    modelines = {
        (file, address) for file, text in texts().items() for address in _MODELINE.findall(text)
    }
    assert modelines
    for file, address in modelines:
        if address.startswith(ADDRESS):
            assert ROOT / address.removeprefix(ADDRESS) in SCHEMAS, file
        else:
            # A page shows a community as ours is: its paths count from the root.
            folder = ROOT if file.suffix == ".md" else file.parent
            assert (folder / address).is_file(), file


@pytest.mark.parametrize(
    "file",
    [
        *(file for file in sorted(ROOT.glob("*.yaml")) if not file.name.startswith(".")),
        *sorted(ROOT.glob("policies/*.yaml")),
        *sorted(ROOT.glob("examples/*/*.yaml")),
        *sorted(ROOT.glob("examples/*/policies/*.yaml")),
    ],
    ids=lambda file: file.relative_to(ROOT).as_posix(),
)
def test_rosters_and_policies_name_their_schema_for_editors(file: Path) -> None:
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    found = _MODELINE.match(first)
    assert found
    if file.parent.name == "policies":
        assert found[1] == f"{ADDRESS}schemas/v1/policy.schema.json"


POLICIES = [
    *sorted(ROOT.glob("policies/*.yaml")),
    *sorted(ROOT.glob("examples/*/policies/*.yaml")),
    *sorted(PRESETS.glob("*/policy.yaml")),
]


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_policies_follow_the_public_schema(file: Path) -> None:
    schema = json.loads((PUBLIC / "policy.schema.json").read_text(encoding="utf-8"))
    policy = read_yaml(file.read_bytes(), file.name).data
    assert isinstance(policy, Map)
    jsonschema.Draft7Validator(schema).validate(policy)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate({**policy, "fields": {"handel": "gh"}})


def _nodes(schema: object, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield path, schema
        for key, value in schema.items():
            yield from _nodes(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from _nodes(value, f"{path}/{number}")


def test_every_key_of_a_policy_is_described_and_no_object_is_bare() -> None:
    schema = json.loads((PUBLIC / "policy.schema.json").read_text("utf-8"))
    assert list(schema["properties"]) == list(POLICY_KEYS)
    assert all(each["description"] for each in schema["properties"].values())
    for section, keys in (
        ("limits", LIMIT_KEYS),
        ("websites", WEBSITE_KEYS),
        ("audit", AUDIT_KEYS),
    ):
        described = {
            key: each["description"]
            for key, each in schema["properties"][section]["properties"].items()
        }
        assert described == dict(keys)
    inside = ("properties", "additionalProperties")
    bare = [
        path
        for path, node in _nodes(schema)
        if node.get("type") == "object" and not any(key in node for key in inside)
    ]
    assert bare == []
