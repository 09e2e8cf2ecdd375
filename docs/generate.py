"""Write what is generated: docs, JSON Schemas and what the examples should print.

`make fix` writes them; `--check` writes nothing and lists those that are out of date.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from workflow_tables import with_workflows

from rollkeeper.engine.run import Options, run
from rollkeeper.grammar.markers import splice
from rollkeeper.grammar.page_words import DEFAULT_WORDS
from rollkeeper.jobs.init import callers
from rollkeeper.loading.policy import member_source
from rollkeeper.loading.policy.entries_address import FIELD_KEYS
from rollkeeper.loading.policy.policy_file import LOGO_KEYS, PRESETS, preset_names
from rollkeeper.loading.policy.visit_settings import ADDRESS_ROLES
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.limits import MAX_BASES, ROSTER, VISIT_RANGES
from rollkeeper.model.logo_limits import LOGO_HEIGHTS
from rollkeeper.model.page import LAYOUT_KEYS, PAGE_KEYS, PAGE_KINDS, LayoutKey
from rollkeeper.model.policy import DatePrecision, Severity
from rollkeeper.model.roles import ROLES
from rollkeeper.model.rule import Catalogue, Option, Rule
from rollkeeper.model.tree import Map
from rollkeeper.reports import rule_examples
from rollkeeper.reports.catalogue import catalogue_markdown
from rollkeeper.reports.formats import FORMATS
from rollkeeper.reports.rendering import description, render
from rollkeeper.rules import catalogue

SEVERITIES = list(Severity)
EXAMPLE_DAY = date(2026, 11, 21)
PACKAGED = ROOT / "scripts/rollkeeper/model/schemas"
PUBLIC = ROOT / "schemas/v1"
ADDRESS = "https://raw.githubusercontent.com/rollkeeper/rollkeeper/main/schemas/v1"
"""Where editors find the schemas of `PUBLIC`. An address that was published stays."""


_WORDING: Mapping[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
    ]
}
"""A text, or one for each language."""


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` compare them and return 1 where one differs."""
    policy = policy_schema(catalogue())
    examples = json.dumps(rule_examples.collected(ROOT / "tests/rules"), indent=1) + "\n"
    if not rule_examples.FILE.exists() or rule_examples.FILE.read_text("utf-8") != examples:
        if "--check" in arguments:
            sys.stderr.write(
                f"{rule_examples.FILE.relative_to(ROOT)} is out of date: run `make fix`\n"
            )
            return 1
        rule_examples.FILE.write_text(examples, encoding="utf-8")  # docs/rules.md is made of it
    wanted = {
        ROOT / "docs/rules.md": catalogue_markdown(catalogue()),
        ROOT / "docs/adopting.md": with_workflows((ROOT / "docs/adopting.md").read_text("utf-8")),
        ROOT / "docs/reports.md": with_formats((ROOT / "docs/reports.md").read_text("utf-8")),
        ROOT / "action.yml": with_format_names((ROOT / "action.yml").read_text("utf-8")),
        ROOT / "docs/pages.md": with_layout((ROOT / "docs/pages.md").read_text("utf-8")),
        ROOT / "docs/policies.md": with_lists((ROOT / "docs/policies.md").read_text("utf-8")),
        PACKAGED / "policy.schema.json": policy,
        **{callers.TEMPLATES / name: caller(name) for name in callers.NAMES},
        **{PUBLIC / name: text for name, text in public_schemas(policy).items()},
        **{ROOT / "examples" / name / "expected.txt": expected(name) for name in preset_names()},
    }
    stale = [
        file
        for file, text in wanted.items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]
    stray = [file for file in PUBLIC.rglob("*.json") if file not in wanted]
    if "--check" in arguments:
        for file in (*stale, *stray):
            sys.stderr.write(f"{file.relative_to(ROOT)} is out of date: run `make fix`\n")
        return int(bool(stale or stray))
    for file in stale:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted[file], encoding="utf-8")
        sys.stdout.write(f"{file.relative_to(ROOT)} written\n")
    for file in stray:
        file.unlink()
        sys.stdout.write(f"{file.relative_to(ROOT)} deleted\n")
    return 0


