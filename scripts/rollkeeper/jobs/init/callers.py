"""The workflows of a community that call Rollkeeper's, at one pinned commit."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

FOLDER = ".github/workflows"
NAMES = ("rosters-check.yml", "rosters.yml", "rosters-nightly.yml")
TEMPLATES = Path(__file__).parent / "callers"
RELEASE = Path(__file__).with_name("pin.json")
"""Written into the wheel of a release only: its version and its commit."""
_USES = re.compile(r"(?<=uses: )\./(\.github/workflows/[a-z-]+\.yml)$", re.MULTILINE)
_PIN = re.compile(r"([0-9a-f]{40})#(v?[0-9][0-9A-Za-z.+-]{0,40})\Z")


@dataclass(frozen=True, slots=True)
class Pin:
    """A commit of Rollkeeper and the version that it is, and how they are known."""

    commit: str
    version: str
    source: str


def parse_pin(text: str) -> Pin:
    """Return a pin written as `SHA#version`; raise ValueError for anything else."""
    found = _PIN.match(text)
    if found is None:
        message = "write a commit of 40 digits and its version, such as 0123…cdef#v1.2.3"
        raise ValueError(message)
    return Pin(found[1], found[2], "--pin")


def own_pin() -> Pin | None:
    """Return the commit that this installation was made from; None where that is not known.

    The wheel of a release has it beside this file. One that was installed from a repository says
    which commit it is, and which version where it was asked for by the tag of one.
    """
    if RELEASE.is_file():
        release = json.loads(RELEASE.read_text(encoding="utf-8"))
        return Pin(release["commit"], f"v{release['version']}", "this release of Rollkeeper")
    try:
        origin = json.loads(distribution("rollkeeper").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    info = origin.get("vcs_info") if isinstance(origin, dict) else None
    if not isinstance(info, dict):
        return None
    # The version in the sources is that of the last release, whatever was committed since.
    found = _PIN.match(f"{info.get('commit_id')}#{info.get('requested_revision')}")
    return found and Pin(found[1], found[2], "this installation of Rollkeeper")


def pinned(workflow: str, pin: Pin) -> str:
    """Return a workflow of Rollkeeper's own repository with every workflow that it calls pinned."""
    return _USES.sub(rf"rollkeeper/rollkeeper/\1@{pin.commit} # {pin.version}", workflow)


def caller_files(pin: Pin) -> dict[str, bytes]:
    """Return the three callers, by path, with every workflow that they call pinned."""
    return {
        f"{FOLDER}/{name}": pinned((TEMPLATES / name).read_text("utf-8"), pin).encode()
        for name in NAMES
    }
