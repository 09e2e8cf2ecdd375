"""The jobs that only write get by with the packages of requirements-write.txt.

In the tests of the workflows they have no others; here each script starts without.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from packages import ROOT, missing, only, pinned

FILE = "requirements-write.txt"


def writing() -> Iterator[str]:
    """Give the scripts of the jobs that are set up for writing."""
    for file in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        for job in yaml.safe_load(file.read_text("utf-8"))["jobs"].values():
            steps = job.get("steps", ())
            if {"for": "writing"} in [step.get("with") for step in steps]:
                commands = " ".join(step.get("run", "") for step in steps)
                yield from re.findall(r"scripts/(\w+)\.py", commands)


def test_what_is_for_writing_is_a_part_of_all() -> None:
    some, everything = pinned(FILE), pinned("requirements.txt")
    assert some.items() < everything.items()
    assert {"ada_url", "PIL", "tinycss2"} <= missing(FILE)


@pytest.mark.parametrize("script", sorted(writing()))
def test_a_script_that_writes_starts_without_the_others(script: str, tmp_path: Path) -> None:
    told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(only(FILE, tmp_path))}
    command = [sys.executable, str(ROOT / "scripts" / f"{script}.py"), "--help"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=told)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_others_are_out_of_reach(tmp_path: Path) -> None:
    told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(only(FILE, tmp_path))}
    command = [sys.executable, "-c", "import PIL"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=told)
    assert f"{FILE} has nothing for PIL" in done.stderr


def test_the_rules_are_within_reach_of_the_comment_that_links_to_them(tmp_path: Path) -> None:
    environment = f"{only(FILE, tmp_path)}{os.pathsep}{ROOT / 'scripts'}"
    told = {"PATH": os.environ["PATH"], "PYTHONPATH": environment}
    program = (
        "from rollkeeper.reports.addresses import rule_address; print(rule_address('yaml-tab'))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=told)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("#yaml-tab\n")
