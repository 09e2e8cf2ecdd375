"""`make check` as a newcomer runs it, in a copy of this repository with an environment prepared."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COPIED = (
    *("Makefile", "requirements.txt", "requirements-dev.txt", "partners.yaml", "ambassadors.yaml"),
    *(".ci", "scripts", "policies", "partners", "ambassadors"),
)
ENTRY = """\

- name: Zelkova Zone
  website: https://zelkova-zone.example/
  description: Runs a help desk for maintainers.
  contact: {github: "zelkova-zone"}
  logo: zelkova-zone.svg
  tier: silver
  offerings: [support]
  status: active
  since: 2026-11-02
"""
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    '<path fill="#2f6f4f" d="M32 4 8 60h48z"/></svg>\n'
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy what the job reads; its Python is the one that runs the tests, and is not set up again."""
    folder = tmp_path / "a copy"
    folder.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy2(ROOT / name, folder)
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (folder / ".venv" / "ready").touch()
    return folder


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command without what a workflow or another make that runs the tests has set."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return subprocess.run(
        command,
        cwd=folder,
        env=kept,
        check=False,
        capture_output=True,
        text=True,
    )


def test_it_passes_here_and_leaves_the_command_itself(copy: Path, tmp_path: Path) -> None:
    done = run(copy, "make", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = [each for each in done.stdout.splitlines() if "checked" in each]
    assert re.match(r"\d+ entries of 2 programmes checked: no findings; ", line)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "argparse.py").write_text("raise SystemExit('taken')\n", encoding="utf-8")
    command = str(copy / ".venv" / "bin" / "rollkeeper")
    checked = run(elsewhere, command, "check", "--offline", "--root", str(copy))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert run(elsewhere, command, "rules", "no-such-rule").returncode == 2


def add(copy: Path, entry: str) -> None:
    roster = copy / "partners.yaml"
    roster.write_text(roster.read_text(encoding="utf-8") + entry, encoding="utf-8")
    (copy / "partners" / "logos" / "zelkova-zone.svg").write_text(LOGO, encoding="utf-8")


def test_a_correct_new_entry_passes_although_the_page_is_out_of_date(copy: Path) -> None:
    add(copy, ENTRY)
    done = run(copy, "make", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "partners/README.md: out of date; `rollkeeper render` writes it" in done.stdout
    assert "+<tr>" in done.stdout


def test_everything_is_in_one_list_with_one_summary(copy: Path) -> None:
    """A fault in an entry, one in a logo and one in a term are seen at once, and each of them once."""
    add(copy, ENTRY.replace("Zone", "<b>Zone</b>"))
    logo = copy / "partners" / "logos" / "zelkova-zone.svg"
    logo.write_text(LOGO.replace("</svg>", "<script>1</script></svg>"), encoding="utf-8")
    people = copy / "ambassadors.yaml"
    people.write_text(
        re.sub(r"(end: )\d{4}", r"\g<1>1999", people.read_text(encoding="utf-8"), count=1),
        encoding="utf-8",
    )
    done = run(copy, ".ci/check", ".venv/bin/python")
    assert done.returncode == 1
    for rule in ("name-markup", "svg-script", "term-inverted"):
        assert done.stdout.count(f" error {rule}: ") == 1
    assert done.stdout.count(" programmes checked: ") == 1
    assert run(copy, "make", "check").returncode != 0


def test_the_worst_status_counts_and_a_policy_is_reported_once(copy: Path) -> None:
    script = copy / "scripts" / "render_pages.py"
    script.write_text("raise SystemExit(3)\n", encoding="utf-8")
    assert run(copy, ".ci/check", ".venv/bin/python").returncode == 3
    policy = copy / "policies" / "partners.yaml"
    policy.write_text(f"{policy.read_text(encoding='utf-8')}nonsense: 1\n", encoding="utf-8")
    done = run(copy, ".ci/check", ".venv/bin/python")
    assert done.returncode == 2
    assert (done.stdout + done.stderr).count("nonsense") == 1
