"""The scripts: each one page, run from anywhere with nothing installed, and honest about its end."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parents[1] / "scripts").glob("*.py"))
CHECKS = ("validate", "check_accounts", "check_logos", "check_terms", "check_websites")
POLICY = "roster: roster.yaml\nrules:\n  website-unreachable: off\n"

each_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)


def run(name: str, *arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    told = {"PATH": os.environ["PATH"], **more}
    script = SCRIPTS[0].with_name(f"{name}.py")
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=cwd,
        env=told,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a community without a fault; `make_wrong` gives it one."""
    folder = tmp_path / "community"
    (folder / "policies").mkdir(parents=True)
    (folder / "policies" / "partners.yaml").write_text(POLICY, "utf-8")
    (folder / "roster.yaml").write_text("- name: Alder Cloud\n", "utf-8")
    return folder


def make_wrong(root: Path, text: str = "- name: Alder <b>Cloud</b>\n") -> None:
    (root / "roster.yaml").write_text(text, "utf-8")


@each_script
def test_a_script_is_one_page(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()
    assert 15 <= len(lines) <= 50
    assert lines[0].startswith('"""')


@each_script
def test_no_script_hides_a_module_of_that_name(script: Path) -> None:
    """Python puts a script's folder first on its path: `github.py` would replace PyGithub."""
    assert script.stem not in sys.stdlib_module_names
    elsewhere = [entry for entry in sys.path if Path(entry).resolve() != script.parent]
    found = PathFinder.find_spec(script.stem, elsewhere)
    assert found is None or found.origin is None


@each_script
def test_a_script_explains_itself(script: Path, tmp_path: Path) -> None:
    done = run(script.stem, "--help", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Exit status" in done.stdout


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_passes_from_any_folder(name: str, root: Path, tmp_path: Path) -> None:
    done = run(name, "--root", str(root), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_findings_fail_a_check(root: Path, tmp_path: Path) -> None:
    make_wrong(root)
    done = run("validate", "--root", str(root), cwd=tmp_path)
    assert (done.returncode, "name-markup" in done.stdout) == (1, True)
    assert run("validate", "--root", str(root), "--fail-on", "never", cwd=tmp_path).returncode == 0


def test_a_check_that_no_policy_asks_for_says_so(root: Path, tmp_path: Path) -> None:
    done = run("check_logos", "--root", str(root), cwd=tmp_path)
    assert done.stdout.startswith("There is nothing to check here: the policy names no logo folder")


def test_a_wrong_policy_is_wrong_use_with_its_line(root: Path, tmp_path: Path) -> None:
    (root / "policies" / "partners.yaml").write_text("roster: roster.yaml\nrule: {}\n", "utf-8")
    done = run("validate", "--root", str(root), cwd=tmp_path, GITHUB_ACTIONS="true")
    assert done.returncode == 2
    assert "::error file=policies/partners.yaml,line=2," in done.stdout


def test_an_unknown_revision_is_wrong_use(root: Path, tmp_path: Path) -> None:
    done = run("validate", "--root", str(root), "--since", "::error::x", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("--since:")


@pytest.mark.parametrize("arguments", [["--root", "nowhere"], ["--today", "soon"], ["--what"]])
def test_wrong_arguments_are_wrong_use(arguments: list[str], tmp_path: Path) -> None:
    done = run("validate", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_crash_is_neither_a_pass_nor_a_finding(root: Path, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text("not json", "utf-8")
    told = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(event)}
    done = run("validate", "--root", str(root), cwd=tmp_path, **told)
    assert done.returncode == 3
    assert "::error title=rollkeeper::Rollkeeper crashed" in done.stdout
    assert "Traceback" in done.stderr


def test_the_summary_of_a_step_is_appended(root: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    make_wrong(root)
    run("validate", "--root", str(root), cwd=tmp_path, GITHUB_STEP_SUMMARY=str(summary))
    assert "name-markup" in summary.read_text("utf-8")
