"""Make a release: `make release VERSION=1.2.3`. Needs git and the development environment.

    release.py make VERSION [--push]   version, changelog, commit, tag, files, pins in the docs
    release.py is VERSION              is this commit that version?
    release.py notes VERSION           print its changes
    release.py dist                    build the wheel and the source distribution into dist/

Everything happens here, and nothing anywhere else, unless --push is given: pushing the tag starts
release.yml, which publishes. Exit status: 0 done, 1 it cannot be done, with the reason.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parent.parent
INIT = "scripts/rollkeeper/__init__.py"
PIN = "scripts/rollkeeper/jobs/init/pin.json"
CHANGELOG = "CHANGELOG.md"
RELEASED = "docs/release.json"
ADDRESS = "https://github.com/rollkeeper/rollkeeper"
LEVELS = ("none", "read", "write")
Permissions = Mapping[str, Mapping[str, str]]
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_ASSIGNED = re.compile(r'^__version__ = "(.*)"$', re.MULTILINE)
_UNRELEASED = "## [Unreleased]\n"
_LINK = re.compile(r"^\[\d+\.\d+\.\d+\]: .*\n?", re.MULTILINE)


class ReleaseError(Exception):
    """The release cannot be made; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked, and return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("version")
    making.add_argument("--push", action="store_true")
    for name in ("is", "notes"):
        commands.add_parser(name).add_argument("version")
    commands.add_parser("dist")
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "make":
            make(asked.version, push=asked.push)
        elif asked.command == "is":
            if version() != asked.version:
                refuse(f"this commit is version {version()}, not {asked.version}")
        elif asked.command == "notes":
            sys.stdout.write(notes(asked.version))
        else:
            dist()
    except ReleaseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def refuse(message: str) -> NoReturn:
    """Raise ReleaseError."""
    raise ReleaseError(message)


def make(new: str, *, push: bool) -> None:
    """Make the release in this checkout, and push it where that is asked for."""
    branch = check(new)
    today = datetime.now(UTC).date().isoformat()
    rewrite(INIT, _ASSIGNED.sub(f'__version__ = "{new}"', read(INIT)))
    rewrite(CHANGELOG, changelog(new, today))
    git("add", INIT, CHANGELOG)
    git("commit", "--quiet", "--signoff", "--message", f"Release {new}")
    git("tag", "--annotate", "--message", f"Rollkeeper {new}", f"v{new}")
    dist()
    try_wheel(new)
    rewrite(
        RELEASED, json.dumps({"version": new, "commit": git("rev-parse", "HEAD")}, indent=2) + "\n"
    )
    run(sys.executable, "docs/generate.py")
    git("add", RELEASED, "docs")
    git("commit", "--quiet", "--signoff", "--message", f"Pin {new} in the documentation")
    command = ("push", "--atomic", "origin", branch, f"v{new}")
    if push:
        git(*command)
        say(f"{new} is pushed: {ADDRESS}/actions/workflows/release.yml publishes it.")
    else:
        say(f"{new} is made, and nothing is pushed. To publish it: git {' '.join(command)}")


def check(new: str) -> str:
    """Return the branch to release from; raise ReleaseError where the release cannot be made."""
    if not _VERSION.fullmatch(new):
        refuse(f"{new!r} is no version: write three numbers, such as 1.2.3")
    old = version()
    if numbers(new) <= numbers(old):
        refuse(f"{new} is not after {old}")
    if git("tag", "--list", f"v{new}"):
        refuse(f"there is a tag v{new} already")
    if git("status", "--porcelain"):
        refuse("the checkout has changes: commit them first, or put them away")
    if not section(_UNRELEASED).strip():
        refuse(f"{CHANGELOG} has nothing under Unreleased")
    major = max(1, numbers(new)[0])
    contract = f"docs/permissions.v{major}.json"
    if not (ROOT / contract).exists():
        refuse(f"{contract} is missing: write what callers of {major}.x have to grant")
    tag = f"v{old}"
    recorded = git("tag", "--list", tag) and git("ls-tree", tag, contract)
    if recorded and asks_for_more(
        json.loads(git("show", f"{tag}:{contract}")), json.loads(read(contract))
    ):
        refuse(f"{contract} grants more than in {tag}: that takes a new major version")
    return git("symbolic-ref", "--short", "HEAD")


