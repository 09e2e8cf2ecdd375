"""Write what is generated: docs, the schema of policy files, what the examples should say.

`make fix` writes them; `--check` writes nothing and says which are out of date.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_origin

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from rollkeeper.engine.run import Options, run
from rollkeeper.grammar.markers import splice
from rollkeeper.loading.policy.policy_file import DEFAULT_ROLES, preset_names
from rollkeeper.loading.policy.visit_settings import visiting_schema
from rollkeeper.model.limits import ROSTER
from rollkeeper.model.policy import Severity
from rollkeeper.model.rule import Catalogue, Option, Rule
from rollkeeper.reports.catalogue import catalogue_markdown
from rollkeeper.reports.formats import FORMATS
from rollkeeper.reports.rendering import description, render
from rollkeeper.rules import catalogue

SEVERITIES = list(Severity)
EXAMPLES = ("karmada", "kubesphere", "volcano")
EXAMPLE_DAY = date(2026, 11, 21)


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` compare them and return 1 where one differs."""
    wanted = {
        ROOT / "docs/rules.md": catalogue_markdown(catalogue()),
        ROOT / "docs/reports.md": with_formats((ROOT / "docs/reports.md").read_text("utf-8")),
        ROOT / "action.yml": with_format_names((ROOT / "action.yml").read_text("utf-8")),
        ROOT / "scripts/rollkeeper/model/schemas/policy.schema.json": policy_schema(catalogue()),
        **{ROOT / "examples" / name / "expected.txt": expected(name) for name in EXAMPLES},
    }
    stale = 0
    for file, text in wanted.items():
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        name = file.relative_to(ROOT)
        if "--check" in arguments:
            sys.stderr.write(f"{name} is out of date: run `make fix`\n")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name} written\n")
    return int(stale > 0 and "--check" in arguments)


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
    return render(report, "text")


def policy_schema(rules: Catalogue) -> str:
    """Return the JSON Schema of a policy file, from the rules' own signatures."""
    text = {"type": "string"}
    paths = {"anyOf": [text, {"type": "array", "items": text}]}
    settings = {rule.id: _rule_schema(rule) for rule in rules.values()}
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Rollkeeper policy",
        "description": "Generated from the rules by `make fix`.",
        **_object(
            {
                "title": text,
                "extends": {"enum": list(preset_names())},
                **dict.fromkeys(("roster", "entries", "schema", "page", "logos"), text),
                "timezone": text,
                "fields": {
                    **_object(dict.fromkeys(DEFAULT_ROLES, paths)),
                    "additionalProperties": paths,
                },
                "layout": {"type": "object"},
                "limits": _object({key: {"type": "integer", "minimum": 1} for key in ROSTER}),
                "websites": visiting_schema(),
                "rules": _object(settings),
                "requirements": {"type": "array", "items": _requirement()},
                "waivers": {
                    "type": "array",
                    "items": _object(
                        dict.fromkeys(("rule", "entry", "reason", "until", "by"), text),
                        all_of=True,
                    ),
                },
            }
        ),
    }
    return json.dumps(schema, indent=2) + "\n"


def _object(properties: Mapping[str, Any], *, all_of: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False}
    if all_of:
        schema["required"] = list(properties)
    schema["properties"] = dict(properties)
    return schema


def _requirement() -> dict[str, Any]:
    text = {"type": "string"}
    properties = dict.fromkeys(("id", "when", "expect", "message", "field"), text)
    schema = _object({**properties, "severity": {"enum": SEVERITIES}})
    return {**schema, "required": ["id", "expect", "message"]}


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
