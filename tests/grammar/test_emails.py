"""E-mail addresses, plain and hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.grammar.emails import looks_like_email, parse_email
from rollkeeper.grammar.hosts import InvalidHost
from rollkeeper.model.limits import MAX_EMAIL


@pytest.mark.parametrize(
    "text",
    [
        "Ann@cloud.example", "Ann[at]cloud.example", "Ann (at) cloud.example", "Ann at cloud.example",
        "Ann{AT}cloud[dot]example", "Ann at cloud dot example", "Ann<at>Cloud.Example", "Ann [@] cloud.example",
    ],
)  # fmt: skip
def test_forms_that_are_understood(text: str) -> None:
    assert parse_email(text) == "Ann@cloud.example"
    assert looks_like_email(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no-reply@cloud.example", "no-reply"), ("DoNotReply[at]cloud.example", "no-reply"),
        ("7+ann@users.noreply.github.com", "no-reply"), ("mailto:ann@cloud.example", "mailto"),
        ("https://cloud.example/@ann", "url"), ("a@b.example;c@d.example", "several"),
        ("ann@cloud@cloud.example", "several"), ("cloud.example", "no-at"), ("ann@", "form"),
        ("@cloud.example", "form"), ("ann..b@cloud.example", "form"), ("ann smith@cloud.example", "form"),
        ("ann@cloud.example\nBcc: all", "form"), (f"{'a' * 65}@cloud.example", "form"),
        ("ann@192.0.2.1", "domain"), ("ann@host.internal", "domain"), ("ann@cloud", "domain"),
        (f"{'a' * MAX_EMAIL}@cloud.example", "too-long"),
    ],
)  # fmt: skip
def test_refused_with_a_reason(text: str, reason: str) -> None:
    defect = parse_email(text)
    assert isinstance(defect, InvalidHost)
    assert defect.reason == reason


@pytest.mark.parametrize(
    "text",
    ["https://medium.example/@ann", "@ann", "Look at cloud", "ann", "meet at noon dot sharp at"],
)
def test_what_is_no_address(text: str) -> None:
    assert not looks_like_email(text)


@given(st.one_of(st.text(), st.text(st.sampled_from("a@ .[at](dot)\n<>\u3002é,;"))))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = parse_email(text)
    assert isinstance(found, InvalidHost) or found.count("@") == 1
