"""What an issue remembers in its text, read back from what people may have edited."""

from __future__ import annotations

import zlib
from base64 import b32encode
from dataclasses import replace
from datetime import date

import pytest

from rollkeeper.grammar.masking import masked
from rollkeeper.jobs.audit.issues.memory import (
    MOST_GONE,
    MOST_KEYS,
    MOST_NAMED,
    Gone,
    Memory,
    Named,
    key_of,
    name_of,
    remembered,
    written,
)
from rollkeeper.model.policy import Severity

DAY = date(2026, 11, 22)
ALDER = Named(key_of("1"), Severity.WARNING, DAY, "website-unreachable", "Alder Cloud 云")
FULL = Memory(
    spell=3,
    insisted=True,
    changed=DAY,
    named={ALDER.key: ALDER, "00000000": Named("00000000", Severity.ERROR, DAY, "yaml-syntax")},
    keys=frozenset({key_of("2"), key_of("3")}),
    beyond=7,
    gone=(Gone(DAY, "term-ended", "Birch Bay"), Gone(DAY, "roster-shape")),
    more_gone=2,
)


def packed(text: str) -> str:
    data = b32encode(zlib.compress(text.encode())).decode().rstrip("=")
    return f"<!-- rollkeeper:memory {data} -->"


@pytest.mark.parametrize("memory", [Memory(), FULL, replace(FULL, insisted=False, closed=True)])
def test_what_is_written_is_read_back(memory: Memory) -> None:
    assert remembered(f"above\n{written(memory)}\nbelow") == memory


def test_nothing_in_it_is_taken_for_a_number_or_an_address() -> None:
    assert masked(written(FULL)) == written(FULL)


def test_names_are_masked_before_they_are_remembered() -> None:
    assert "ada" not in str(name_of("Write to ada@alder.example\nnow"))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no memory",
        "<!-- rollkeeper:memory AAAA -->",
        "<!-- rollkeeper:memory A -->",
        packed(""),
        packed("named 00000000 error 2026-11-22 a-rule"),
        packed("state 1 - - 0 0\nnamed 00000000 fatal 2026-11-22 a-rule"),
        packed("state 1 - - 0 0\nnamed 00000000 error 2026-13-22 a-rule"),
        packed("state 1 - - 0 0\nother"),
        packed("state 1 - - 0 0\ngone 2026-11-22 a-rule " + "x" * 61),
        packed("state 1 - - 0 0\n" + "key 00000000\n" * 1_000_000),
    ],
)
def test_what_cannot_be_read_is_no_memory(body: str) -> None:
    assert remembered(body) is None


def test_lists_are_bounded() -> None:
    lines = ["state 1 - - 0 0"]
    lines += (f"key {number:08x}" for number in range(MOST_KEYS + 9))
    lines += (f"named {number:08x} error 2026-11-22 a" for number in range(MOST_NAMED + 9))
    lines += ["gone 2026-11-22 a"] * (MOST_GONE + 9)
    memory = remembered(packed("\n".join(lines)))
    assert memory is not None
    assert len(memory.keys) == MOST_KEYS
    assert len(memory.named) == MOST_NAMED
    assert len(memory.gone) == MOST_GONE


def test_the_largest_memory_is_read_back_and_leaves_room_for_the_text() -> None:
    names = [
        name_of(f"{key_of(str(number))} 云云云云 {key_of(f'{number}x')}" * 3)
        for number in range(MOST_NAMED)
    ]
    named = [
        Named(key_of(str(number)), Severity.ERROR, DAY, "website-unreachable", name)
        for number, name in enumerate(names)
    ]
    memory = Memory(
        named={each.key: each for each in named},
        keys=frozenset(key_of(f"k{number}") for number in range(MOST_KEYS)),
        gone=tuple(Gone(DAY, each.rule, each.entry) for each in named[:MOST_GONE]),
    )
    assert remembered(written(memory)) == memory
    assert len(written(memory)) < 40_000


def test_what_was_named_is_known_by_key_and_beyond_that_by_number() -> None:
    known = frozenset({ALDER.key, key_of("2")})
    assert FULL.has_named(known)
    assert FULL.has_named(known | {f"{number:08x}" for number in range(1, 8)})
    assert not FULL.has_named(known | {f"{number:08x}" for number in range(1, 9)})
    assert not replace(FULL, beyond=0).has_named(known | {"00000001"})
