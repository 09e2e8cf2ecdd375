"""Pages written from rosters."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given

from hostile import texts
from pages.rosters import TODAY, programme
from rendered import rendered
from rollkeeper.grammar.escaping import visible
from rollkeeper.pages import page_text
from rollkeeper.pages.cells import one_line

PARTNERS: tuple[dict[str, Any], ...] = (
    {
        "name": "Aurora Cloud",
        "website": "https://aurora.example/?a=1&b=2",
        "logo": "aurora.svg",
        "description": "Runs rosters\nfor everyone.\n",
        "tier": "silver",
    },
    {"name": "Boreal | Sons", "website": "http://1.2.3.4/", "logo": "./boreal.png", "tier": "gold"},
    {"name": "Cirrus", "website": "https://cirrus.example", "logo": "../x.svg", "tier": "bronze"},
    {"name": "Dawn", "tier": "gold", "status": "withdrawn"},
    {"name": "Ember"},
)
AMBASSADORS: tuple[dict[str, Any], ...] = (
    {
        "name": "Ada Brandt",
        "github": "ada-brandt",
        "country": "Germany",
        "organisation": "Aurora [Cloud]",
        "terms": [
            {"start": "2025-01-05", "end": "2026-01-04"},
            {"start": "2026-01-05", "end": "2027-01-04"},
        ],
    },
    {"name": "Chidi Okafor", "github": "not/a handle", "country": "Nigeria"},
    {
        "name": "Lapsed Larsen",
        "github": "larsen",
        "country": "Denmark",
        "terms": [{"start": "2024-11-21", "end": "2026-11-20"}],
    },
    {
        "name": "Rosa Vidal",
        "country": "Spain",
        "status": "alumni",
        "terms": [{"start": "2026-01-01", "end": "2026-12-31"}],
    },
)


def generated(text: str) -> str:
    """Return the text between the markers, without the notice."""
    return text.split("-->\n\n", 1)[1].rsplit("\n<!-- rollkeeper:end", 1)[0]


def test_a_partners_page_has_a_wall_and_a_table_for_each_tier() -> None:
    layout = {"kind": "partners", "group_by": "tier", "order": ["Gold", "silver"]}
    assert page_text(programme(*PARTNERS, layout=layout), None, today=TODAY) == dedent("""\
        # Partners

        <!-- rollkeeper:begin partners -->
        <!-- Written from partners.yaml by `rollkeeper render`: change the roster, not this part. -->

        ## Gold

        <p>
          <img src="logos/boreal.png" alt="Boreal &#124; Sons" height="48">
        </p>

        | Name | Description |
        | --- | --- |
        | Boreal &#124; Sons |  |

        ## Silver

        <p>
          <a href="https://aurora.example/?a=1&amp;b=2"><img src="logos/aurora.svg" alt="Aurora Cloud" height="48"></a>
        </p>

        | Name | Description |
        | --- | --- |
        | [Aurora Cloud](<https://aurora.example/?a=1&amp;b=2>) | Runs rosters for everyone. |

        ## Bronze

        | Name | Description |
        | --- | --- |
        | [Cirrus](<https://cirrus.example>) |  |

        ## Other

        | Name | Description |
        | --- | --- |
        | Ember |  |

        <!-- rollkeeper:end partners -->
        """)  # fmt: skip


def test_an_ambassadors_page_has_the_active_by_country_and_alumni_with_years() -> None:
    page = page_text(
        programme(*AMBASSADORS, layout={"kind": "ambassadors"}, roster="roster--x.yaml"),
        "# Ours\n<!-- rollkeeper:begin partners -->\n<!-- rollkeeper:end partners -->\n",
        today=TODAY,
    )
    assert page == dedent("""\
        # Ours
        <!-- rollkeeper:begin partners -->
        <!-- Written from the roster by `rollkeeper render`: change the roster, not this part. -->

        ## Active

        ### Germany

        - Ada Brandt, [@<!-- -->ada-brandt](<https://github.com/ada-brandt>), Aurora \\[Cloud\\], until 2027-01-04

        ### Nigeria

        - Chidi Okafor, @<!-- -->not/a handle

        ## Alumni

        - Lapsed Larsen, [@<!-- -->larsen](<https://github.com/larsen>), 2024\u20132026
        - Rosa Vidal, 2026

        <!-- rollkeeper:end partners -->
        """)  # fmt: skip


def test_a_table_takes_columns_from_anywhere_in_an_entry() -> None:
    group = {
        "name": "SIG Storage",
        "leadership": {
            "chairs": [
                {"name": "Ada Brandt", "github": "ada"},
                {"name": "Mei @ Home", "github": "mei tanaka"},
            ]
        },
        "contact": {"list": "https://lists.example/storage", "slack": "#storage", "open": True},
        "meetings": [{"day": "Monday"}, {"day": None}, {"day": "Friday"}],
        "size": 12,
    }
    columns = [
        "name",
        "leadership.chairs.*.name",
        {"Chairs": "leadership.chairs.*.github"},
        "contact",
        "meetings.*.day",
        "size",
        "meetings.0.day",
        "missing.*.thing",
    ]
    layout = {"kind": "table", "columns": columns}
    page = page_text(programme(group, layout=layout), None, today=TODAY)
    head, _, row = generated(page).splitlines()
    assert head == (
        "| Name | Leadership chairs name | Chairs | Contact | Meetings day | Size | "
        "Meetings 0 day | Missing thing |"
    )
    assert row == (
        "| SIG Storage | Ada Brandt, Mei @ Home | [@<!-- -->ada](<https://github.com/ada>), "
        "@<!-- -->mei tanaka | [list](<https://lists.example/storage>), slack: #storage, "
        "open: yes | Monday, Friday | 12 | Monday |  |"
    )


def test_an_entry_with_several_values_is_in_several_groups() -> None:
    entries = ({"name": "A", "offers": ["b", "a", "b"]}, {"name": "C", "offers": "a"})
    layout = {"kind": "table", "group_by": "offers"}
    page = generated(page_text(programme(*entries, layout=layout), None, today=TODAY))
    assert page == ("## A\n\n| Name |\n| --- |\n| A |\n| C |\n\n## B\n\n| Name |\n| --- |\n| A |\n")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("partners", "No partners are listed yet."),
        ("table", "Nothing is listed yet."),
        ("ambassadors", "## Active\n\nThere are no ambassadors at present."),
    ],
)
def test_an_empty_roster_says_so(kind: str, words: str) -> None:
    page = page_text(programme(layout={"kind": kind}), "  \n", today=TODAY)
    assert generated(page) == f"{words}\n"


def test_logos_are_addressed_from_the_folder_of_the_page() -> None:
    entry = {"name": "A", "logo": "web/logos/a b.svg"}, {"name": "B", "logo": "é.svg"}
    layout = {"kind": "partners", "logo_height": 64}
    page = page_text(
        programme(*entry, layout=layout, logos="web/logos", page="docs/en/partners.md"),
        None,
        today=TODAY,
    )
    assert '<img src="../../web/logos/%C3%A9.svg" alt="B" height="64">' in page
    assert page.count("<img") == 1


def test_a_page_is_the_same_each_time() -> None:
    for entries, kind in ((PARTNERS, "partners"), (AMBASSADORS, "ambassadors")):
        rosters = programme(*entries, layout={"kind": kind})
        once = page_text(rosters, None, today=TODAY)
        assert page_text(rosters, once, today=TODAY) == once


ALLOWED = {
    "h1", "h2", "h3", "p", "a", "img", "ul", "li",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


def shown(value: str) -> str:
    """Return a value as a page shows it."""
    return visible(one_line(value))


@given(value=texts)
@pytest.mark.parametrize("kind", ["partners", "ambassadors", "table"])
def test_any_text_in_any_field_stays_that_text(kind: str, value: str) -> None:
    entry = {
        **dict.fromkeys(("name", "website", "logo", "description", "country", "github"), value),
        "organisation": value,
        "tier": value,
        "offerings": [value, value],
        "links": {value: value},
        "terms": [{"start": value, "end": value}],
    }
    columns = [
        "name",
        "description",
        "github",
        "offerings",
        "links",
        "terms.*.end",
        {value: "tier"},
    ]
    plain = {**entry, **dict.fromkeys(entry, "harmless"), "terms": []}
    pages = []
    for item in (entry, plain):
        for layout in ({"kind": kind}, {"kind": kind, "group_by": "tier", "columns": columns}):
            one = programme(item, layout=layout, title=value or "x", roster=value or "x")
            pages.append(rendered(page_text(one, None, today=TODAY)))
    for page in pages[:2]:
        assert {tag for tag, _ in page.tags} <= ALLOWED
        assert page.references == []
        assert shown(value) in page.text
    if shown(value):
        # Hostile text makes the same tags as harmless text, except for links to what may be linked.
        for got, wanted in zip(pages[:2], pages[2:], strict=True):
            kinds = [
                [tag for tag, _ in page.tags if tag not in {"a", "img"}] for page in (got, wanted)
            ]
            assert kinds[0] == kinds[1]


@given(value=texts)
def test_names_are_read_back_from_the_wall_and_the_table(value: str) -> None:
    entry = {"name": f"x{value}", "website": "https://a.example", "logo": "a.svg"}
    page = page_text(programme(entry, layout={"kind": "partners"}), None, today=TODAY)
    got = rendered(page)
    (image,) = [dict(attributes) for tag, attributes in got.tags if tag == "img"]
    assert image == {"src": "logos/a.svg", "alt": shown(f"x{value}"), "height": "48"}
    links = [dict(attributes)["href"] for tag, attributes in got.tags if tag == "a"]
    assert links == ["https://a.example"] * 2
    assert shown(f"x{value}") in got.text
