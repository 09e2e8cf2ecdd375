"""What CONTRIBUTING.md says is enough to add something is enough."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
COPIED = (
    ".github",
    "action.yml",
    "docs",
    "examples",
    "policies",
    "pyproject.toml",
    "schemas",
    "scripts",
    "tests",
)
FORMAT = '''\
"""One line for each finding, for `grep`."""

from __future__ import annotations

from rollkeeper.model.report import Report
from rollkeeper.reports.rendering import PLAIN, RenderSettings


def render(report: Report, _: RenderSettings = PLAIN) -> str:
    """Write the report as lines."""
    return "".join(f"{each.path}:{each.place.line}: {each.message}\\n" for each in report.findings)
'''
RULE = '''\
"""Greetings."""

from __future__ import annotations

from collections.abc import Iterator

from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry
from rollkeeper.rules.declaring import rule


@rule("says-hello", on=Entry, severity=Severity.NOTICE)
def says_hello(entry: Entry) -> Iterator[Problem]:
    """An entry greets its readers.

    A roster is no place for greetings. Remove it.
    """
    if "Hello" in entry.name:
        yield Problem("the entry says hello", field=("name",))
'''
ROLE = 'Role("mascot", "the animal that stands for it", ("mascot",))'
TOLD = """\
import json
from rollkeeper.loading.policy.policy_file import preset_names
from rollkeeper.model.report import Report
from rollkeeper.reports.formats import FORMATS
from rollkeeper.rules import catalogue
print(json.dumps([FORMATS, sorted(catalogue()), preset_names()]))
"""


def rows() -> dict[str, list[str]]:
    """Return the paths that each row of the table names."""
    page = ROOT.joinpath("CONTRIBUTING.md").read_text("utf-8")
    table = page.partition("| to add | touch |\n")[2].partition("\n\n")[0].splitlines()[1:]
    cells = (line.strip("| ").split(" | ") for line in table)
    return {what: re.findall(r"`([^`]*/[^`]*)`", touched) for what, touched in cells}


def test_what_the_table_names_is_where_such_things_are() -> None:
    found = rows()
    assert sorted(found) == [
        "a job", "a preset", "a report format", "a role that fields can play", "a rule"
    ]  # fmt: skip
    for what, paths in found.items():
        assert paths
        for path in paths:
            pattern = re.sub(r"<\w+>", "*", path)
            assert list(ROOT.glob(pattern.removesuffix("/"))), (what, path)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project in which one of each was added, and nothing else touched."""
    root = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, root)
    package = root / "scripts" / "rollkeeper"
    (package / "reports" / "formats" / "lines.py").write_text(FORMAT, "utf-8")
    (package / "rules" / "greetings.py").write_text(RULE, "utf-8")
    example = root / "tests" / "rules" / "says-hello"
    example.mkdir()
    (example / "ok.yaml").write_text("- name: Fir\n", "utf-8")
    (example / "bad.yaml").write_text("- name: Hello Fir # expect: says hello\n", "utf-8")
    roles = package / "model" / "roles.py"
    text = roles.read_text("utf-8")
    roles.write_text(text.replace("ROLES = (\n", f"ROLES = (\n    {ROLE},\n", 1), "utf-8")
    presets = package / "loading" / "policy" / "presets"
    shutil.copytree(presets / "karmada", presets / "sequoia")
    shutil.copytree(root / "examples" / "karmada", root / "examples" / "sequoia")
    return root


def python(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "scripts")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_was_added_is_known(tree: Path) -> None:
    formats, rules, presets = json.loads(python(tree, "-c", TOLD))
    assert "lines" in formats
    assert "says-hello" in rules
    assert "sequoia" in presets


def test_the_command_line_knows_what_was_added(tree: Path) -> None:
    command = ("-m", "rollkeeper.jobs.cli")
    offered = re.search(r"--format \{([\w,]+)\}", python(tree, *command, "check", "--help"))
    assert offered is not None
    assert "lines" in offered[1].split(",")
    assert "says-hello" in python(tree, *command, "rules")
    root = tree / "made"
    (root / "policies").mkdir(parents=True)
    policy = "roster: roster.yaml\nfields: {mascot: pet}\n"
    (root / "policies" / "roster.yaml").write_text(policy, "utf-8")
    (root / "roster.yaml").write_text("- {name: Hello Fir, pet: crow}\n", "utf-8")
    check = (*command, "check", "--root", str(root), "--offline", "--format", "lines")
    assert python(tree, *check) == "roster.yaml:1: the entry says hello\n"


def test_the_examples_of_a_new_rule_are_tested(tree: Path) -> None:
    tests = ("tests/rules/test_rule_examples.py", "-k", "says-hello")
    # Without a folder of its own it would clean up after earlier runs, which takes a minute.
    apart = f"--basetemp={tree / 'temporary'}"
    told = python(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", apart, *tests)
    assert re.search(r"^[2-9] passed", told, re.MULTILINE)


def test_what_is_generated_follows(tree: Path) -> None:
    python(tree, "docs/generate.py")
    assert "### says-hello" in (tree / "docs" / "rules.md").read_text("utf-8")
    page = (tree / "docs" / "reports.md").read_text("utf-8")
    assert "| `lines` | One line for each finding, for `grep`. |\n" in page
    action = (tree / "action.yml").read_text("utf-8")
    assert re.search(r"How the report file is written, [^.]*`lines`, [^.]*\.", action)
    policies = (tree / "docs" / "policies.md").read_text("utf-8")
    assert "| `mascot` | the animal that stands for it | `mascot` |\n" in policies
    assert "| `sequoia` |" in policies
    schema = next(tree.glob("**/policy.schema.json"))
    data: dict[str, Any] = json.loads(schema.read_text("utf-8"))
    assert "sequoia" in data["properties"]["extends"]["anyOf"][0]["enum"]
    assert "mascot" in data["properties"]["fields"]["properties"]
    assert "says-hello" in data["properties"]["rules"]["properties"]
