"""Literals of JavaScript and TypeScript, read as text; everything else is named."""

from __future__ import annotations

import time

import pytest

from rollkeeper.loading.discovery.javascript import read_javascript
from rollkeeper.model.list_limits import MAX_SCRIPT_BYTES
from rollkeeper.model.tree import Map


def arrays(text: str, path: str = "src/data/a.tsx") -> tuple[dict[str, object], list[int]]:
    document = read_javascript(path, text.encode())
    assert isinstance(document.data, Map)
    return dict(document.data), [note.line for note in document.not_understood]


def test_literals_of_every_kind() -> None:
    text = """
import logo from '../../static/img/a.png';
const b = require("./b.png");
export const partners: Partner[] = [
  // a comment with ] and }
  {name: "A \\"quoted\\"", 'since': 2024, share: 1.5, active: true, none: null, logo},
  {name: `B`, logo: b, tags: ['x', "y",], at: {city: 'Z\\x41\\u{1F600}'}} as const,
  {name: 'It\\'s', logo: require("../c.png").default},
] satisfies Partner[];
"""
    found, unread = arrays(text)
    assert unread == []
    assert found == {
        "partners": [
            {"name": 'A "quoted"', "since": 2024, "share": 1.5, "active": True, "none": None, "logo": "static/img/a.png"},
            {"name": "B", "logo": "src/data/b.png", "tags": ["x", "y"], "at": {"city": "ZA\U0001f600"}},
            {"name": "It's", "logo": "src/c.png"},
        ]
    }  # fmt: skip


@pytest.mark.parametrize(
    "expression",
    [
        "`a${b}`", "f('x')", "a + 'b'", "'a' + b", "unknown", "cond ? 'a' : 'b'", "() => ({a: 1})",
        "(<p>It's, (almost) {x}</p>)", "new Date()", "a.b", "`a`.trim()", "-x", "1n", "0x1F", "/re'gex/",
    ],
)  # fmt: skip
def test_an_expression_is_named_and_never_a_value(expression: str) -> None:
    found, unread = arrays(f"const xs = [\n{{name: 'A',\nvalue: {expression}\n}}, {{name: 'B'}}];")
    assert found == {"xs": [{"name": "A"}, {"name": "B"}]}
    assert unread == [3]


def test_spread_and_methods_are_named() -> None:
    found, unread = arrays(
        "const xs = [\n{name: 'A', ...rest},\n{name: 'B', run() { return [{name: 'no'}]; }}\n];"
    )
    assert found == {"xs": [{"name": "A"}, {"name": "B"}]}
    assert unread == [2, 3]


def test_strings_and_comments_hold_no_arrays() -> None:
    assert arrays(
        "const a = \"[{name: 'x'}]\"; // [{name: 'y'}]\n/* [{name: 'z'}] */ `[{name: 'w'}]`"
    ) == ({}, [])


HOSTILE = {
    "brackets": "[",
    "objects": "[{a:",
    "braces": "{a:",
    "elements": "<a>",
    "escapes": '"\\',
    "templates": "`${",
    "expressions": "[{a:(",
    "crossed": "[{a:[{b:(}]",
    "pairs": "[{a:1},",
    "comments": "/*",
    "backticks": "`",
    "quotes": "'a\n",
    "imports": "import a from ",
    "constants": "const a = ",
    "numbers": "1.1.1",
}


@pytest.mark.untraced
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_takes_twice_the_time(piece: str) -> None:
    def seconds(length: int) -> float:
        data = (piece * (length // len(piece) + 1))[:length].encode()
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            read_javascript("a.js", data)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(MAX_SCRIPT_BYTES // 4) <= 3 * seconds(MAX_SCRIPT_BYTES // 8) + 0.05


def test_a_larger_file_is_not_read() -> None:
    document = read_javascript("a.js", b" " * (MAX_SCRIPT_BYTES + 1))
    assert document.data is None
    assert len(document.not_understood) == 1
