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
    "verify.yml": {"workflow_call"},
}
SHARED = "verify.yml"
"""The workflow that others call: its jobs have at most the permissions of the calling job."""
PERMISSIONS = {
    ("audit.yml", "audit"): {"contents": "read"},
    ("audit.yml", "issue"): {"contents": "read", "issues": "write"},
    ("check.yml", "check"): {"contents": "read"},
    ("commands.yml", "receive"): {"contents": "read", "issues": "write", "pull-requests": "write"},
    ("commands.yml", "fix"): {"contents": "read", "pull-requests": "read"},
    ("commands.yml", "write"): {"contents": "write", "issues": "write", "pull-requests": "write"},
    ("commands.yml", "report"): {"contents": "read", "issues": "write", "pull-requests": "write"},
    ("render.yml", "render"): {"contents": "write", "pull-requests": "write"},
    ("report.yml", "report"): {"contents": "read", "issues": "write", "pull-requests": "write"},
    ("tests.yml", "tests"): {"contents": "read"},
    ("verify.yml", "verify"): {"contents": "read", "pull-requests": "read"},
    ("verify.yml", "comment"): {"contents": "read", "issues": "write", "pull-requests": "write"},
}
ACTION = WORKFLOWS.parents[1] / "action.yml"
PINNED = re.compile(
    r"uses: actions/(checkout|setup-python|upload-artifact)@[0-9a-f]{40} # v\d+\.\d+\.\d+$",
    re.MULTILINE,
)
OWN = re.compile(r"uses: \./((base/)?\.github/actions/setup|\.github/workflows/verify\.yml)$")
CONDITIONS = {
    "always() && needs.verify.result != 'skipped' && (needs.verify.outputs.verdict != '' || needs.verify.result != 'success')",
    "!cancelled() && (needs.receive.outputs.recheck == 'true' || needs.write.outputs.committed == 'true')",
    "!cancelled() && needs.receive.outputs.fix == 'true'",
    "github.event.issue.number",
    # A body is compared here, and put into nothing.
    "github.event.issue.pull_request && contains(github.event.comment.body, '/')",
    # These name a group of runs, and nothing else.
    "github.event.workflow_run.event == 'pull_request'",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_repository.id",
    "needs.write.outputs.committed == 'true' && needs.write.outputs.origin || needs.receive.outputs.origin",
}
SETUP = WORKFLOWS.parent / "actions" / "setup" / "action.yml"

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