def caller(name: str) -> str:
    """Return a caller of this repository as `rollkeeper init` proposes it: without its preface."""
    text = (ROOT / ".github/workflows" / name).read_text(encoding="utf-8")
    return re.sub(r"\A(?:#.*\n)+", "", text)


def public_schemas(policy: str) -> dict[str, str]:
    """Return the schemas that users point their editors to, by their path below `PUBLIC`.

    The package holds them; `schemas/v1` is a copy under an address that stays.
    """
    report = (PACKAGED / "report.schema.json").read_text(encoding="utf-8")
    rosters = {
        f"{file.parent.name}/{file.name}": file.read_text(encoding="utf-8")
        for file in sorted(PRESETS.glob("*/*.schema.json"))
    }
    return {"policy.schema.json": policy, "report.schema.json": report, **rosters}


def with_lists(page: str) -> str:
    """Return a page with the tables of presets and of roles written between their markers."""
    presets = "".join(map(_preset_row, preset_names()))
    heading = "| preset | its programme | schema of its roster | example |\n|---|---|---|---|\n"
    page = splice(page, f"\n{heading}{presets}\n", name="presets")
    roles = "".join(
        f"| `{role.id}` | {role.purpose} | {', '.join(f'`{path}`' for path in role.paths)} |\n"
        for role in ROLES
    )
    heading = "| role | meaning | fields, unless the policy names others |\n|---|---|---|\n"
    return splice(page, f"\n{heading}{roles}\n", name="roles")


def with_layout(page: str) -> str:
    """Return a page with the tables of what a layout can have written between their markers."""
    for name, keys in (("layout", LAYOUT_KEYS), ("pages", PAGE_KEYS)):
        rows = "".join(f"| `{key.id}` | {key.purpose} | {key.default} |\n" for key in keys)
        heading = "| key | meaning | without it |\n|---|---|---|\n"
        page = splice(page, f"\n{heading}{rows}\n", name=name)
    kinds = "".join(f"| `{kind.id}` | {kind.purpose} |\n" for kind in PAGE_KINDS)
    return splice(page, f"\n| kind | what the page shows |\n|---|---|\n{kinds}\n", name="kinds")


def _preset_row(name: str) -> str:
    settings = read_yaml((PRESETS / name / "policy.yaml").read_bytes(), name).data
    if not isinstance(settings, Map):
        message = f"the preset {name} is not a mapping of settings"
        raise TypeError(message)
    schema = f"[`{settings['schema']}`]({ADDRESS}/{name}/{settings['schema']})"
    example = f"[`examples/{name}`](../examples/{name})"
    return f"| `{name}` | {settings['title']} | {schema} | {example} |\n"


def with_formats(page: str) -> str:
    """Return a page with the table of report formats written between its markers."""
    rows = "".join(f"| `{name}` | {description(name)} |\n" for name in FORMATS)
    return splice(page, f"\n| `--format` | what it is |\n|---|---|\n{rows}\n", name="formats")


def with_format_names(action: str) -> str:
    """Return the action's description with the names of the report formats."""
    *names, last = (f"`{name}`" for name in FORMATS)
    listed = f"{', '.join(names)} or {last}"
    return re.sub(r"(How the report file is written, )[^.\n]*\.", rf"\g<1>{listed}.", action)


def expected(example: str) -> str:
    """Return what `rollkeeper check --offline` says of an example community on its day."""
    report = run(Options(ROOT / "examples" / example, today=EXAMPLE_DAY))
    return render(report.below(f"examples/{example}"), "text")


