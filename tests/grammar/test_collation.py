"""Texts are compared as readers compare them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.grammar.collation import Locale, order_key

NAMES = [
    "示例",
    "Ärzte",
    "zeta",
    "Beta",
    "ｂｅｔａ ２",
    "alpha",
    "10 Examples",
    "9 Examples",
    " gamma",
]


def test_accents_and_case_do_not_part_what_belongs_together() -> None:
    assert sorted(NAMES, key=order_key) == [
        "10 Examples", "9 Examples", "alpha", "Ärzte", "Beta", "ｂｅｔａ ２", " gamma", "zeta", "示例",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "names"),
    [
        (None, "Emil Émile Emma Lukas Łukasz Luz Ole Øle Oslo Zainab Zoë"),
        (None, "Weiss Weiß Weisz"),
        (None, "Ежи Ёжи Ель Жук Игла Йод Код"),
        (None, "Αθήνα Άλφα Βήτα"),
        (None, "かき がく きく"),
        ("de", "Apfel Ärzte Bohne Öl Olm Zug"),
        ("pl", "Adam Ąb Bar Cel Ćma Lukas Luz Łukasz Mar Zainab Źle Żaba"),
        ("sv", "Alm Muller Müller Vik Wik Zorn Ås Älv Ör"),
        ("fi", "Zorn Åbo Äiti Öljy"),
        ("da", "Alm Zorn Ægir Ørsted Aarhus Åse"),
        ("nb", "Alm Zorn Ærlig Øst Åse"),
        ("cs", "Cech Čech Dub Hora Chata Ihla Rak Řeka Zub Žák"),
        ("es", "Nube Nuñez Ñandú Oso"),
        ("hu", "Cukor Csaba Dél Oxigén Ökör Ős Zóna Zseb"),
        ("tr", "Can Cuma Çan Dal Hız Irmak İzmir Kar"),
        ("is", "Alda Ása Barn Zorn Þór Æsa Örn"),
        ("uk", "Гай Ґава Дім Ель Єва Жук Ива Іва Їжа Йод Кіт"),
        ("zh", "Alpha Zeta 安徽 北京 长沙 重庆 杉木"),
    ],
)
def test_each_language_has_its_own_order(locale: Locale | None, names: str) -> None:
    wanted = names.split()
    if locale not in {None, "de", "uk"}:
        assert sorted(wanted, key=order_key) != wanted
    shuffled = wanted[::-1]
    assert sorted(shuffled, key=lambda name: order_key(name, locale)) == wanted


@given(st.text(), st.text(), st.sampled_from(["pl", "sv", "tr", None]))
def test_order_is_total(one: str, other: str, locale: Locale | None) -> None:
    assert (order_key(one, locale) == order_key(other, locale)) == (one == other)


@given(st.text(alphabet="abcdefz"), st.text(alphabet="abcdefz"))
def test_every_language_agrees_on_plain_letters(one: str, other: str) -> None:
    plain = order_key(one) < order_key(other)
    for locale in set(get_args(Locale)) - {"hu", "da", "nb", "nn", "no"}:
        assert (order_key(one, locale) < order_key(other, locale)) == plain


def test_a_long_hostile_name_is_keyed_in_time_linear_in_its_length() -> None:
    for text in ("\u0301" * 65_000, "aå" * 30_000, "\ufdfa" * 20_000, "dzs" * 20_000):
        for locale in ("hu", "da", None):
            assert len(order_key(text, locale).letters) <= 18 * len(text)


def test_pinyin_is_loaded_only_where_chinese_names_are_sorted_by_it() -> None:
    code = (
        "import sys; from rollkeeper.grammar.collation import order_key as key;"
        "key('示例'), key('Zoë', 'zh'); assert 'pypinyin' not in sys.modules;"
        "key('示例', 'zh'); assert 'pypinyin' in sys.modules"
    )
    scripts = Path(__file__).parents[2] / "scripts"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(scripts)})
