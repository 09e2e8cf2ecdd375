"""The action's own steps, run in a judged tree that has modules of its own for Python to find."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[1]
STEPS: dict[str, Any] = {
    step["name"]: step
    for step in yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))["runs"][
        "steps"
    ]
}
INSTALL, CHECK = "Install the requirements", "Check the rosters"
PLANTED = ("venv", "pip/__init__", "pip/__main__", "json", "site", "sitecustomize", "rollkeeper")


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """A community whose pull request puts modules at the top, each of which leaves a trace."""
    tree = tmp_path / "judged"
    (tree / "policies").mkdir(parents=True)
    (tree / "policies" / "members.yaml").write_text("roster: members.yaml\n", encoding="utf-8")
    (tree / "members.yaml").write_text("- name: Alder Cloud\n", encoding="utf-8")
    trace = f"import os\nos.close(os.open({str(tmp_path / 'trace')!r}, os.O_CREAT))\n"
    for name in PLANTED:
        file = tree / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(trace, encoding="utf-8")
    return tree


def run(
    name: str,
    judged: Path,
    told: Mapping[str, str] = MappingProxyType({}),
    *,
    isolated: bool = True,
) -> bool:
    """Run a step of the action as a runner does; return whether a planted module ran."""
    action = judged.with_name("action")
    if not action.exists():
        action.mkdir()
        (action / "requirements.txt").write_text("# nothing to fetch\n", encoding="utf-8")
        (action / "scripts").symlink_to(PROJECT / "scripts")
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "ACTION": str(action),
        "ENVIRONMENT": str(judged.with_name("environment")),
        "INPUT_ROOT": ".",
        **told,
    }
    script = STEPS[name]["run"]
    assert " -I " in script
    if not isolated:
        script = script.replace(" -I ", " ").replace('/scripts" action', '/scripts/action.py"')
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=judged,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert not isolated or done.returncode == 0, done.stdout + done.stderr
    trace = judged.with_name("trace")
    return trace.exists()


def test_no_module_of_the_judged_tree_runs_while_the_action_installs(judged: Path) -> None:
    """P1: `venv.py` and `pip/` at the top of a pull request stand in for Python's own."""
    assert not run(INSTALL, judged)


def test_without_isolation_a_module_of_the_judged_tree_would_run(judged: Path) -> None:
    assert run(INSTALL, judged, isolated=False)


def test_no_module_of_the_judged_tree_runs_while_the_action_checks(
    judged: Path, tmp_path: Path
) -> None:
    """P2: the step that holds the token imports what the judged tree offers, or a path it names."""
    output, report = tmp_path / "output", tmp_path / "report"
    told = {
        "ENVIRONMENT": sys.prefix,
        "REPORT": str(report),
        "GITHUB_OUTPUT": str(output),
        "PYTHONPATH": str(judged),
    }
    assert not run(CHECK, judged, told)
    assert "findings=0" in output.read_text(encoding="utf-8")
    assert report.exists()
    assert run(CHECK, judged, told, isolated=False)


def test_every_python_of_the_action_is_isolated() -> None:
    for step in STEPS.values():
        for line in step.get("run", "").splitlines():
            assert ("python" in line) == ("python -I " in line or 'python" -I ' in line), line
