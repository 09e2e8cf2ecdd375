"""No regular expression takes more than linear time, whatever text it meets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from time import process_time
from typing import Any

import pytest

import patterns
from rollkeeper.model.limits import MAX_EMAIL, MAX_EXPRESSION_LENGTH, MAX_HOST, MAX_URL

pytestmark = pytest.mark.untraced
"""What is timed here runs without the tracer, which would double its time."""

LENGTH = 3_000
SUSPECT = 0.004
"""Seconds that no linear pattern takes for so short a text; above, the growth is measured."""

BOUNDED = {
    "grammar.emails._AT": MAX_EMAIL,
    "grammar.emails._DOT": MAX_EMAIL,
    "grammar.hosts._PLAIN": MAX_HOST,
    "grammar.urls._PARTS": MAX_URL,
    "engine.requirements.expressions._ASKED": MAX_EXPRESSION_LENGTH,
    "engine.requirements.expressions._BINDING": MAX_EXPRESSION_LENGTH,
    "engine.requirements.expressions._LOOP": MAX_EXPRESSION_LENGTH,
    "engine.requirements.expressions._ROSTERS": MAX_EXPRESSION_LENGTH,
    "engine.requirements.expressions._USE": MAX_EXPRESSION_LENGTH,
    "probes.web.bodies._LAST_CHUNK": 256,
}
"""Patterns whose texts are cut before they are tried, and to how many characters."""

MADE_WHILE_RUNNING = {
    "grammar.collation: '|'.join(map(re.escape, longest_first))",
    "grammar.social_networks: form",
    *(
        f"jobs.audit.issues.memory: f'{each}'"
        for each in (
            "gone (?P<on>{_DATE}) (?P<rule>{_RULE})(?: (?P<entry>.{{1,{_MOST_NAME}}}))?",
            "key (?P<key>{_KEY})",
            (
                "named (?P<key>{_KEY}) (?P<severity>error|warning|notice) (?P<since>{_DATE})"
                " (?P<rule>{_RULE})(?: (?P<entry>.{{1,{_MOST_NAME}}}))?"
            ),
            (
                "state (?P<spell>[0-9]{{1,6}}) (?P<flags>-|closed|insisted) (?P<changed>-|{_DATE})"
                " (?P<beyond>[0-9]{{1,9}}) (?P<more_gone>[0-9]{{1,9}})"
            ),
        )
    ),
    "loading.importing.fields: f'{re.escape(key)}_([0-9]{{1,6}})'",
    "loading.yaml_reader: f\"^ {{{limits['max_indent'] + 1}}}\"",
    "probes.web.html_page: f'</{name}'",
    "rules.data: f'(?<!\\\\w){re.escape(word)}(?!\\\\w)'",
}
"""Uses of `re` whose pattern is made of our own words and has no repetition without an end."""


def hostile(pattern: re.Pattern[Any], length: int) -> Iterator[str]:
    """Return texts that repeat what the pattern looks for and then do not end as it asks."""
    characters, words = patterns.characters_of(pattern)[:9], patterns.words_of(pattern)
    pairs = ("".join(pair) for pair in product(characters[:6], repeat=2))
    more = (word + character for word in words for character in characters[:2])
    for pump in dict.fromkeys((*characters, *words, *pairs, *more)):
        for start in ("", *words[:1]):
            yield start + pump * (length // len(pump) + 1) + "\x01"


def cost(use: patterns.Use, text: str, repetitions: int = 1) -> float:
    """Return the least seconds of CPU that a search takes."""
    pattern: Any = use.pattern
    subject: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    taken = []
    for _ in range(repetitions):
        start = process_time()
        if use.anchored:
            pattern.match(subject)
        else:
            sum(1 for _ in pattern.finditer(subject))
        taken.append(process_time() - start)
    return min(taken)


def grows(use: patterns.Use, text: str) -> bool:
    """Return whether a text twice as long takes clearly more than twice the time."""
    if cost(use, text, 3) < SUSPECT:
        return False
    return cost(use, text[:-1] * 2 + text[-1], 3) > 3 * cost(use, text, 3)


@pytest.mark.parametrize(
    "use", [use for use in patterns.uses() if use.pattern], ids=lambda use: use.where
)
def test_no_pattern_takes_more_than_linear_time(use: patterns.Use) -> None:
    assert use.pattern is not None
    length = BOUNDED.get(use.where, LENGTH)
    for short in (24, 300):
        for text in hostile(use.pattern, short):
            assert cost(use, text) < 0.3, f"exponential or cubic: {text[:30]!r}"
    for text in hostile(use.pattern, length):
        if cost(use, text) < SUSPECT:
            continue
        if use.where in BOUNDED:
            assert cost(use, text, 3) < 0.02, f"{text[:30]!r}"
        else:
            assert not grows(use, text), f"quadratic: {text[:30]!r}"


def test_patterns_that_are_made_while_the_program_runs_are_known() -> None:
    made = {use.where for use in patterns.uses() if use.pattern is None}
    assert made == MADE_WHILE_RUNNING


def test_what_is_said_to_be_bounded_exists() -> None:
    assert set(BOUNDED) <= {use.where for use in patterns.uses()}


@pytest.mark.parametrize("pattern", ["(a*)*b", " *x", "(?:a|//[^b]*)*c"])
def test_a_pattern_that_backtracks_is_found(pattern: str) -> None:
    """The test of the test."""
    use = patterns.Use("x", re.compile(pattern), anchored=False)
    assert any(cost(use, text) > 0.05 for text in hostile(use.pattern, 24)) or any(  # type: ignore[arg-type] # there is one
        cost(use, text) >= SUSPECT and grows(use, text)
        for text in hostile(re.compile(pattern), LENGTH)
    )
