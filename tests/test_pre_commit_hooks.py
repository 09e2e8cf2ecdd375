"""The hooks for pre-commit: their entries run, from the folder of a community."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from communities import community
from rollkeeper.jobs.cli import main

ROOT = Path(__file__).parents[1]
HOOKS = {
    hook["id"]: hook
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}


def run(name: str) -> int:
    program, *arguments = shlex.split(HOOKS[name]["entry"])
    assert program == "rollkeeper"
    return main(arguments)


def test_the_hooks_take_no_names_of_files() -> None:
    assert set(HOOKS) == {"rollkeeper-check", "rollkeeper-fix", "rollkeeper-render"}
    for hook in HOOKS.values():
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)


def test_they_check_and_repair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = "title: Partners\nroster: partners.yaml\nrules: {unsorted: error}\n"
    root = community(tmp_path, "- name: Oak\n- name: Fir\n", policy)
    monkeypatch.chdir(root)
    assert run("rollkeeper-check") == 1
    assert run("rollkeeper-fix") == 0
    assert (root / "partners.yaml").read_text(encoding="utf-8") == "- name: Fir\n- name: Oak\n"
    assert run("rollkeeper-check") == 0


def test_after_what_is_fixed_nothing_is_listed_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the order of docs/adopting.md: what can be fixed is, and only the rest is listed."""
    page = (ROOT / "docs" / "adopting.md").read_text(encoding="utf-8")
    order = re.findall(r"- id: (rollkeeper-\w+)", page)
    assert order == ["rollkeeper-fix", "rollkeeper-check", "rollkeeper-render"]
    policy = "title: Partners\nroster: partners.yaml\npage: README.md\n"
    root = community(tmp_path, "- name: Oak\n  website: gopher://oak.example/\n", policy)
    monkeypatch.chdir(root)
    assert [run(name) for name in order[:2]] == [1, 1]
    assert capsys.readouterr().out.count("gopher://oak.example/` is not valid") == 1
    assert run("rollkeeper-render") == 0
    assert "Oak" in (root / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "runs_for"),
    [("partners.yaml", True), ("partners/logos/a.svg", True), ("a.py", False), ("yaml", False)],
)
def test_the_check_runs_when_what_it_reads_changes(name: str, runs_for: bool) -> None:  # noqa: FBT001 - a column of the table
    assert bool(re.search(HOOKS["rollkeeper-check"]["files"], name)) is runs_for