def policy_schema(rules: Catalogue) -> str:
    """Return the JSON Schema of a policy file, from the rules' own signatures."""
    text = {"type": "string"}
    paths = {"anyOf": [text, {"type": "array", "items": text}]}
    settings = {rule.id: _rule_schema(rule) for rule in rules.values()}
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"{ADDRESS}/policy.schema.json",
        "title": "Rollkeeper policy",
        "description": "Generated from the rules by `make fix`.",
        **_object(
            {
                "title": {"description": "What the programme is called.", **_WORDING},
                "extends": _extends(),
                "roster": {
                    "description": "the roster, or with `*` and `**` its files",
                    **text,
                },
                "entries": _entries(),
                **dict.fromkeys(("schema", "page"), text),
                "logos": {
                    "description": "the logo folder, and what stands before a logo's name in it",
                    "anyOf": [
                        text,
                        {**_object(dict.fromkeys(LOGO_KEYS, text)), "required": ["folder"]},
                    ],
                },
                "timezone": text,
                "dates": _object({"precision": _PRECISION}),
                "fields": _object(
                    {role.id: {"description": role.purpose, **paths} for role in ROLES}
                ),
                "layout": _layout(),
                "pages": _pages(),
                "limits": _object({key: {"type": "integer", "minimum": 1} for key in ROSTER}),
                "websites": _websites(),
                "members": _members(),
                "rules": _object(settings),
                "requirements": {"type": "array", "items": _requirement()},
                "waivers": {"type": "array", "items": _waiver()},
                "comment_waivers": {
                    "description": "The rules that a comment beside an entry may waive.",
                    "type": "array",
                    "items": text,
                },
            }
        ),
    }
    return json.dumps(schema, indent=2) + "\n"


def _extends() -> dict[str, Any]:
    file = {"type": "string", "pattern": r"^\./[^/\\]+\.ya?ml$", "description": "a file beside it"}
    one = [{"enum": list(preset_names())}, file]
    some = {"type": "array", "items": {"anyOf": one}, "maxItems": MAX_BASES}
    return {"description": "what the policy starts from", "anyOf": [*one, some]}


_PRECISION = {
    "description": "how much of a date must be written; `2021` is enough for a year",
    "enum": list(DatePrecision),
    "default": DatePrecision.DAY,
}


def _object(properties: Mapping[str, Any], *, all_of: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False}
    if all_of:
        schema["required"] = list(properties)
    schema["properties"] = dict(properties)
    return schema


def _entries() -> dict[str, Any]:
    path = {
        "description": "the path of the list of entries; `*` is every item, `name?` may be missing",
        "type": "string",
    }
    fields = {
        "text_as": "the field for an entry that is a text alone",
        "key_as": "the field for the key of each entry, where they are a mapping",
        "file_as": "the field for the name of an entry's file",
    }
    inherited = {
        "description": "fields for every entry from around it, and their paths",
        "type": "object",
        "additionalProperties": {"type": "string"},
    }
    named = {key: {"description": fields[key], "type": "string"} for key in FIELD_KEYS}
    return {"anyOf": [path, _object({"at": path, **named, "inherit": inherited})]}


def _layout() -> dict[str, Any]:
    field = {"type": "string"}
    heading = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": field,
    }
    titled = _object({"field": field, "title": _WORDING}, all_of=True)
    height = {"type": "integer", "minimum": LOGO_HEIGHTS[0], "maximum": LOGO_HEIGHTS[-1]}
    wordings = {"type": "object", "additionalProperties": _WORDING}
    switch = {"type": "boolean"}
    kinds = [{"const": kind.id, "description": kind.purpose} for kind in PAGE_KINDS]
    settings: dict[str, dict[str, Any]] = {
        "kind": {"anyOf": kinds},
        "group_by": {"type": ["string", "null"]},
        "order": {"type": "array", "items": field},
        "headings": wordings,
        "columns": {"type": "array", "items": {"anyOf": [field, titled, heading]}},
        "logo_height": {"anyOf": [height, {"type": "object", "additionalProperties": height}]},
        "plates": switch,
        "avatars": switch,
        "counts": switch,
        "invitation": _object({"text": _WORDING, "url": field}, all_of=True),
        "words": _object(
            {
                word: {"description": f"In English: {text}", **_WORDING}
                for word, text in DEFAULT_WORDS.items()
            }
        ),
        "template": field,
    }
    described = {key.id: {"description": _sentence(key), **settings[key.id]} for key in LAYOUT_KEYS}
    return {"description": "How the page is laid out.", **_object(described)}


def _pages() -> dict[str, Any]:
    settings = {"path": {"type": "string"}, "language": {"type": "string"}, "layout": _layout()}
    described = {key.id: {**settings[key.id], "description": _sentence(key)} for key in PAGE_KEYS}
    item = {**_object(described), "required": ["path"]}
    return {
        "description": "The pages, where there is more than one, such as one for each language.",
        "type": "array",
        "items": item,
    }


