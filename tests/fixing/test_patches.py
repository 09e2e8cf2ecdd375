"""Repairs on their way from job to job: exact, bounded, and read as untrusted input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.fixing.patches import (
    Patch,
    PatchError,
    Repairs,
    edits,
    packed,
    patched,
    read,
)
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.model.line_edit import LineEdit, Suggestion

HEAD = "a" * 40
REPAIRS = Repairs(
    7,
    HEAD,
    (Patch("partners.yaml", "b" * 40, (LineEdit(2, 3, "x\r\n"),)),),
    (Suggestion(2, 3, "x", "partners.yaml"),),
)
TEXTS = st.lists(st.sampled_from(["a\n", "b\r\n", "\n", "c\n", "\ufeffd\n"]), max_size=9)


@given(before=TEXTS, after=TEXTS, end=st.sampled_from(["", "e"]))
def test_edits_lead_from_one_text_to_the_other(
    before: list[str], after: list[str], end: str
) -> None:
    old, new = "".join(before) + end, "".join(after)
    if not old:
        return
    assert patched(old, edits(old, new)) == new


@pytest.mark.parametrize(
    "made",
    [
        [LineEdit(0, 1, "")],
        [LineEdit(2, 1, "")],
        [LineEdit(3, 3, "")],
        [LineEdit(1, 2, ""), LineEdit(2, 2, "")],
        [LineEdit(2, 2, ""), LineEdit(1, 1, "")],
    ],
)
def test_edits_that_do_not_fit_are_refused(made: list[LineEdit]) -> None:
    with pytest.raises(PatchError, match="do not exist or overlap"):
        patched("a\nb\n", made)


def test_repairs_are_read_back_as_they_were() -> None:
    assert read(json.dumps(packed(REPAIRS))) == REPAIRS


def test_what_does_not_fit_is_left_out_suggestions_first() -> None:
    room = len(json.dumps(packed(REPAIRS)))
    slim = read(json.dumps(packed(REPAIRS, room - 1)))
    assert (slim.patches, slim.suggestions) == (REPAIRS.patches, ())
    nothing = read(json.dumps(packed(REPAIRS, 150)))
    assert (nothing.patches, nothing.left_out is not None) == ((), True)
    assert not nothing.nothing


@pytest.mark.parametrize(
    "change",
    [
        {"head": "main"},
        {"head": HEAD + "\n"},
        {"number": 0},
        {"number": "7"},
        {"number": 1.0},
        {"more": 1},
        {"patches": [{"path": "x", "blob": "b", "edits": []}]},
        {"patches": [{"path": "x", "blob": HEAD, "edits": []}]},
        {"patches": [{"path": "", "blob": HEAD, "edits": [{"first": 1, "last": 1, "text": ""}]}]},
        {"patches": [{"path": "x", "blob": HEAD, "edits": [{"first": 1, "last": 1}]}]},
        {"suggestions": [{"path": "x", "first": -1, "last": 1, "text": ""}]},
        {"left_out": "@everyone " * 50},
    ],
)
def test_what_does_not_follow_the_schema_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ReportError):
        read(json.dumps({**packed(REPAIRS), **change}))


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "[" * 99_999, '{"number":1,"number":2}'])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(ReportError):
        read(text)
