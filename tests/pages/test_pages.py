"""Pages written from rosters."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import texts
from pages.rosters import pictures, programme, written
from rendered import rendered
from rollkeeper.grammar.escaping import visible
from rollkeeper.model.page import LogoImage
from rollkeeper.pages.cells import one_line
from rollkeeper.pages.logos import box, cell_width

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
        "profiles": {
            "in": "https://www.linkedin.com/in/ada",
            "blog": "https://ada.example/",
            "chat": "ada",
        },
        "terms": [
            {"start": "2025-01-05", "end": "2026-01-04"},
            {"start": "2026-01-05", "end": "2027-01-04"},
        ],
    },
    {"name": "Chidi Okafor", "github": "not/a handle", "country": "Nigeria", "since": "2024-05"},
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


def test_a_partners_page_has_a_table_for_each_tier_with_each_name_once() -> None:
    layout = {"kind": "partners", "group_by": "tier", "order": ["Gold", "silver"]}
    made = programme(*PARTNERS, layout=layout)
    images = {0: pictures("aurora.svg")[0], 1: replace(pictures("boreal.png")[0], width=300)}
    page = written(made, images=images)
    notice = page.splitlines()[3]
    assert notice.startswith("<!-- Written from partners.yaml by `rollkeeper render` (")
    assert page.replace(notice, "NOTICE").replace("&nbsp;" * 20, "BLANKS") == dedent("""\
        # Partners

        <!-- rollkeeper:begin partners -->
        NOTICE

        ## Gold

        <p align="center">
        <img src="logos/boreal.png" alt="Boreal &#124; Sons" width="136" hspace="46" vspace="29" align="middle">
        </p>

        ## Silver

        <table>
        <tr><th>BLANKS</th><th align="left">Name</th></tr>
        <tr><td align="center"><a href="https://aurora.example/?a=1&amp;b=2"><img src="logos/aurora.svg" alt="" width="60"></a></td><td><b><a href="https://aurora.example/?a=1&amp;b=2">Aurora Cloud</a></b><br>Runs rosters for everyone.</td></tr>
        </table>

        ## Bronze

        [Cirrus](<https://cirrus.example>)

        ## Other

        Ember

        <!-- rollkeeper:end partners -->
        """)  # fmt: skip


def test_where_there_is_nothing_but_logos_there_are_logos_and_then_names() -> None:
    entries = [
        {"name": name, "website": f"https://{name}.example"} for name in ("fir", "oak", "yew")
    ]
    page = generated(
        written(programme(*entries, layout={"kind": "partners"}), images=pictures("a.svg", "b.svg"))
    )
    assert page == dedent("""\
        <p align="center">
        <a href="https://fir.example"><img src="logos/a.svg" alt="fir" width="50" hspace="50" vspace="11" align="middle"></a>
        <a href="https://oak.example"><img src="logos/b.svg" alt="oak" width="50" hspace="50" vspace="11" align="middle"></a>
        </p>

        [yew](<https://yew.example>)
        """)  # fmt: skip


def test_people_have_cards_and_alumni_a_list() -> None:
    page = written(
        programme(*AMBASSADORS, layout={"kind": "ambassadors"}, roster="roster--x.yaml"),
        "# Ours\n<!-- rollkeeper:begin partners -->\n<!-- rollkeeper:end partners -->\n",
    )
    notice = page.splitlines()[2]
    assert notice.startswith("<!-- Written from the roster by `rollkeeper render` (")
    assert page.replace(notice, "NOTICE") == dedent("""\
        # Ours
        <!-- rollkeeper:begin partners -->
        NOTICE

        ## Active

        <table>
        <tr>
        <td align="center" valign="top" width="25%"><a href="https://github.com/ada-brandt"><img src="https://github.com/ada-brandt.png?size=192" alt="" width="96"></a><br><b>Ada Brandt</b><br><a href="https://github.com/ada-brandt">@<!-- -->ada-brandt</a><br>Aurora [Cloud]<br>Germany<br>2025\u20132027<br><a href="https://www.linkedin.com/in/ada">LinkedIn</a> · <a href="https://ada.example/">Blog</a></td>
        <td align="center" valign="top" width="25%"><b>Chidi Okafor</b><br>@<!-- -->not/a handle<br>Nigeria<br>since 2024</td>
        </tr>
        </table>

        ## Alumni

        - Lapsed Larsen, [@<!-- -->larsen](<https://github.com/larsen>), Denmark, 2024\u20132026
        - Rosa Vidal, Spain, 2026

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
    page = written(programme(group, layout=layout))
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
    page = generated(written(programme(*entries, layout=layout)))
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
    page = written(programme(layout={"kind": kind}), "  \n")
    assert generated(page) == f"{words}\n"


def test_logos_are_addressed_from_the_folder_of_the_page() -> None:
    made = programme({"name": "B"}, layout={}, logos="web/logos", page="docs/en/partners.md")
    page = written(made, images={0: LogoImage("web/logos/é b.svg", 4, 1, dark_file="web/b.svg")})
    assert '<source media="(prefers-color-scheme: dark)" srcset="../../web/b.svg">' in page
    assert '<img src="../../web/logos/%C3%A9%20b.svg" alt="B" width="100"' in page


@pytest.mark.parametrize(
    ("settings", "light", "dark"),
    [
        ({}, "logos/a.svg", None),
        ({"on_dark": False}, "logos/a.svg", "logos-on-dark/a.svg"),
        ({"on_light": False}, "logos-on-light/a.svg", "logos/a.svg"),
        ({"on_dark": False, "dark_file": "partners/logos/b.png"}, "logos/a.svg", "logos/b.png"),
    ],
)
def test_a_logo_has_a_plate_where_it_is_not_seen(
    settings: dict[str, Any], light: str, dark: str | None
) -> None:
    page = rendered(
        written(programme({"name": "A"}, layout={}), images=pictures("a.svg", **settings))
    )
    found = [dict(attributes) for tag, attributes in page.tags if tag in {"source", "img"}]
    assert found[-1]["src"] == light
    assert [each["srcset"] for each in found[:-1]] == ([dark] if dark else [])
    plain = programme({"name": "A"}, layout={"plates": False})
    assert "-on-" not in written(plain, images=pictures("a.svg", **settings))


def test_logos_are_larger_the_higher_the_group() -> None:
    entries = [{"name": f"n{tier}", "tier": tier} for tier in ("gold", "silver", "tin", "lead")]
    images = pictures("a.svg", "b.svg", "c.svg", "d.svg")

    def widths(**layout: Any) -> list[str]:
        made = programme(*entries, layout={"group_by": "tier", **layout})
        tags = rendered(written(made, images=images)).tags
        return [str(dict(attributes)["width"]) for tag, attributes in tags if tag == "img"]

    assert widths(order=["gold", "silver", "tin"]) == ["78", "60", "50", "50"]
    assert widths() == ["50"] * 4
    assert widths(order=["gold", "silver"], logo_height=40) == ["36"] * 4
    assert widths(logo_height={"GOLD": 80, "tin": 20}) == ["72", "50", "50", "18"]


@given(
    width=st.floats(1, 5_000), height=st.floats(1, 5_000), left=st.floats(0, 0.4), top=st.floats(0, 0.4),
    highest=st.sampled_from((16, 56, 88, 256)),
)  # fmt: skip
def test_no_logo_leaves_its_cell(
    width: float, height: float, left: float, top: float, highest: int
) -> None:
    image = LogoImage("a.svg", width, height, painted=(left, top, 1 - left, 1 - top))
    size = box(image, highest)
    cell = cell_width(highest)
    assert cell - 2 <= size.width + 2 * size.hspace <= cell
    tall = size.width * height / width
    assert tall <= highest + 16 + height / width or size.width == 2
    assert size.vspace >= 0


def test_a_page_is_the_same_each_time() -> None:
    for entries, kind in ((PARTNERS, "partners"), (AMBASSADORS, "ambassadors")):
        rosters = programme(*entries, layout={"kind": kind})
        once = written(rosters)
        assert written(rosters, once) == once


def test_a_page_says_how_many_there_are_and_how_to_become_one() -> None:
    layout = {
        "kind": "table",
        "group_by": "tier",
        "counts": True,
        "invitation": {"text": "Join [us]", "url": "docs/join us.md#how"},
        "headings": {"gold": "Gold partners"},
    }
    page = generated(written(programme(*PARTNERS, layout=layout)))
    assert [line for line in page.splitlines() if line.startswith("#")] == [
        "## Bronze (1)",
        "## Gold partners (1)",
        "## Silver (1)",
        "## Other (1)",
    ]
    assert page.endswith("\n\n**[Join \\[us\\]](<../docs/join%20us.md#how>)**\n")


def test_addresses_are_links_called_by_their_column() -> None:
    entry = {
        "name": "SIG",
        "minutes": "https://minutes.example/sig",
        "links": {"slack_channel": "https://chat.example", "site": ["https://a.example", "https://b.example"]},
    }  # fmt: skip
    layout = {"kind": "table", "columns": ["name", {"Notes": "minutes"}, "links.*"]}
    page = generated(written(programme(entry, layout=layout)))
    assert page.splitlines()[-1] == (
        "| SIG | [Notes](<https://minutes.example/sig>) | [Slack channel](<https://chat.example>), "
        "[Site 1](<https://a.example>), [Site 2](<https://b.example>) |"
    )


ALLOWED = {
    "h1", "h2", "h3", "p", "a", "img", "ul", "li",
    "table", "thead", "tbody", "tr", "th", "td", "b", "br",
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
    plain = {**entry, **dict.fromkeys(entry, "harmless"), "terms": [{"start": "x", "end": "x"}]}
    pages = []
    for item in (entry, plain):
        for more in ({}, {"group_by": "tier", "columns": columns}):
            layout = {"kind": kind, "avatars": False, **more}
            one = programme(item, layout=layout, title=value or "x", roster=value or "x")
            pages.append(rendered(written(one, images=pictures("a.svg"))))
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
    entry = {"name": f"x{value}", "website": "https://a.example"}
    for details, alt in (({}, shown(f"x{value}")), ({"description": "d"}, "")):
        made = programme({**entry, **details}, layout={"kind": "partners"})
        got = rendered(written(made, images=pictures("a.svg")))
        (image,) = [dict(attributes) for tag, attributes in got.tags if tag == "img"]
        assert (image["src"], image["alt"]) == ("logos/a.svg", alt)
        links = {dict(attributes)["href"] for tag, attributes in got.tags if tag == "a"}
        assert links == {"https://a.example"}
        assert (shown(f"x{value}") in got.text) is bool(details)
