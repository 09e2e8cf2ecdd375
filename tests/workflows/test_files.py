"""What the workflow files may do: triggers, permissions, pins, and where expressions stand."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from workflows.acting import WORKFLOWS, tool

FILES = sorted(WORKFLOWS.glob("*.yml"))
TRIGGERS = {
    "audit.yml": {"schedule", "workflow_dispatch"},
    "check.yml": {"merge_group", "pull_request", "push"},
    "render.yml": {"push"},
    "tests.yml": {"pull_request", "push"},
}
PERMISSIONS = {
    ("audit.yml", "look"): {"contents": "read"},
    ("audit.yml", "tell"): {"contents": "read", "issues": "write"},
    ("check.yml", "check"): {"contents": "read"},
    ("render.yml", "render"): {"contents": "write"},
    ("tests.yml", "tests"): {"contents": "read"},
}
INSTALL = re.compile(
    r"python -m pip install --require-hashes --only-binary :all: -r (base/)?requirements\.txt"
)

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


def read(file: Path) -> dict[str, Any]:
    """Read a workflow with every scalar as the text that stands there: `on` is not a truth value."""
    return dict(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506 - builds only text, lists and mappings


def jobs(file: Path) -> dict[str, dict[str, Any]]:
    return dict(read(file)["jobs"])


def steps(file: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(file).values():
        yield from job["steps"]


@each_file
def test_only_the_known_triggers(file: Path) -> None:
    assert set(read(file)["on"]) == TRIGGERS[file.name]


@each_file
def test_pushes_count_on_the_default_branch_only(file: Path) -> None:
    if "push" in TRIGGERS[file.name]:
        assert read(file)["on"]["push"] == {"branches": ["main"]}


@each_file
def test_each_job_has_the_permissions_that_it_needs_and_says_why(file: Path) -> None:
    assert read(file)["permissions"] == {}
    given = {(file.name, name): job["permissions"] for name, job in jobs(file).items()}
    assert given == {key: value for key, value in PERMISSIONS.items() if key[0] == file.name}
    granted = re.findall(
        r"^ {6}[a-z-]+: (?:read|write)\b.*$", file.read_text("utf-8"), re.MULTILINE
    )
    assert len(granted) == sum(len(value) for value in given.values())
    assert all(" # to " in line for line in granted)


@each_file
def test_actions_are_pinned_by_commit_with_their_version(file: Path) -> None:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        assert re.search(
            r"uses: actions/(checkout|setup-python)@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line
        )


@each_file
def test_no_expression_stands_in_a_command(file: Path) -> None:
    assert not [step for step in steps(file) if "${{" in step.get("run", "")]


@each_file
def test_nothing_of_strangers_is_read_by_an_expression(file: Path) -> None:
    """Titles, bodies, names of branches and the like never pass through the workflow language."""
    found = re.findall(r"\$\{\{ *(.*?) *\}\}", file.read_text(encoding="utf-8"))
    allowed = {
        "!cancelled()",
        "!cancelled() && github.event_name != 'push'",
        "github.event.pull_request.base.sha || github.event.merge_group.base_sha",
        "github.event_name == 'merge_group' && '0' || '2'",
        "github.event_name == 'pull_request'",
        "github.event_name == 'pull_request' && 'HEAD^1' || github.event.merge_group.base_sha",
        "github.ref",
        "github.token",
        "matrix.python",
        "needs.look.outputs.report",
        "steps.look.outputs.report",
    }
    assert set(found) <= allowed


@each_file
def test_checkouts_leave_no_token_behind(file: Path) -> None:
    checkouts = [
        step for step in steps(file) if step.get("uses", "").startswith("actions/checkout")
    ]
    assert checkouts
    for step in checkouts:
        assert step["with"]["persist-credentials"] == "false"
        assert set(step["with"]) <= {"fetch-depth", "path", "persist-credentials", "ref"}


@each_file
def test_jobs_are_bounded_and_run_on_a_known_system(file: Path) -> None:
    assert "concurrency" in read(file)
    for job in jobs(file).values():
        assert job["runs-on"] == "ubuntu-24.04"
        assert 0 < int(job["timeout-minutes"]) <= 30


@each_file
def test_nothing_is_cached_and_no_secret_is_named(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "secrets." not in text
    assert not re.search(r"actions/cache|^\s*cache:", text, re.MULTILINE)


@each_file
def test_packages_are_installed_by_hash(file: Path) -> None:
    for step in steps(file):
        if "pip install" in step.get("run", ""):
            assert INSTALL.fullmatch(step["run"])


def test_only_steps_that_write_are_given_a_token() -> None:
    given = {
        (file.name, step["name"])
        for file in FILES
        for step in steps(file)
        if "github.token" in str(step)
    }
    assert given == {
        ("audit.yml", "Keep the issue up to date"),
        ("render.yml", "Commit what changed"),
    }


def test_checks_run_even_when_one_before_them_failed() -> None:
    checks = [s for s in steps(WORKFLOWS / "check.yml") if "scripts/" in s.get("run", "")]
    assert len(checks) == 5
    assert all(step["if"].startswith("${{ !cancelled()") for step in checks)


def test_a_pull_request_is_judged_by_the_code_and_policies_of_its_base() -> None:
    checks = [s["run"] for s in steps(WORKFLOWS / "check.yml") if "scripts/" in s.get("run", "")]
    for command in checks:
        assert command.startswith("python base/scripts/")
        assert " --root head --policies base/policies" in command


@each_file
def test_act_finds_nothing_wrong_with_its_form(file: Path, tmp_path: Path) -> None:
    command = [
        tool("act"),
        "--validate",
        "--strict",
        "--workflows",
        str(file),
        "--directory",
        str(tmp_path),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_zizmor_finds_nothing() -> None:
    command = [tool("zizmor"), "--offline", "--quiet", "--persona=auditor", str(WORKFLOWS.parent)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_dependabot_groups_updates_and_lets_them_cool_down() -> None:
    config = read(WORKFLOWS.parent / "dependabot.yml")
    updates = {update["package-ecosystem"]: update for update in config["updates"]}
    assert set(updates) == {"github-actions", "pip"}
    for update in updates.values():
        assert int(update["cooldown"]["default-days"]) >= 7
        assert update["groups"]