def read(file: Path) -> dict[str, Any]:
    """Read a workflow with every scalar as the text that stands there: `on` is not a truth value."""
    return dict(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506 - builds only text, lists and mappings


def jobs(file: Path) -> dict[str, dict[str, Any]]:
    return dict(read(file)["jobs"])


def steps(file: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(file).values():
        yield from job.get("steps", ())


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
        assert PINNED.search(line) or OWN.search(line), line


def test_our_own_action_comes_from_the_checkout_that_judges() -> None:
    """On a pull request `head` is the proposed state, and no action of it is run."""
    for file in FILES:
        folder = "./base/" if file.name == "check.yml" else "./"
        used = [step["uses"] for step in steps(file) if step.get("uses", "").startswith("./")]
        assert set(used) <= {f"{folder}.github/actions/setup"}
    action = read(SETUP)["runs"]
    assert action["using"] == "composite"
    assert PINNED.search(SETUP.read_text(encoding="utf-8"))
    install = action["steps"][-1]
    assert install["run"] == (
        "python -m pip install --require-hashes --only-binary :all: "
        '-r "${ACTION}/../../../requirements.txt"'
    )
    assert install["env"] == {"ACTION": "${{ github.action_path }}"}


def test_a_called_workflow_gets_no_more_than_its_jobs_ask_for() -> None:
    """What the calling job may do is the sum of what the called jobs say that they need."""
    asked: dict[str, str] = {}
    for job in jobs(WORKFLOWS / SHARED).values():
        for name, level in job["permissions"].items():
            asked[name] = max(asked.get(name, ""), level)
    callers = [
        job
        for file in FILES
        for job in jobs(file).values()
        if job.get("uses") == f"./.github/workflows/{SHARED}"
    ]
    assert len(callers) == 2
    for job in callers:
        assert job["permissions"] == asked
        assert "secrets" not in job


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
        "inputs.origin",  # JSON of ours, which the scripts read as untrusted input
        "matrix.python",
        "vars.ROLLKEEPER_RENDER",
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
    assert checkouts or not list(steps(file))
    for step in checkouts:
        assert step["with"]["persist-credentials"] == "false"
        assert set(step["with"]) <= {"fetch-depth", "path", "persist-credentials", "ref"}


@each_file
def test_nothing_of_a_pull_request_is_checked_out_where_a_token_can_write(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for forbidden in ("pull_request_target", "allow-unsafe-pr-checkout", "github.actor"):
        assert forbidden not in text
    if not TRIGGERS[file.name] & {"issue_comment", "workflow_call", "workflow_run"}:
        return
    assert not {"download-artifact", "GITHUB_ENV", "GITHUB_PATH"} & set(re.findall(r"[\w-]+", text))
    for step in steps(file):
        if step.get("uses", "").startswith("actions/checkout"):
            assert set(step["with"]) <= {"fetch-depth", "persist-credentials"}


def test_jobs_that_fetch_what_a_pull_request_holds_can_write_nothing() -> None:
    fetching = []
    for name in ("commands.yml", SHARED):
        for job in jobs(WORKFLOWS / name).values():
            scripts = " ".join(step.get("run", "") for step in job.get("steps", ()))
            if re.search(r"scripts/(verify|fix)_pull_request\.py", scripts):
                fetching.append(job["name"])
                assert "write" not in job["permissions"].values()
    assert fetching == ["Fix the rosters", "Check again"]


@each_file
def test_jobs_are_bounded_and_run_on_a_known_system(file: Path) -> None:
    assert ("concurrency" in read(file)) is (file.name != SHARED)
    for job in jobs(file).values():
        if "uses" in job:
            continue
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
    """Our own action installs them, and nothing else does."""
    for job in jobs(file).values():
        used = [step.get("uses", "") for step in job.get("steps", ())]
        assert not [step for step in job.get("steps", ()) if "pip install" in step.get("run", "")]
        scripts = [step for step in job.get("steps", ()) if "scripts/" in step.get("run", "")]
        assert any(each.endswith("/.github/actions/setup") for each in used) or not scripts


def test_only_steps_that_write_are_given_a_token() -> None:
    given = {
        (file.name, step["name"])
        for file in FILES
        for step in steps(file)
        if "github.token" in str(step)
    }
    assert given == {
        ("audit.yml", "Update the tracking issue"),
        ("commands.yml", "Receive the command"),
        ("commands.yml", "Fix the rosters"),
        ("commands.yml", "Push the fixes"),
        ("render.yml", "Publish the pages"),
        ("verify.yml", "Check again"),
        ("verify.yml", "Publish the report"),
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
        *(tool("act"), "--validate", "--strict", "--workflows", str(file)),
        *("--directory", str(tmp_path)),
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
        for file in [*FILES, ACTION, SETUP]
        for line in file.read_text(encoding="utf-8").splitlines()
        if "zizmor:" in line
    ]
    assert [name for name, _ in ignored] == ["commands.yml", "report.yml"]
    for _, line in ignored:
        assert re.fullmatch(
            r"(issue_comment|workflow_run): # zizmor: ignore\[dangerous-triggers\] \w.{20,}", line
        )
    (config,) = ACTION.parent.glob("**/zizmor.y*ml")
    assert read(config) == {"rules": {"self-repository": {"disable": "true"}}}


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
    texts = [file.read_text(encoding="utf-8") for file in [*FILES, ACTION, SETUP]]
    pins = {pin for text in texts for pin in re.findall(r"uses: (actions/[\w-]+)@(\w+)", text)}
    assert len(pins) == len({name for name, _ in pins})
