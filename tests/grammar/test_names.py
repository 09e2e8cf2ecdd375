"""Names: when two are one, when they only look alike, and how they sort."""

# ruff: noqa: RUF001 - characters that look alike are what these tests are about

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.grammar.names import (
    key,
    mixed_scripts,
    passes_for_ascii,
    scripts_of,
    skeleton,
)

NAMES = st.text(
    st.sampled_from("aAlI1O0mÄßéİ .,&-+#()有限公司株式会社ооо例ｅ\u0301\u200d ltdincgmbh")
)


@pytest.mark.parametrize(
    "name",
    [
        "Example Ltd", "EXAMPLE, Inc.", "Example S.p.A.", "Example S. A. S.", "Example Co., Ltd.",
        "Example Pvt. Ltd.", "Example GmbH & Co. KG", "Example Sp. z o.o.", "Example Oy", "Example A/S",
        "Ｅｘａｍｐｌｅ　Corp", "ООО Example", "株式会社Example", "Example㈱", "Example有限公司",
        "example 股份有限公司", "Example LLC Ltd", "ex-ample",
    ],
)  # fmt: skip
def test_legal_form_and_writing_do_not_count(name: str) -> None:
    assert key(name) == key("Example") == "example"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C", "C++"), ("C#", "C"), ("Example", "Example Bank"), ("Incorporate", "orporate"),
        ("Ltd", "Inc"), ("有限公司", "株式会社"), ("Example Se7en", "Example SE"), ("---", "+++"),
        ("Cosmos", "Smos"), ("हिन्दी", "हन्द"),
    ],
)  # fmt: skip
def test_other_names(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_the_legal_form_counts_when_asked_for() -> None:
    assert key("Example, INC.", with_form=True) == key("example inc", with_form=True)
    assert key("Example Inc", with_form=True) != key("Example Ltd", with_form=True)


@given(NAMES)
def test_a_name_always_has_a_key(name: str) -> None:
    assert bool(key(name)) == bool(name.strip())
    assert key(name) == key(f" {name}.") or not key(name).isalnum()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PayExample", "РауЕхаmрlе"),
        ("Illinois", "lllinois"),
        ("Zero 100", "Zero lOO"),
        ("Modern", "Modem"),
        ("Alpha", "Αlpha"),
        ("Example", "𝓔𝔁𝓪𝓶𝓹𝓵𝓮"),
        ("力", "カ"),
        ("аррle", "аррӏе"),
    ],
)
def test_look_alike(one: str, other: str) -> None:
    assert one != other
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Müller", "Muller"), ("Пример", "Primer"), ("例", "列")]
)
def test_look_different(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text())
def test_every_text_has_a_skeleton(text: str) -> None:
    assert skeleton(text) == skeleton(text + " ")


def test_scripts() -> None:
    assert scripts_of("abc-1 ²") == {"LATIN"}
    assert scripts_of("123 ．") == frozenset()
    assert scripts_of("クラウドで雲 Cloud") == {"KATAKANA", "HIRAGANA", "HAN", "LATIN"}


@pytest.mark.parametrize(
    "word", ["Cloud", "雲クラウドのCloud", "한글漢字ABC", "Überß", "Ελλάδα", "١٢٣", ""]
)
def test_scripts_that_belong_together(word: str) -> None:
    assert mixed_scripts(word) == frozenset()


@pytest.mark.parametrize("word", ["Сloud", "Αlpha", "雲Ж", "クラ한", "Հello", "Ꭺpple"])
def test_scripts_that_do_not_belong_together(word: str) -> None:
    assert len(mixed_scripts(word)) == 2


def test_what_passes_for_ascii() -> None:
    assert passes_for_ascii("ехо")
    assert not passes_for_ascii("exo")
    assert not passes_for_ascii("эхо")
    assert not passes_for_ascii("…")


def test_the_legal_form_of_a_long_name_does_not_count_either() -> None:
    name = "Institute for the Study of Birch and Alder Trees"
    assert key(f"{name} e.V.") == key(name)
    assert key(f"{name} GmbH") == key(name)
