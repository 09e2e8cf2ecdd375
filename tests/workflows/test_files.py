"""What the workflow files may do: triggers, permissions, pins, and where expressions stand."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from workflows.acting import WORKFLOWS, tool
from workflows.files import (
    ACTION,
    BY_HASH,
    CALLERS,
    CODE,
    COMMAND,
    EXPRESSIONS,
    FILES,
    NEWEST,
    OWN,
    PERMISSIONS,
    PINNED,
    PLANNED,
    PUBLISHING,
    RELEASE,
    REUSABLE,
    SETUP,
    TRIGGERS,
    called,
    each_file,
    jobs,
    most,
    read,
    steps,
)


@each_file
def test_only_the_known_triggers(file: Path) -> None:
    assert set(read(file)["on"]) == TRIGGERS[file.name]


def test_no_default_branch_is_named_for_a_community() -> None:
    """Every push starts the callers; what they call asks which branch is the default."""
    default = "github.ref_name == github.event.repository.default_branch"
    for name in CALLERS:
        assert "main" not in (WORKFLOWS / name).read_text(encoding="utf-8")
    (check,) = jobs(WORKFLOWS / "check.yml").values()
    assert check["if"] == f"${{{{ github.event_name != 'push' || {default} }}}}"
    for job in jobs(WORKFLOWS / "render.yml").values():
        assert job["if"].endswith(f" && {default} }}}}")


def test_nothing_is_audited_or_written_in_a_fork() -> None:
    first, visit, *others = jobs(WORKFLOWS / "audit.yml").values()
    assert first["if"] == "${{ !github.event.repository.fork }}"
    assert (visit["needs"], "if" in visit) == ("plan", False)
    assert all(
        re.search(r"needs\.plan\.result (!= 'skipped'|== 'success')", job["if"]) for job in others
    )
    for job in jobs(WORKFLOWS / "render.yml").values():
        assert "!github.event.repository.fork" in job["if"]


def test_pages_are_rendered_whatever_became_of_the_audit() -> None:
    """They depend on the day: who has ended is not to stand under Active until somebody pushes."""
    condition = jobs(WORKFLOWS / "audit.yml")["render"]["if"]
    assert "!cancelled()" in condition
    asked = re.findall(r"needs\.\w+\.result (\S+ '\w+')", condition)
    assert set(asked) == {"!= 'skipped'"}


def test_the_callers_are_few_lines_that_only_call() -> None:
    lines = [
        line
        for name in CALLERS
        for line in (WORKFLOWS / name).read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    assert len(lines) <= 40
    for name in CALLERS:
        assert set(read(WORKFLOWS / name)) <= {"name", "on", "permissions", "jobs"}
        for job in jobs(WORKFLOWS / name).values():
            assert set(job) <= {"name", "if", "permissions", "uses", "with"}


@each_file
def test_each_job_has_the_permissions_that_it_needs_and_says_why(file: Path) -> None:
    assert read(file)["permissions"] == {}
    given = {(file.name, name): job["permissions"] for name, job in jobs(file).items()}
    assert given == {key: value for key, value in PERMISSIONS.items() if key[0] == file.name}
    lines = file.read_text("utf-8").splitlines()
    granted = [line for line in lines if re.match(r" {6}[a-z-]+: (read|write)\b", line)]
    together = [line for line in lines if re.match(r" {4}permissions: \{.+\}", line)]
    asked = sum(len(value) for value in given.values())
    assert len(granted) + sum(line.count(": ") - 1 for line in together) == asked
    assert all(" # to " in line for line in (*granted, *together))


@each_file
def test_actions_are_pinned_by_commit_with_their_version(file: Path) -> None:
    lines = [
        line
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"\buses:", line)
    ]
    assert lines
    for line in lines:
        assert PINNED.search(line) or OWN.search(line), line


def test_code_is_that_of_the_called_workflow_itself() -> None:
    """At the commit that the caller pins, wherever the workflow is called from."""
    for name in REUSABLE:
        inputs = read(WORKFLOWS / name)["on"]["workflow_call"]["inputs"]
        assert {"code-repository", "code-ref"} <= set(inputs)
        for job in jobs(WORKFLOWS / name).values():
            if "uses" in job:
                assert {"code-repository", "code-ref", "root"} <= set(job["with"])
                continue
            first, *others = job["steps"]
            assert first["with"] == CODE
            assert all(step.get("with", {}).get("path") != CODE["path"] for step in others)
            scripts = [step["run"] for step in others if "scripts/" in step.get("run", "")]
            assert scripts
            assert all(run.startswith("python rollkeeper/scripts/") for run in scripts)


def test_packages_are_installed_by_hash_and_out_of_reach_of_the_workspace() -> None:
    action = read(SETUP)["runs"]
    assert action["using"] == "composite"
    assert PINNED.search(SETUP.read_text(encoding="utf-8"))
    install = action["steps"][-1]
    assert install["run"] == (
        'python -I -m pip install --require-hashes --only-binary :all: -r "${REQUIREMENTS}"'
    )
    assert set(install["env"]) == {"REQUIREMENTS"}
    assert install["env"]["REQUIREMENTS"].startswith("${{ github.action_path }}/../../../")


def test_a_called_workflow_gets_no_more_than_its_jobs_ask_for() -> None:
    callers = [job for file in FILES for job in jobs(file).values() if "uses" in job]
    assert {called(job).name for job in callers} == set(REUSABLE)
    for job in callers:
        assert job["permissions"] == most(called(job))
        assert "secrets" not in job


@each_file
def test_no_expression_stands_in_a_command(file: Path) -> None:
    assert not [step for step in steps(file) if "${{" in step.get("run", "")]


@each_file
def test_nothing_of_strangers_is_read_by_an_expression(file: Path) -> None:
    """Titles, bodies, names of branches and the like never pass through the workflow language."""
    text = re.sub(r"\s+", " ", file.read_text(encoding="utf-8"))
    found = re.findall(r"\$\{\{ *(.*?) *\}\}", text)
    handed = re.compile(r"(steps|needs)\.\w+\.(outputs\.\w+|result)( == 'true')?")
    odd = [each for each in found if each not in EXPRESSIONS and not handed.fullmatch(each)]
    assert not odd


def test_every_expression_that_is_allowed_is_used() -> None:
    texts = " ".join(re.sub(r"\s+", " ", file.read_text("utf-8")) for file in FILES)
    assert not [
        each for each in EXPRESSIONS if not re.search(rf"\{{\{{ ?{re.escape(each)} ?\}}", texts)
    ]


@each_file
def test_checkouts_leave_no_token_behind(file: Path) -> None:
    checkouts = [
        step for step in steps(file) if step.get("uses", "").startswith("actions/checkout")
    ]
    assert checkouts or not list(steps(file))
    for step in checkouts:
        assert step["with"]["persist-credentials"] == "false"
        assert step["with"].get("path") in {None, "community", "head", "rollkeeper"}


@each_file
def test_nothing_of_a_pull_request_is_checked_out_where_a_token_can_write(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "allow-unsafe-pr-checkout" not in text
    assert "github.actor" not in text
    words = set(re.findall(r"[\w-]+", text))
    assert not {"GITHUB_ENV", "GITHUB_PATH"} & words
    if file.name == RELEASE:  # a tag starts it, which only a maintainer can push
        return
    assert "download-artifact" not in words or file.name == "audit.yml"
    if file.name in {"check.yml", "tests.yml"}:
        assert not [job for job in jobs(file).values() if "write" in job["permissions"].values()]
        return
    for step in steps(file):
        if step.get("uses", "").startswith("actions/checkout") and step["with"] != CODE:
            assert step["with"]["ref"] in {NEWEST, PLANNED}
            assert "repository" not in step["with"]


def test_jobs_that_fetch_what_a_pull_request_holds_can_write_nothing() -> None:
    fetching = []
    for name in REUSABLE:
        for job in jobs(WORKFLOWS / name).values():
            scripts = " ".join(step.get("run", "") for step in job.get("steps", ()))
            if re.search(r"scripts/(verify|fix)_pull_request\.py", scripts):
                fetching.append(job["name"])
                assert "write" not in job["permissions"].values()
    assert fetching == ["Fix the rosters", "Judge the change"]


@each_file
def test_jobs_are_bounded_and_run_on_a_known_system(file: Path) -> None:
    assert ("concurrency" in read(file)) is (file.name not in CALLERS)
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
def test_nothing_but_our_own_action_installs(file: Path) -> None:
    for job in jobs(file).values():
        used = [step.get("uses", "") for step in job.get("steps", ())]
        installs = [step["run"] for step in job.get("steps", ()) if "pip" in step.get("run", "")]
        assert installs == (
            [BY_HASH] if (file.name, job.get("name")) == (RELEASE, PUBLISHING) else []
        )
        scripts = [step for step in job.get("steps", ()) if "scripts/" in step.get("run", "")]
        assert any(each.endswith("/.github/actions/setup") for each in used) or not scripts


def test_what_only_writes_installs_only_what_it_needs() -> None:
    writing = {
        (name, step["name"])
        for name in REUSABLE
        for job in jobs(WORKFLOWS / name).values()
        if {"for": "writing"} in [step.get("with") for step in job.get("steps", ())]
        for step in job["steps"][-1:]
    }
    assert writing == {
        ("commands.yml", "Finish the command"),
        ("commands.yml", "Push the fixes"),
        ("commands.yml", "Receive the command"),
        ("report.yml", "Begin the report"),
        ("report.yml", "Publish the report"),
    }


def test_only_steps_that_ask_github_are_given_a_token() -> None:
    given = {
        (file.name, step["name"])
        for file in FILES
        for step in steps(file)
        if "github.token" in str(step)
    }
    assert given == {
        ("audit.yml", "Visit the websites"),
        ("audit.yml", "Judge the rosters"),
        ("audit.yml", "Act on the audit"),
        ("audit.yml", "Print what the audit would do"),
        ("commands.yml", "Receive the command"),
        ("commands.yml", "Keep somebody"),
        ("commands.yml", "Fix the rosters"),
        ("commands.yml", "Finish the command"),
        ("commands.yml", "Push the fixes"),
        ("render.yml", "Publish the pages"),
        ("report.yml", "Begin the report"),
        ("report.yml", "Judge the change"),
        ("report.yml", "Publish the report"),
    }


def test_no_remark_takes_the_place_of_a_command_and_only_commands_start_a_job() -> None:
    commands = read(WORKFLOWS / "commands.yml")
    group = commands["concurrency"]["group"]
    assert f"({COMMAND}) && format('of-{{0}}', github.event.comment.user.id)" in group
    assert group.endswith("|| github.event.comment.id }}")
    assert commands["jobs"]["receive"]["if"] == (
        f"${{{{ github.event.issue.pull_request && ({COMMAND}) }}}}"
    )
    assert all("needs" in job for name, job in commands["jobs"].items() if name != "receive")


def test_the_report_starts_whatever_a_pull_request_does_to_its_own_workflows() -> None:
    events = read(WORKFLOWS / "rosters.yml")["on"]
    assert events["pull_request_target"] == {
        "types": ["opened", "synchronize", "reopened", "edited", "labeled", "unlabeled"]
    }
    assert events["merge_group"] == events["push"] == ""
    assert read(WORKFLOWS / "report.yml")["concurrency"]["cancel-in-progress"] == "false"


def test_an_upload_that_is_made_again_replaces_the_first() -> None:
    for name, number in (("report.yml", 1), ("audit.yml", 2)):
        uploads = [s for s in steps(WORKFLOWS / name) if "upload" in s.get("uses", "")]
        assert [step["with"]["overwrite"] for step in uploads] == ["true"] * number
    uploads = [s for s in steps(WORKFLOWS / "audit.yml") if "upload" in s.get("uses", "")]
    assert [step["with"]["retention-days"] for step in uploads] == ["7", "7"]


def test_what_visits_or_judges_can_write_nothing_and_what_writes_visits_nothing() -> None:
    audit = jobs(WORKFLOWS / "audit.yml")
    scripts = {
        name: re.findall(
            r"scripts/(\w+)\.py( --dry-run)?",
            " ".join(step.get("run", "") for step in job["steps"]),
        )
        for name, job in audit.items()
        if "steps" in job
    }
    assert scripts == {
        "plan": [("plan_audit", "")],
        "visit": [("visit_shard", "")],
        "judge": [("judge_audit", "")],
        "act": [("act_on_audit", "")],
        "preview": [("act_on_audit", " --dry-run")],
    }
    writing = {name for name, job in audit.items() if "write" in job["permissions"].values()}
    assert writing == {"act", "render"}
    assert all("inputs.dry-run != true" in audit[name]["if"] for name in writing)


def test_a_shard_that_fails_stops_no_other_and_its_artifact_has_its_number() -> None:
    visit = jobs(WORKFLOWS / "audit.yml")["visit"]
    assert visit["strategy"]["fail-fast"] == "false"
    (upload,) = [step["with"] for step in visit["steps"] if "upload" in step.get("uses", "")]
    assert upload["name"] == "rollkeeper-observations-${{ matrix.shard }}"


def test_the_nightly_schedule_is_alone_in_its_file_and_not_at_minute_0() -> None:
    scheduled = [file.name for file in FILES if "schedule" in read(file)["on"]]
    assert scheduled == ["rosters-nightly.yml"]
    on = read(WORKFLOWS / "rosters-nightly.yml")["on"]
    assert set(on) == {"schedule", "workflow_dispatch"}
    assert all(each["cron"].split()[0] != "0" for each in on["schedule"])
    assert set(on["workflow_dispatch"]["inputs"]) == {"programmes", "today", "dry-run"}


def test_checks_run_even_when_one_before_them_failed() -> None:
    checks = [s for s in steps(WORKFLOWS / "check.yml") if "scripts/" in s.get("run", "")]
    assert len(checks) == 5
    assert all(step["if"].startswith("${{ !cancelled()") for step in checks)


def test_a_pull_request_is_judged_by_the_policies_of_its_base() -> None:
    (job,) = jobs(WORKFLOWS / "check.yml").values()
    assert job["env"]["POLICIES"] == "base/${{ inputs.root }}/${{ inputs.policies }}"
    assert job["env"]["ROOT"] == "head/${{ inputs.root }}"
    checks = [s["run"] for s in job["steps"] if "scripts/" in s.get("run", "")]
    for command in checks:
        assert command.startswith("python rollkeeper/scripts/")
        assert ' --root "${ROOT}" --policies "${POLICIES}"' in command


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
    assert [name for name, _ in ignored] == ["rosters.yml", "rosters.yml"]
    events = []
    for _, line in ignored:
        found = re.fullmatch(
            r"(\w+):(?: .*)? # zizmor: ignore\[dangerous-triggers\] \w.{20,}", line
        )
        assert found, line
        events.append(found[1])
    assert events == ["pull_request_target", "issue_comment"]
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
