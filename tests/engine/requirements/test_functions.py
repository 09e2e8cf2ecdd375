"""What the functions of requirements return, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from engine.requirements.cases import TODAY
from rollkeeper.engine.requirements.expressions import FUNCTIONS, Expression, compile_expression
from rollkeeper.engine.requirements.functions import PLAIN
from rollkeeper.engine.requirements.runner import Result, Runner, Seen, Truth

ENTRY = {"name": "Alder Cloud GmbH", "count": 3, "tags": ["b", "a"], "hostile": "x" * 65_000}


def run(source: str) -> Result:
    made = compile_expression(source)
    assert isinstance(made, Expression), made
    return Runner(Seen([ENTRY], TODAY)).run(made, 0)


@pytest.mark.parametrize(
    "source",
    [
        "'ÄBc'.lowerAscii() == 'Äbc' && 'äBc'.upperAscii() == 'äBC'",
        "'a, b'.split(', ') == ['a', 'b'] && 'ab'.split('') == ['a', 'b']",
        "entry.tags.join('-') == 'b-a' && ['a'].join() == 'a'",
        "'a.b.c'.replace('.', '/') == 'a/b/c' && 'a.b.c'.replace('.', '', 1) == 'ab.c'",
        "'abcb'.indexOf('b') == 1 && 'abcb'.lastIndexOf('b') == 3 && 'a'.indexOf('z') == -1",
        "'abc'.substring(1) == 'bc' && 'abc'.substring(0, 1) == 'a' && 'abc'.charAt(2) == 'c'",
        "' a '.trim() == 'a'",
        "host('https://www.Alder.example/x?y=1') == 'www.alder.example'",
        "host('mailto@x@mail.alder.example') == 'mail.alder.example'",
        "host('alder.example') == 'alder.example'",
        "host('https://bücher.example') == host('https://xn--bcher-kva.example')",
        "domain('ada@mail.alder.co.uk') == domain('https://www.alder.co.uk/')",
        "domain('https://alder.github.io') != domain('https://birch.github.io')",
        "domain('https://github.io') == 'github.io'",
        "same_name(entry.name, 'alder  cloud') && !same_name(entry.name, 'Alder')",
        "add_months('2024-01-31', 1) == '2024-03-01' && add_months('2024-05-01', -12) == '2023-05-01'",
        "add_months('9999-12-01', 120000) == '9999-12-31'",
        "months_between('2024-01-31', '2024-03-01') == 1",
        "months_between('2024-01-15', '2026-01-14') == 23",
        "months_between('2026-01-15', '2024-01-15') == -24 && months_between(today, today) == 0",
        "days_between('2024-02-28', '2024-03-01') == 2",
    ],
)
def test_what_they_return(source: str) -> None:
    assert run(source) == (Truth.TRUE, "")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("host('') == ''", "a blank value has no host that can be compared: it is empty"),
        ("host(entry.count) == ''", "`3` has no host that can be compared"),
        ("host('https://127.0.0.1/') == ''", "it is a number, not a name"),
        ("domain('https://a b.example') == ''", "it contains a space"),
        ("host('https://alder.example@evil.example') == ''", "a user name or password"),
        (f"host('{'a.' * 400}example') == ''", "characters, 512 at most are allowed"),
        ("add_months('2024-01-31', 'x') == ''", "takes a day and a number of months, and not `x`"),
        ("add_months('2024-01-31', 120001) == ''", "and not `120001`"),
        ("add_months('2024-1-31', 1) == ''", "write 2024-01-31"),
        ("months_between('soon', today) == 1", "`soon` is not a date"),
        ("same_name(entry.name, 3)", "same_name() takes two texts"),
        ("entry.count.trim() == ''", "`trim` is called with a value of the wrong type"),
        ("entry.count.lowerAscii() == ''", "`lowerAscii` is called with a value of the wrong type"),
        (
            "[entry.name].lowerAscii() == ''",
            "`lowerAscii` is called with a value of the wrong type",
        ),
        ("[1].join('') == ''", "`join` is called with a value of the wrong type"),
        ("'a'.substring(2) == ''", "substring: [2:1] out of range for string of length 1"),
        ("'a'.split() == []", "`split` is called with a value of the wrong type"),
    ],
)
def test_what_they_refuse(source: str, reason: str) -> None:
    (truth, said) = run(source)
    assert truth is Truth.BROKEN
    assert reason in said
    assert len(said) < 300


def test_texts_that_can_grow_without_bound_are_judged_apart() -> None:
    """A value of 65,000 characters, replaced in itself three times, would fill any memory."""
    for source in ("entry.x.replace('', entry.x) != ''", "entry.x.split('').join(entry.x) != ''"):
        made = compile_expression(source)
        assert isinstance(made, Expression)
        assert made.costly


def test_all_of_them_can_be_called() -> None:
    assert set(PLAIN) < set(FUNCTIONS)
    for name in FUNCTIONS:
        (_, said) = run(f"{name}(entry.hostile) == 1 || true")
        assert not said.startswith("unknown"), name


@pytest.mark.parametrize("value", [None, 1, [], {}, "\x00", "\u202e", "x" * 65_000, "@" * 65_000])
@pytest.mark.parametrize("name", ["host", "domain", "months_between", "evidence", "lowerAscii"])
def test_no_value_of_a_roster_breaks_them(name: str, value: Any) -> None:
    made = compile_expression(f"{name}(entry.x) == ''")
    assert isinstance(made, Expression)
    (truth, said) = Runner(Seen([{"x": value}], TODAY)).run(made, 0)
    assert truth in {Truth.TRUE, Truth.FALSE, Truth.BROKEN}
    assert len(said) < 300
