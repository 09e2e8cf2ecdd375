"""What the documentation shows can be used as it stands: commands, policies, rosters and links."""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rollkeeper.jobs import cli
from rollkeeper.loading.policy.policy_file import read_policy
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.tree import List, Map
from rollkeeper.rules import catalogue

PROJECT = Path(__file__).parents[1]
PAGES = sorted(
    page.relative_to(PROJECT).as_posix()
    for page in (*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md"))
)
TOOLS = ("rollkeeper", "make", "uvx", "uv", "pip", "git", "python", "pre-commit", "gh", "cd")
"""What a line of an example may start with, if it is a command."""
_FLAG = re.compile(r"\[([^\]]*)\]")


class Block(NamedTuple):
    """A block of code in a page, with its first line and the language that it names."""

    page: str
    line: int
    language: str
    text: str


@cache
def tokens(page: str) -> list[Token]:
    """Read a page of the documentation as Markdown."""
    text = (PROJECT / page).read_text(encoding="utf-8")
    return MarkdownIt("commonmark").enable("table").parse(text)


def blocks() -> Iterator[Block]:
    """Return every block of code in the documentation; what a rule refuses is wrong on purpose."""
    for page in PAGES:
        if page == "docs/rules.md":  # its examples are those of tests/rules/
            continue
        for token in tokens(page):
            if token.type in {"fence", "code_block"}:
                line = token.map[0] + 1 if token.map else 0
                yield Block(page, line, token.info.strip(), token.content)


def inline_code() -> Iterator[tuple[str, str]]:
    """Return every piece of code inside a sentence, with its page."""
    for page in PAGES:
        for token in tokens(page):
            for child in token.children or ():
                if child.type == "code_inline":
                    yield page, child.content


def is_command(line: str) -> bool:
    """Return whether a line of a block is a command and not a file's content."""
    return line.split(" ", 1)[0] in TOOLS and not line.split(" ", 1)[0].endswith(":")


def kind(block: Block) -> str:
    """Return what a block is: commands, yaml, or something else that its language names."""
    lines = [line for line in block.text.splitlines() if line.strip() and line[:1] != " "]
    if all(is_command(line) or line.startswith("#") for line in lines):
        return "commands"
    if block.language in {"", "yaml"} and re.match(r"(#|- |[a-z_]+:|\{)", lines[0]):
        return "yaml"
    return block.language or "text"


def commands() -> list[tuple[str, str]]:
    """Return every `rollkeeper …` in the documentation, with its page."""
    found = [
        (block.page, line.strip())
        for block in blocks()
        for line in block.text.replace("\\\n", " ").splitlines()
        if is_command(line.strip())
    ]
    found += [(page, code) for page, code in inline_code() if is_command(code)]
    ours = [
        (page, command.partition("  #")[0].strip().removeprefix("rollkeeper").strip())
        for page, command in found
        if re.match(r"rollkeeper( |$)", command)
    ]
    return sorted({(page, command) for page, command in ours if command})


@pytest.mark.parametrize(("page", "command"), commands())
def test_every_command_is_one(page: str, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It parses; words in brackets are options that may be left out, and … stands for more."""
    monkeypatch.setattr(argparse.ArgumentParser, "exit", _refuse)
    arguments = shlex.split(_FLAG.sub(r"\1", command).replace("…", ""))
    if len(arguments) == 1:
        assert arguments[0] in cli.parser().format_help().split()
        return
    with contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            parsed = cli.parser().parse_args(arguments)
        except AssertionError:
            parsed = None
    assert parsed is not None, f"{page}: `rollkeeper {command}`: {said.getvalue()}"
    assert parsed.command == arguments[0]


def _refuse(_self: argparse.ArgumentParser, status: int = 0, message: str | None = None) -> None:
    raise AssertionError(status, message)


def test_every_target_of_make_is_one() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        (page, found[1])
        for page, text in (
            *((block.page, block.text) for block in blocks()),
            *inline_code(),
        )
        for found in re.finditer(r"(?:^|\n)make ([a-z-]+)", text)
    }
    assert len(named) > 10
    assert {(page, name) for page, name in named if name not in targets} == set()


POLICIES = [
    block
    for block in blocks()
    if kind(block) == "yaml" and isinstance(read_yaml(block.text.encode(), "x").data, Map)
]
ROSTERS = [
    block
    for block in blocks()
    if kind(block) == "yaml" and isinstance(read_yaml(block.text.encode(), "x").data, List)
]
OTHER_FILES = {"on", "jobs", "name", "repos", "steps", "uses", "updates", "$schema", "met"}
"""Keys of workflows, hooks, schemas and recipes, which tests of their own hold."""


def is_policy(block: Block) -> bool:
    """Return whether a block that is a mapping is a policy, or a part of one."""
    data = read_yaml(block.text.encode(), block.page).data
    return isinstance(data, Map) and not OTHER_FILES & set(data)


def test_every_block_of_yaml_can_be_read() -> None:
    for block in (*POLICIES, *ROSTERS):
        if "\njobs:" in block.text:  # the three callers in one block, which have a test
            continue
        defects = read_yaml(block.text.encode(), block.page).defects
        assert not defects, (block.page, block.line, defects[0].message)
    assert len(POLICIES) > 5


@pytest.mark.parametrize(
    "block",
    [pytest.param(each, id=f"{each.page}-{each.line}") for each in POLICIES if is_policy(each)],
)
def test_every_policy_is_accepted(block: Block, tmp_path: Path) -> None:
    """With the lines that a part of a policy leaves out, every key and value of it is known."""
    text = block.text
    for key in ("title", "roster"):
        if not re.search(rf"^{key}:", text, re.MULTILINE):
            text = f"{key}: partners.yaml\n{text}"
    for schema in re.findall(r"^schema: (\S+)$", text, re.MULTILINE):
        (tmp_path / schema).write_text("{}", encoding="utf-8")
    for base in re.findall(r"\./(_\w+\.yaml)", text):
        (tmp_path / base).write_text("timezone: UTC\n", encoding="utf-8")
    file = tmp_path / "partners.yaml"
    file.write_text(text, encoding="utf-8")
    policy, errors = read_policy(file, f"{block.page}:{block.line}", catalogue())
    # A waiver may name a requirement that the rest of the policy has.
    wrong = [str(error) for error in errors if "unknown rule" not in str(error)]
    assert not wrong
    assert policy is not None or errors


def links(page: str) -> Iterator[str]:
    """Return where the links of a page lead that stay in the repository."""
    for token in tokens(page):
        for child in token.children or ():
            target = str(child.attrGet("href") or child.attrGet("src") or "")
            if child.type in {"link_open", "image"} and not re.match(r"[a-z]+:", target):
                yield target


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to a page's headings."""
    found = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).strip().replace(" ", "-")
        for heading in found
    }


def test_every_link_leads_somewhere() -> None:
    dead, count = [], 0
    for page in PAGES:
        file = PROJECT / page
        for link in links(page):
            count += 1
            path, _, anchor = link.partition("#")
            target = (file.parent / path) if path else file
            if not target.exists():
                dead.append(f"{page}: {path} does not exist")
            elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                dead.append(f"{page}: {path} has no #{anchor}")
    assert not dead
    assert count > 50


PLACES = (PROJECT, PROJECT / "scripts/rollkeeper", PROJECT / ".github/workflows", PROJECT / "tests")


@pytest.mark.parametrize(
    "page", ["docs/architecture.md", "docs/threat-model.md", "CONTRIBUTING.md"]
)
def test_every_file_that_is_named_exists(page: str) -> None:
    named = {
        code
        for where, code in inline_code()
        if where == page
        and re.fullmatch(r"[\w.-]+(?:/[\w.-]+)+/?|[\w-]+\.py", code)
        and not code.startswith(("actions/", "refs/", "step-security/"))
    }
    missing = {
        name
        for name in named
        if not any((place / name).exists() for place in PLACES)
        and not list((PROJECT / "scripts").rglob(name))
    }
    assert missing == set()
