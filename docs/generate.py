"""Write what is generated: docs, JSON Schemas and what the examples should print.

`make fix` writes them; `--check` writes nothing and lists those that are out of date.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from policy_schema import policy_schema
from workflow_tables import with_workflows

from rollkeeper.engine.run import Options, run
from rollkeeper.grammar.markers import splice
from rollkeeper.jobs.init import callers
from rollkeeper.loading.policy.policy_file import PRESETS, preset_names
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.limits import ROSTER
from rollkeeper.model.page import LAYOUT_KEYS, PAGE_KEYS, PAGE_KINDS
from rollkeeper.model.policy import Severity
from rollkeeper.model.policy_keys import AUDIT_KEYS, LIMIT_KEYS, POLICY_KEYS
from rollkeeper.model.roles import ROLES
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


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` compare them and return 1 where one differs."""
    policy = policy_schema(catalogue(), f"{ADDRESS}/policy.schema.json")
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
    """Return a page with the tables of keys, presets, roles and limits between their markers."""
    presets = "".join(map(_preset_row, preset_names()))
    heading = "| preset | its programme | schema of its roster | example |\n|---|---|---|---|\n"
    page = splice(page, f"\n{heading}{presets}\n", name="presets")
    heading = "| key | meaning |\n|---|---|\n"
    keys = "".join(f"| `{key}` | {words} |\n" for key, words in POLICY_KEYS.items())
    page = splice(page, f"\n{heading}{keys}\n", name="keys")
    heading = "| key of `audit` | meaning |\n|---|---|\n"
    audit = "".join(f"| `{key}` | {words} |\n" for key, words in AUDIT_KEYS.items())
    page = splice(page, f"\n{heading}{audit}\n", name="audit")
    heading = "| limit | of | by default |\n|---|---|---|\n"
    limits = "".join(
        f"| `{key}` | {words} | {ROSTER[key]:,} |\n" for key, words in LIMIT_KEYS.items()
    )
    page = splice(page, f"\n{heading}{limits}\n", name="limits")
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


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
