"""Import the Markdown lists of real communities, and count their rows: taken, listed, lost.

    python benchmarks/lists.py CLONE [CLONE ...] [--verbose]

Each CLONE is a checkout or a bare repository. Rows are counted by a reading of their own: lines of
tables and items of lists. A row is taken when it is in an entry, listed when the account names its
line, and lost when it is neither, or when some word or address of it is in neither.
"""

from __future__ import annotations

import argparse
import html
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from operator import add
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from rollkeeper.loading.importing import ImportResult, import_markdown

_LISTS = re.compile(
    r"(?:^|/)(?:users|adopters|owners|maintainers|ambassadors|members|contributors|supporters|"
    r"partners|vendors|sponsors)\.mdx?\Z",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?:^|/)(?:vendor|node_modules|i18n|versioned_docs|[a-z]{2}-[a-z]{2}|es|fr|ja|pt|bn|zh)/"
)
_ROW = re.compile(r" {0,3}(?:\||[-*+] |[0-9]{1,9}[.)] )")
_RULE = re.compile(r" {0,3}[|:\- ]+\Z")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_WORD = re.compile(r"https?://[^\s)>\]|\"']+|[^\W_]{2,}")
_ATTRIBUTE = re.compile(r"(?:src|href|alt)=[\"']([^\"']*)")
_ACCOUNT = re.compile(r"https?://(?:www\.)?github\.com/([a-z0-9-]+)/?\Z")
_MARKUP = frozenset(
    {
        "a",
        "alt",
        "br",
        "height",
        "href",
        "http",
        "https",
        "img",
        "mailto",
        "p",
        "src",
        "td",
        "tr",
        "width",
    }
)


@dataclass
class Count:
    """What became of the rows of some lists."""

    lists: int = 0
    rows: int = 0
    taken: int = 0
    listed: int = 0
    lost: int = 0

    def __add__(self, other: Count) -> Count:
        """Return the sum."""
        return Count(*map(add, astuple(self), astuple(other)))

    def __str__(self) -> str:
        """Return the cells of a row of the table."""
        return "".join(f"| {number:,} " for number in astuple(self)) + "|"


def rows_of(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines of a page that look like a row of a table or an item of a list."""
    lines = text.splitlines()
    code = False
    for number, line in enumerate(lines, start=1):
        if _FENCE.match(line):
            code = not code
        elif not code and _ROW.match(line) and not _RULE.match(line):
            below = lines[number] if number < len(lines) else ""
            if "|" in below and "-" in below and _RULE.match(below):
                continue  # the header of a table
            yield number, line


def count(text: str) -> tuple[Count, list[str]]:
    """Import a page and count; return the rows that are lost as well, with what is missing."""
    result = import_markdown(text)
    found, lost = Count(), []
    entries = {
        n: index for index, row in enumerate(result.rows) for n in range(row.first, row.last + 1)
    }
    reported: dict[int, str] = {}
    for each in result.unplaced:
        reported[each.line] = f"{reported.get(each.line, '')} {each.text}"
    for number, line in rows_of(text):
        found.rows += 1
        said = reported.get(number, "")
        kept = html.unescape(
            f"{_kept(result, entries[number])} {said}" if number in entries else said
        ).casefold()
        missing = [word for word in _words(line) if word not in kept]
        if number in result.structure:
            found.rows -= 1
        elif missing:
            found.lost += 1
            lost.append(f"line {number}: {missing[:5]} of {line[:100]!r}")
        elif number in entries:
            found.taken += 1
        else:
            found.listed += 1
    found.lists = int(found.rows > 0)
    return found, lost


def _kept(result: ImportResult, index: int) -> str:
    return " ".join(_texts(result.entries[index]))


def _texts(value: object) -> Iterator[str]:
    match value:
        case dict():
            for key, item in value.items():
                yield str(key)
                yield from _texts(item)
        case list() | tuple():
            for item in value:
                yield from _texts(item)
        case _:
            yield str(value)


def _words(line: str) -> set[str]:
    plain = re.sub(
        r"</?[a-zA-Z][^>]*>",
        lambda tag: f" {' '.join(re.findall(_ATTRIBUTE, tag[0]))} ",
        line,
    )
    found = {
        word.casefold().rstrip(".,;*_\\")
        for word in _WORD.findall(html.unescape(plain.replace("\\", "")))
    }
    # The page of an account is kept as its handle.
    found = {_ACCOUNT.sub(r"\1", word) for word in found}
    return found - _MARKUP


def pages(clone: Path) -> Iterator[tuple[str, str]]:
    """Return the pages of a clone that are lists by their names, with their texts."""
    names = _git(clone, "ls-tree", "-r", "--name-only", "-z", "HEAD").decode(errors="replace")
    for name in names.split("\0"):
        if _LISTS.search(name) and not _ELSEWHERE.search(name.casefold()):
            yield name, _git(clone, "show", f"HEAD:{name}").decode(errors="replace")


def _git(clone: Path, *arguments: str) -> bytes:
    return subprocess.run(
        ["git", "-C", str(clone), *arguments], check=True, capture_output=True
    ).stdout


def main() -> int:
    """Print the table, and with --verbose each list, and what was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clones", nargs="+", type=Path, metavar="CLONE")
    parser.add_argument("--verbose", action="store_true")
    parsed = parser.parse_args()
    every = Count()
    sys.stdout.write(
        "| community | lists | rows | taken | listed | lost |\n|---|---|---|---|---|---|\n"
    )
    for clone in parsed.clones:
        community = (clone.parent if clone.name == "repo" else clone).name.replace("+", "/")
        whole = Count()
        for name, text in pages(clone):
            found, lost = count(text)
            whole += found
            if parsed.verbose:
                sys.stderr.write(f"{community} {name}: {found}\n")
                sys.stderr.writelines(f"  {each}\n" for each in lost)
        if whole.rows:
            sys.stdout.write(f"| {community} {whole}\n")
            every += whole
    sys.stdout.write(f"| all {every}\n")
    return 1 if every.lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
