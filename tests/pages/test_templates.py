"""A community's own template: what it can ask, and that no value in it is more than text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given

from hostile import texts
from pages.rosters import TODAY, pictures, programme
from rendered import rendered
from rollkeeper.model.page import LogoImage
from rollkeeper.model.roster import Programme
from rollkeeper.pages.templates import PageTemplateError, templated
from rollkeeper.pages.view import PageView

PEOPLE = (
    {"name": "Ada [A]", "github": "ada", "website": "https://ada.example/?a=1&b=2", "tier": "gold", "tags": ["x", "y"]},
    {"name": "Bo", "github": "bo", "status": "alumni", "terms": [{"start": "2024-01-01", "end": "2025-12-31"}]},
)  # fmt: skip
TEMPLATE = """\
{{ language }}: {{ title }}
{% for group in groups %}
## {{ group.title }} ({{ group.entries|length }})
{% for entry in group.entries %}
<p title="{{ entry.name }}">{{ entry.html_link }}</p>

- {{ entry.link }} {{ entry.handles|join }} {{ entry.field("tags") }} {{ entry.cell("tags.*") }}
- <a href="{{ entry.website|url }}" title="{{ entry.name|attribute }}">{{ entry.logo(40) }}</a>
- {{ entry.avatar }} {{ entry.field("tags")|json }} {{ entry.profiles|join(" / ") }}
{% endfor %}
{% endfor %}
{% for person in alumni %}
{{ person.name }} {{ person.years }}
{% endfor %}
"""


def made(text: str, *entries: dict[str, Any], images: dict[int, LogoImage] | None = None) -> str:
    layout = {"kind": "partners", "group_by": "tier"}
    roster: Programme = programme(*entries, layout=layout)
    view = PageView(roster, roster.policy.pages[0], TODAY, images or {})
    return templated(view, "page.md.j2", text)


def test_a_template_asks_for_what_a_page_has() -> None:
    image = (
        '<img src="logos/a.svg" alt="Ada [A]" width="36" hspace="38" vspace="10" align="middle">'
    )
    logo = f'<a href="https://ada.example/?a=1&amp;b=2">{image}</a>'
    page = made(TEMPLATE, *PEOPLE, images=pictures("a.svg"))
    address = "https://ada.example/?a=1&amp;b=2"
    plain = "https://ada.example/?a=1&b=2"
    encoded = re.sub(r"[^a-z0-9]", lambda sign: f"&#{ord(sign[0])};", plain)
    picture = '<a href="https://github.com/ada"><img src="logos/a.svg" alt="" width="86"></a><br>'
    assert page.splitlines()[:4] == [
        "en: Partners",
        "## Gold (1)",
        f'<p title="Ada \\[A\\]"><a href="{address}">Ada [A]</a></p>',
        "",
    ]
    assert page.splitlines()[4:] == [
        f"- [Ada \\[A\\]](<{address}>) [@<!-- -->ada](<https://github.com/ada>) x, y x, y",
        f'- <a href="{encoded}" title="Ada &#91;A&#93;">{logo}</a>',
        f'- {picture} "x, y" ',
        "Bo 2024\u20132025",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{% for x in %}", "page.md.j2, line 1: Expected an expression"),
        ("\n{{ nothing }}", "page.md.j2: 'nothing' is undefined"),
        ("{{ entries[0].nome }}", "has no attribute 'nome'"),
        ("{{ entries[7].name }}", "page.md.j2: "),
        ("{{ entries.__class__ }}", "unsafe"),
        ("{{ entries[0].field.__globals__ }}", "unsafe"),
        ("{% include 'other' %}", "page.md.j2: "),
        ("{{ 1 / 0 }}", "page.md.j2: division by zero"),
        ("{% for a in range(1000000) %}{% endfor %}", "page.md.j2: Range too big"),
        ("\n<a title={{ title }}>", "page.md.j2, line 2: put quotes around"),
        ("{{ entries[0].logo('x') }}", "page.md.j2: invalid literal"),
    ],
)
def test_what_is_wrong_with_a_template_is_said(text: str, words: str) -> None:
    with pytest.raises(PageTemplateError) as caught:
        made(text, *PEOPLE)
    assert words in str(caught.value)


HOSTILE = """\
{{ v.name }}

<p title="{{ v.name }}" lang='{{ v.field("note") }}'>{{ v.name }}</p>

- {{ v.name ~ v.field("note") }} {{ v.name|safe }} {{ v.name|upper }} {{ v.field("note")|json }}
- {{ [v.name, v.link]|join(" and ") }} <a href="{{ v.website|url }}">x</a> <a href="{{ v.name }}">y</a>
- {{ v.name|e }} {{ v.name|replace("a", "<b>") }} {{ v.name|attribute }} {{ v.name|urlize }}

| {{ v.name }} | {{ v.cell("note") }} |
| --- | --- |
| {{ v.handles|join }} | {{ v.profiles|join }} |
"""


@given(value=texts)
def test_a_value_is_never_more_than_text(value: str) -> None:
    hostile = {"name": f"x{value}", "note": value, "website": value, "github": value}
    text = HOSTILE.replace("v.", "entries[0].")
    tags = {"p", "ul", "li", "a", "table", "thead", "tbody", "tr", "th", "td"}
    page = rendered(made(text, hostile))
    assert {tag for tag, _ in page.tags} <= tags
    for tag, attributes in page.tags:
        names = [name for name, _ in attributes]
        assert names in ({"p": ["title", "lang"], "a": ["href"]}.get(tag, []), []), attributes
        address = dict(attributes).get("href") or ""
        scheme = re.match(r"[\s\x00-\x20]*([a-z][a-z0-9+.\s-]*):", address, re.IGNORECASE)
        assert scheme is None or scheme[1].lower() in {"http", "https", "mailto"}
