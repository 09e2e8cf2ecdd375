"""Whatever is written to a terminal or a log goes through the one escape for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from communities import community
from rollkeeper.jobs.cli import main

SCRIPTS = Path(__file__).parent.parent / "scripts"
ESCAPED = frozenset(
    {
        "terminal", "_shown", "completion", "counted", "difference", "render",
        "workflow_property", "workflow_data",
    }
)  # fmt: skip
"""Functions whose result may be written: each of them escapes what comes from outside."""
OUR_OWN = {
    "rollkeeper/jobs/check.py": {"until", "finding.place.line", "finding.rule"},
    "rollkeeper/jobs/cli_commands.py": {"text"},
    "rollkeeper/jobs/output.py": {"text"},
    "rollkeeper/jobs/render.py": {"changes", "said"},
    "rollkeeper/forge/actions.py": {"line"},
    "__main__.py": {"__doc__", "known"},
    "rollkeeper/engine/requirements/child.py": {"json.dumps([used, outcomes])"},
    "rollkeeper/jobs/init/command.py": {"text", "question"},
    "rollkeeper/jobs/progress.py": {"_ERASE", "_ERASE + text[:_WIDTH]"},
}
"""What is written as it is, by file: numbers, ids, days, JSON in ASCII, and what a caller escaped."""


def written() -> Iterator[tuple[str, str]]:
    """Return each expression that is written to standard output or the error output, with its file."""
    for file in sorted(SCRIPTS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _writes(node.func):
                for part in _parts(node.args[0]):
                    yield file.relative_to(SCRIPTS).as_posix(), ast.unparse(part)


def _writes(function: ast.expr) -> bool:
    name = ast.unparse(function)
    return name in {"print", "sys.stdout.write", "sys.stderr.write", "stream.write"}


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """Return what is not written out in the source and not escaped."""
    match node:
        case ast.Constant():
            return
        case ast.JoinedStr(values=values):
            for each in values:
                yield from _parts(each)
        case ast.FormattedValue(value=value):
            yield from _parts(value)
        case ast.BinOp(left=left, right=ast.Constant()):
            yield from _parts(left)
        case ast.Call(func=ast.Name(id=name)) if name in ESCAPED:
            return
        case _:
            yield node


def test_nothing_from_outside_is_written_as_it_is() -> None:
    bare = {(file, part) for file, part in written() if part not in OUR_OWN.get(file, set())}
    assert bare == set()


def test_there_is_no_exception_that_nothing_needs() -> None:
    needed = set(written())
    assert [
        (file, part)
        for file, parts in OUR_OWN.items()
        for part in parts
        if (file, part) not in needed
    ] == []


NAME = "a\x1b[31m\n::error file=x::forged"


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    captured = capsys.readouterr()
    text = captured.out + captured.err
    assert "\x1b" not in text
    assert "forged" in text
    return text.splitlines()


def test_the_name_of_a_logo_is_no_command_where_it_is_cleaned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(tmp_path, "- name: Fir\n", "roster: partners.yaml\nlogos: logos\n")
    (root / "logos").mkdir()
    (root / "logos" / f"{NAME.replace('/', '')}.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>1</script>'
        '<path d="M1 1h7v7z"/></svg>',
        encoding="utf-8",
    )
    main(["fix", "--logos", "--dry-run", "--root", str(root), "--today", "2026-11-21"])
    assert not [line for line in lines(capsys) if line.lstrip().startswith("::")]


def test_the_name_of_a_policy_is_no_command_where_it_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(tmp_path, "- name: Fir\n")
    (root / "policies" / f"{NAME.replace('/', '')}.yaml").write_text("rooster: x\n", "utf-8")
    assert main(["check", "--offline", "--root", str(root)]) == 2
    assert not [line for line in lines(capsys) if line.lstrip().startswith("::")]


def test_the_name_in_a_marker_is_no_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = "title: Partners\nroster: partners.yaml\npage: README.md\n"
    root = community(tmp_path, "- name: Fir\n", policy)
    names = ("begin partners", "begin \x1b[31mforged", "end partners")
    page = "".join(f"<!-- rollkeeper:{name} -->\n" for name in names)
    (root / "README.md").write_text(page, encoding="utf-8")
    main(["render", "--check", "--root", str(root)])
    lines(capsys)
