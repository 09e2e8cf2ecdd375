"""The generated parts of adopting.md: the workflows to write, and what each job of them may do."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from rollkeeper.grammar.markers import splice
from rollkeeper.jobs.init.callers import FOLDER, NAMES, Pin, pinned

ROOT = Path(__file__).parent.parent
RELEASE = ROOT / "docs" / "release.json"
"""The newest release, written by `make release`; there is none before the first."""
NO_RELEASE = Pin("<commit>", "v1.2.3", "")

_ADDRESS = "https://github.com/rollkeeper/rollkeeper"
_NO_RELEASE = """\
There is no release yet. Until there is one, write a commit of `main` in place of `<commit>`, and
leave out the version behind it.
"""
_NEWEST = "They pin the newest release, {}.\n"
_PRE_COMMIT = f"""\
# .pre-commit-config.yaml
repos:
  - repo: {_ADDRESS}
    rev: PIN
    hooks:
      - id: rollkeeper-fix
      - id: rollkeeper-check
      - id: rollkeeper-render
"""


def released() -> Pin | None:
    """Return the newest release."""
    if not RELEASE.exists():
        return None
    release = json.loads(RELEASE.read_text("utf-8"))
    return Pin(release["commit"], f"v{release['version']}", RELEASE.name)


def with_workflows(page: str) -> str:
    """Return the page with the workflows, the pins and the table of permissions in their places."""
    pin = released()
    shown = "".join(
        f"\n    # {FOLDER}/{name}\n{textwrap.indent(_caller(name, pin or NO_RELEASE), '    ')}"
        for name in NAMES
    )
    page = splice(
        page,
        f"\n{_NEWEST.format(pin.version[1:]) if pin else _NO_RELEASE}{shown}\n",
        name="callers",
    )
    rows = "".join(f"| {' | '.join(row)} |\n" for row in _rows())
    heading = "| event | workflow | job | may |\n|---|---|---|---|\n"
    page = splice(page, f"\n{heading}{rows}\n", name="permissions")
    (checkout,) = set(
        re.findall(r"actions/checkout@.*", (ROOT / FOLDER / "check.yml").read_text("utf-8"))
    )
    at = f"@{pin.commit} # {pin.version}" if pin else f"@{NO_RELEASE.commit}"
    action = (
        (ROOT / "docs" / "action-alone.yml")
        .read_text("utf-8")
        .replace("CHECKOUT", checkout)
        .replace("@PIN", at)
    )
    page = splice(page, f"\n{textwrap.indent(action, '    ')}\n", name="action")
    source = f"rollkeeper@{pin.version[1:]}" if pin else f"--from git+{_ADDRESS} rollkeeper"
    page = splice(page, f"\n    uvx {source} check --offline\n\n", name="install")
    rev = f"{pin.commit} # {pin.version}" if pin else NO_RELEASE.commit
    hooks = textwrap.indent(_PRE_COMMIT.replace("PIN", rev), "    ")
    return splice(page, f"\n{hooks}\n", name="pre-commit")


def _caller(name: str, pin: Pin) -> str:
    """Return a caller without the lines that are only comments."""
    text = (ROOT / FOLDER / name).read_text("utf-8")
    return re.sub(r"^#.*\n", "", pinned(text, pin), flags=re.MULTILINE)


def _rows() -> Iterator[tuple[str, str, str, str]]:
    """Give event, workflow, job and permissions, for every job that an event can reach."""
    for name in NAMES:
        caller = _read(name)
        for job in caller["jobs"].values():
            events = _events(caller["on"], job.get("if", ""))
            for workflow, reached, may in _jobs(job):
                yield ", ".join(f"`{event}`" for event in events), f"`{workflow}`", reached, may


def _events(on: Iterable[str], condition: str) -> list[str]:
    named = re.findall(r"github\.event_name == '(\w+)'", condition)
    return [event for event in on if event in named or not named]


def _jobs(calling: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    workflow = calling["uses"].rpartition("/")[2]
    for job in _read(workflow)["jobs"].values():
        if "uses" in job:
            yield from _jobs(job)
            continue
        granted = ", ".join(f"`{name}: {level}`" for name, level in job["permissions"].items())
        yield workflow, job["name"], granted


def _read(name: str) -> dict[str, Any]:
    """Read a workflow with every scalar as text: `on` is not a truth value."""
    text = (ROOT / FOLDER / name).read_text("utf-8")
    return dict(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506 - builds only text, lists and mappings
