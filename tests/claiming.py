"""Claims of the documentation: sentences that stand in a page, and a scratch community to try."""

from __future__ import annotations

import functools
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rollkeeper.jobs.cli import main

PROJECT = Path(__file__).parents[1]


class Claim(NamedTuple):
    """A sentence, or a part of one, and the page in which it stands."""

    page: str
    words: str


CLAIMS: list[Claim] = []
"""Every claim that some test tries."""


def plain(text: str) -> str:
    """Return a text with its line breaks and indentation as single spaces."""
    return re.sub(r"\s+", " ", text).strip()


def claim(page: str, words: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a test try a claim, which has to stand in the page word for word."""
    CLAIMS.append(Claim(page, words))

    def trying(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def tried(**fixtures: Any) -> None:
            text = (PROJECT / page).read_text(encoding="utf-8")
            assert plain(words) in plain(text), f"{page} says this no longer; try what it says now"
            test(**fixtures)

        return tried

    return trying


class Scratch:
    """A community in a folder of its own, on which commands are run as in a terminal."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.out = ""
        """What the last command printed."""
        self.err = ""
        """What the last command said on standard error."""
        self._capsys = capsys

    def has(self, **files: str | bytes) -> Scratch:
        """Write files by name: `partners` is the roster, `policy` its policy, `a__b_c` is a/b.c."""
        short = {"partners": "partners.yaml", "policy": "policies/partners.yaml"}
        for name, content in files.items():
            path = short.get(name, name.replace("__", "/").replace("_", "."))
            self.write(path, content)
        if not (self.root / "policies").exists():
            self.write("policies/partners.yaml", "roster: partners.yaml\n")
        return self

    def write(self, path: str, content: str | bytes) -> None:
        """Write one file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def text(self, path: str) -> str:
        """Return what a file holds."""
        return (self.root / path).read_text(encoding="utf-8")

    def run(self, command: str, *more: str) -> int:
        """Run a command and return its exit status."""
        self._capsys.readouterr()
        try:
            status = main([*command.split(), *more])
        except SystemExit as left:  # what the parser of the command line refuses
            status = left.code if isinstance(left.code, int) else 1
        self.out, self.err = self._capsys.readouterr()
        return status

    def report(self, options: str = "", *more: str) -> dict[str, Any]:
        """Check offline on 21 November 2026 and return the report as data."""
        self.run(f"check --offline --today 2026-11-21 --format json {options}", *more)
        found: dict[str, Any] = json.loads(self.out)
        return found

    def findings(self, rule: str, options: str = "") -> list[dict[str, Any]]:
        """Return the findings of a rule that count."""
        return [each for each in self.report(options)["findings"] if each["rule"] == rule]

    def commit(self) -> None:
        """Commit everything, in a repository that is made if there is none."""
        for command in (
            ["init", "-q"],
            ["add", "."],
            ["-c", "user.name=Ada", "-c", "user.email=ada@alder.example", "commit", "-qm", "All"],
        ):
            subprocess.run(["git", *command], cwd=self.root, check=True)


@pytest.fixture
def here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Scratch:
    """Return an empty folder, in which commands are run without colours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    return Scratch(tmp_path, capsys)
