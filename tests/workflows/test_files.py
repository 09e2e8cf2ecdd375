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
    "commands.yml": {"issue_comment"},
    "render.yml": {"push"},
    "report.yml": {"workflow_run"},
    "tests.yml": {"pull_request", "push"},
}
PERMISSIONS = {
    ("audit.yml", "look"): {"contents": "read"},
    ("audit.yml", "tell"): {"contents": "read", "issues": "write"},
    ("check.yml", "check"): {"contents": "read"},
    ("commands.yml", "hear"): {"contents": "read", "issues": "write", "pull-requests": "write"},
    ("commands.yml", "fix"): {"contents": "read", "pull-requests": "read"},
    ("commands.yml", "write"): {"contents": "write", "issues": "write", "pull-requests": "write"},
    ("commands.yml", "verify"): {"contents": "read", "pull-requests": "read"},
    ("commands.yml", "comment"): {"contents": "read", "issues": "write", "pull-requests": "write"},
    ("render.yml", "render"): {"contents": "write", "pull-requests": "write"},
    ("report.yml", "verify"): {"contents": "read", "pull-requests": "read"},
    ("report.yml", "comment"): {"contents": "read", "issues": "write", "pull-requests": "write"},
    ("tests.yml", "tests"): {"contents": "read"},
}
ACTION = WORKFLOWS.parents[1] / "action.yml"
CONDITIONS = {
    "always() && needs.verify.result != 'skipped' && (needs.verify.outputs.verdict != '' || needs.verify.result != 'success')",
    "!cancelled() && (needs.hear.outputs.recheck == 'true' || needs.write.outputs.committed == 'true')",
    "!cancelled() && needs.hear.outputs.fix == 'true'",
    "github.event.issue.number",
    # A body is compared here, and put into nothing.
    "github.event.issue.pull_request && contains(github.event.comment.body, '/')",
    # These name a group of runs, and nothing else.
    "github.event.workflow_run.event == 'pull_request'",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_repository.id",
    "needs.write.outputs.committed == 'true' && needs.write.outputs.origin || needs.hear.outputs.origin",
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
            r"uses: actions/(checkout|setup-python|upload-artifact)@[0-9a-f]{40} # v\d+\.\d+\.\d+$",
            line,
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
        "vars.ROLLKEEPER_RENDER",
        "vars.ROLLKEEPER_RENDER == 'pull-request'",
        *CONDITIONS,
    }
    handed = re.compile(r"(steps|needs)\.\w+\.(outputs\.\w+|result)( == 'true')?")
    odd = [each for each in found if each not in allowed and not handed.fullmatch(each)]
    assert not odd


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
def test_nothing_of_a_pull_request_is_checked_out_where_a_token_can_write(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for forbidden in ("pull_request_target", "allow-unsafe-pr-checkout", "github.actor"):
        assert forbidden not in text
    if not TRIGGERS[file.name] & {"issue_comment", "workflow_run"}:
        return
    assert not {"download-artifact", "GITHUB_ENV", "GITHUB_PATH"} & set(re.findall(r"[\w-]+", text))
    for step in steps(file):
        if step.get("uses", "").startswith("actions/checkout"):
            assert set(step["with"]) <= {"fetch-depth", "persist-credentials"}


def test_whoever_writes_meets_nothing_of_the_pull_request_but_what_is_handed_over() -> None:
    """The jobs that fetch what strangers wrote can write nothing."""
    for name in ("commands.yml", "report.yml"):
        for job in jobs(WORKFLOWS / name).values():
            scripts = " ".join(step.get("run", "") for step in job["steps"])
            if re.search(r"scripts/(verify|mend_pull_request)\.py", scripts):
                assert "write" not in job["permissions"].values()


def test_a_command_checks_anew_with_the_very_steps_of_the_report() -> None:
    asked, told = jobs(WORKFLOWS / "commands.yml"), jobs(WORKFLOWS / "report.yml")
    for name in ("verify", "comment"):
        for step in asked[name]["steps"]:
            step.get("env", {}).pop("ORIGIN", None)
        for key in ("steps", "permissions", "outputs"):
            assert asked[name].get(key) == told[name].get(key)


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
    assert "secrets:" not in text
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
        ("commands.yml", "Check again"),
        ("commands.yml", "Hear the command"),
        ("commands.yml", "Fix the rosters"),
        ("commands.yml", "Tell of it"),
        ("commands.yml", "Write the repairs"),
        ("render.yml", "Commit what changed"),
        ("render.yml", "Keep the pull request up to date"),
        ("report.yml", "Check again"),
        ("report.yml", "Tell of it"),
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
    done = subprocess.run([*command, str(ACTION)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_more_is_ignored_than_the_two_triggers_that_cannot_be_done_without() -> None:
    """Only these two can answer a pull request from a fork; each says beside it why it is safe."""
    ignored = [
        (file.name, line.strip())
        for file in [*FILES, ACTION]
        for line in file.read_text(encoding="utf-8").splitlines()
        if "zizmor:" in line
    ]
    assert [name for name, _ in ignored] == ["commands.yml", "report.yml"]
    for _, line in ignored:
        assert re.fullmatch(
            r"(issue_comment|workflow_run): # zizmor: ignore\[dangerous-triggers\] \w.{20,}", line
        )
    assert not list(ACTION.parent.glob("**/zizmor.y*ml"))


def test_dependabot_groups_updates_and_lets_them_cool_down() -> None:
    config = read(WORKFLOWS.parent / "dependabot.yml")
    updates = {update["package-ecosystem"]: update for update in config["updates"]}
    assert set(updates) == {"github-actions", "pip"}
    for update in updates.values():
        assert int(update["cooldown"]["default-days"]) >= 7
        assert update["groups"]


def test_the_action_is_pinned_and_every_expression_of_it_passes_through_the_environment() -> None:
    action = read(ACTION)
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"actions/setup-python@[0-9a-f]{40}", step["uses"])
            continue
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
    for name in [*action["inputs"], *action["outputs"]]:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert all(output["value"].startswith("${{ steps.") for output in action["outputs"].values())
    assert action["inputs"]["token"]["default"] == "${{ github.token }}"


def test_the_action_and_the_workflows_pin_the_same_versions() -> None:
    texts = [file.read_text(encoding="utf-8") for file in [*FILES, ACTION]]
    pins = {pin for text in texts for pin in re.findall(r"uses: (actions/[\w-]+)@(\w+)", text)}
    assert len(pins) == len({name for name, _ in pins})