def _sentence(key: LayoutKey) -> str:
    """Return what a key is for and what holds without it, as an editor shows it."""
    return f"{key.purpose[:1].upper()}{key.purpose[1:]}. By default: {key.default}."


def _websites() -> dict[str, Any]:
    numbers = {
        key: {
            "type": "integer" if isinstance(least, int) else "number",
            "minimum": least,
            "maximum": most,
        }
        for key, (least, most) in VISIT_RANGES.items()
    }
    roles = {"type": "array", "items": {"enum": list(ADDRESS_ROLES)}}
    return _object({**numbers, "roles": roles})


def _members() -> dict[str, Any]:
    meanings = {
        "file": "the list of members, a path from the community's folder",
        "url": "the list of members at an address that starts with https://",
        "entries": "where in the list its items are, such as `landscape.*.subcategories.*.items`",
    }
    texts = {key: {"type": "string", "description": words} for key, words in meanings.items()}
    text = {"type": "string"}
    field = {
        "anyOf": [text, {"type": "array", "minItems": 1, "items": text}],
        "description": "where in an item its name is, or its names are",
    }
    role = {"enum": list(member_source.ROLES), "description": "what of an entry is compared"}
    schema = _object({**texts, "field": field, "role": role})
    return {**schema, "oneOf": [{"required": ["file"]}, {"required": ["url"]}]}


def _requirement() -> dict[str, Any]:
    meanings = {
        "id": "lower-case words joined by hyphens",
        "when": "CEL: where this is true, the requirement is asked",
        "expect": "CEL: what must be true",
        "message": "what is wrong where it is not, and what to do",
        "messageExpression": "CEL: the message as text; where it gives none, `message` is used",
        "concerns": "CEL, with `scope: roster`: the entries that the finding is about",
        "field": "the field that the finding points to, such as `contact.email`",
    }
    texts = {key: {"type": "string", "description": words} for key, words in meanings.items()}
    scope = {
        "enum": ["entry", "roster"],
        "description": "whether it is asked of each entry, or once of the roster",
    }
    schema = _object({**texts, "scope": scope, "severity": {"enum": SEVERITIES}})
    return {**schema, "required": ["id", "expect", "message"]}


def _waiver() -> dict[str, Any]:
    text = {"type": "string"}
    texts = {"type": "array", "items": text, "minItems": 1}
    names = {
        "entry": {"description": "the name of an entry, or the path of a file", **text},
        "entries": {"description": "the names of several entries", **texts},
        "file": {"description": "the path of a file", **text},
        "files": {
            "description": "paths of files; `*` is any part of a name, `**` any folders",
            "anyOf": [text, texts],
        },
    }
    meanings = {
        "rule": "the rule that is waived",
        "reason": "why it is waived",
        "until": "the last day, such as 2027-01-31",
        "by": "who decided it",
    }
    facts = {key: {"description": words, **text} for key, words in meanings.items()}
    one_of = [{"required": [name]} for name in names]
    return {**_object({**names, **facts}), "required": list(facts), "oneOf": one_of}


def _rule_schema(rule: Rule[Any]) -> dict[str, Any]:
    options = {name: _option_schema(option) for name, option in rule.options.items()}
    options["severity"] = {"enum": SEVERITIES}
    return {
        "description": rule.summary,
        "anyOf": [{"enum": ["off", *SEVERITIES]}, _object(options), {"type": "null"}],
    }


def _option_schema(option: Option) -> dict[str, Any]:
    words = {int: "integer", float: "number", bool: "boolean", str: "string"}
    for kind in get_args(option.type) or (option.type,):
        if get_origin(kind) is Literal:
            return {"enum": list(get_args(kind))}
        if kind in words and get_origin(option.type) is not tuple:
            schema: dict[str, Any] = {"type": words[kind]}
            if option.default is not None:
                schema["default"] = option.default
            return schema
    items = [words[kind] for kind in get_args(option.type) if kind in words]
    return {
        "type": "array",
        "items": {"type": items[0] if items else "string"},
        "default": list(option.default or ()),
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