def asks_for_more(old: Permissions, new: Permissions) -> bool:
    """Return whether a caller that grants what an older contract says would not be started."""
    return any(
        LEVELS.index(level) > LEVELS.index(old[workflow].get(name, "none"))
        for workflow, permissions in new.items()
        if workflow in old
        for name, level in permissions.items()
    )


def dist() -> None:
    """Build both files into dist/ and have twine check them; the wheel knows its own commit."""
    folder = ROOT / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    pin = ROOT / PIN
    pin.write_text(
        json.dumps({"version": version(), "commit": git("rev-parse", "HEAD")}) + "\n", "utf-8"
    )
    try:
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder))
    finally:
        pin.unlink()
    built = sorted(str(file) for file in folder.iterdir())
    run(sys.executable, "-m", "twine", "check", "--strict", *built)


def try_wheel(new: str) -> None:
    """Install the wheel into a fresh environment, with pinned dependencies, and run it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "environment"
        venv.create(environment, with_pip=True)
        pip = (str(environment / "bin" / "python"), "-I", "-m", "pip", "install", "--quiet")
        run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", "requirements.txt")
        run(*pip, "--no-index", "--no-deps", *(str(each) for each in (ROOT / "dist").glob("*.whl")))
        rollkeeper = str(environment / "bin" / "rollkeeper")
        if run(rollkeeper, "--version").strip().rpartition(" ")[2] != new:
            refuse(f"the wheel does not say that it is {new}")
        run(rollkeeper, "check", "--offline")


def notes(wanted: str) -> str:
    """Return the changes of a version, as the changelog has them."""
    found = re.search(rf"^## \[{re.escape(wanted)}\] - .*\n", read(CHANGELOG), re.MULTILINE)
    if found is None:
        refuse(f"{CHANGELOG} has no {wanted}")
    return section(found[0]).strip() + "\n"


def section(heading: str) -> str:
    """Return what the changelog has under a heading."""
    return re.split(r"^(?:## |\[)", read(CHANGELOG).partition(heading)[2], flags=re.MULTILINE)[0]


def changelog(new: str, today: str) -> str:
    """Return the changelog with the unreleased changes under a version, and a link for each."""
    text = read(CHANGELOG).replace(_UNRELEASED, f"{_UNRELEASED}\n## [{new}] - {today}\n", 1)
    text = _LINK.sub("", text).rstrip()
    versions = re.findall(r"^## \[(\d\S*)\]", text, re.MULTILINE)
    links = "".join(f"[{each}]: {ADDRESS}/releases/tag/v{each}\n" for each in versions)
    return f"{text}\n\n{links}"


def version() -> str:
    """Return the version of this checkout."""
    found = _ASSIGNED.search(read(INIT))
    if found is None:
        refuse(f"{INIT} names no version")
    return found[1]


def numbers(text: str) -> tuple[int, ...]:
    """Return a version as it is compared."""
    return tuple(int(each) for each in text.split("."))


def read(path: str) -> str:
    """Return the text of a file of the checkout."""
    return (ROOT / path).read_text(encoding="utf-8")


def rewrite(path: str, text: str) -> None:
    """Write a file of the checkout."""
    (ROOT / path).write_text(text, encoding="utf-8")


def git(*arguments: str) -> str:
    """Run git in the checkout, and return what it printed."""
    return run("git", *arguments).strip()


def run(*command: str) -> str:
    """Run a command in the checkout, and return what it printed; raise ReleaseError if it fails."""
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        refuse(f"{' '.join(command[:4])} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    raise SystemExit(main())
