"""What docs/adopting.md shows works as it stands, and what it says of the workflows is so."""

from __future__ import annotations

import json
import re
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from rollkeeper import __version__
from rollkeeper.jobs.cli import main
from rollkeeper.jobs.init.callers import FOLDER, NAMES, Pin, caller_files, pinned
from workflows.acting import PROJECT, WORKFLOWS, tool

PAGE = (PROJECT / "docs" / "adopting.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"^( *)<!-- example: (\S+) -->\n\n *```\w+\n(.*?)^ *```$", re.DOTALL | re.MULTILINE
)
OLD, NEW = Pin("a" * 40, "v1.2.3", ""), Pin("b" * 40, "v1.3.0", "")
DEPENDENCY = re.compile(
    r"^\s+uses: (?P<repository>[\w-]+/[\w-]+)(?P<path>/\S*)?@(?P<commit>[0-9a-f]{40}) # (?P<version>v\S+)$",
    re.MULTILINE,
)
"""One job-level use as Dependabot and Renovate read it: a commit, and the version in a comment."""


def callers(pin: Pin) -> dict[str, str]:
    return {path: data.decode() for path, data in caller_files(pin).items()}


def examples() -> dict[str, str]:
    return {name: textwrap.dedent(text) for _, name, text in EXAMPLE.findall(PAGE)}


def test_the_roster_that_is_shown_passes_its_own_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = examples()
    assert sorted(shown) == [".github/dependabot.yml", "partners.yaml", "policies/partners.yaml"]
    for name, text in shown.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert main(["check", "--offline", "--root", str(tmp_path)]) == 0
    assert "checked: no findings" in capsys.readouterr().out
    assert main(["render", "--root", str(tmp_path)]) == 0
    assert "Birch Systems" in (tmp_path / "partners" / "README.md").read_text("utf-8")


def test_the_callers_that_are_shown_are_those_of_this_repository() -> None:
    part = PAGE.partition("begin callers -->")[2].partition("<!-- ")[0]
    shown = "\n".join(re.findall(r"^(?: {4}(.*))?$", part, re.MULTILINE))
    lines = 0
    for name, path in zip(NAMES, callers(OLD), strict=True):
        block = shown.partition(f"# {path}\n")[2].partition(f"\n# {FOLDER}")[0]
        there = yaml.safe_load(callers(OLD)[path])
        assert (
            yaml.safe_load(re.sub(r"@\S+ # v\S+", f"@{OLD.commit} # {OLD.version}", block)) == there
        ), name
        lines += len([line for line in block.splitlines() if line.strip()])
    assert 0 < lines <= 40


def test_the_callers_are_pinned_and_in_order(tmp_path: Path) -> None:
    for path, text in callers(OLD).items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        uses = [line for line in text.splitlines() if re.search(r"\buses:", line)]
        assert len(DEPENDENCY.findall(text)) == len(uses) > 0
    command = [tool("zizmor"), "--offline", "--quiet", "--persona=auditor", str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_one_change_of_the_pin_updates_all_three() -> None:
    """Every use names the same repository, commit and version, so that they are one dependency."""

    def updated(text: str) -> str:
        return DEPENDENCY.sub(
            lambda use: f"{use[0].partition('@')[0]}@{NEW.commit} # {NEW.version}", text
        )

    before, after = callers(OLD), callers(NEW)
    assert {path: updated(text) for path, text in before.items()} == after
    uses = [found for text in before.values() for found in DEPENDENCY.finditer(text)]
    assert {use["repository"] for use in uses} == {"rollkeeper/rollkeeper"}
    assert {(use["commit"], use["version"]) for use in uses} == {(OLD.commit, OLD.version)}
    assert {use["path"] for use in uses} == {
        f"/{FOLDER}/{name}.yml" for name in ("audit", "check", "commands", "render", "report")
    }
    config = yaml.safe_load(examples()[".github/dependabot.yml"])
    (update,) = config["updates"]
    assert update["package-ecosystem"] == "github-actions"
    (group,) = update["groups"].values()
    assert group["patterns"] == ["rollkeeper/*"]


def test_the_package_has_the_callers_as_they_are_here() -> None:
    for name, text in zip(NAMES, callers(OLD).values(), strict=True):
        here = pinned((WORKFLOWS / name).read_text(encoding="utf-8"), OLD)
        assert yaml.safe_load(text) == yaml.safe_load(here)


def test_every_input_of_a_workflow_is_in_the_table() -> None:
    table = PAGE.partition("All take these inputs")[2].partition("\n### ")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    named = {name: row[2] for row in rows for name in re.findall(r"`([\w-]+)`", row[1])}
    internal = {"number", "head"}
    for file in WORKFLOWS.glob("*.yml"):
        on = yaml.safe_load(file.read_text("utf-8"))[True]
        inputs = on.get("workflow_call", {}).get("inputs", {}) if isinstance(on, dict) else {}
        assert set(inputs) - internal <= set(named), file.name
        for name in set(inputs) - internal:
            assert named[name].strip() == "all" or file.name in named[name]


LEVELS = ("none", "read", "write")


def asked() -> dict[str, dict[str, str]]:
    """Return the most that the jobs of each reusable workflow ask for."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(WORKFLOWS.glob("*.yml")):
        workflow: dict[Any, Any] = yaml.safe_load(file.read_text("utf-8"))
        if "workflow_call" in workflow[True]:
            most = found.setdefault(file.name, {})
            for job in workflow["jobs"].values():
                for name, level in job["permissions"].items():
                    most[name] = max(most.get(name, "none"), level, key=LEVELS.index)
    return found


def test_no_workflow_asks_for_more_within_a_major_version() -> None:
    """A caller that grants less than is asked for is not started at all."""
    major = max(1, int(__version__.partition(".")[0]))
    contract = json.loads((PROJECT / "docs" / f"permissions.v{major}.json").read_text("utf-8"))
    assert set(asked()) == set(contract)
    for workflow, permissions in asked().items():
        for name, level in permissions.items():
            most = contract[workflow].get(name, "none")
            assert LEVELS.index(level) <= LEVELS.index(most), (
                f"{workflow} asks for {name}: {level}. Callers grant {name}: {most}: that takes a "
                f"new major version, with a docs/permissions.v{major + 1}.json"
            )


def test_the_callers_grant_what_the_contract_says() -> None:
    granted = {
        job["uses"].rpartition("/")[2]: job["permissions"]
        for name in NAMES
        for job in yaml.safe_load((WORKFLOWS / name).read_text("utf-8"))["jobs"].values()
    }
    assert granted == asked()
