"""`import`: links, pictures, flags, handles and headings of a list."""

from __future__ import annotations

import pytest

from loading.importing.imports import imported
from rollkeeper.loading.importing import import_markdown


def test_a_linked_name_may_have_dots_and_words_behind_it() -> None:
    text = "- [Axle B.V.](https://axle.example/)\n- [Fun! GmbH](https://fun.example/) - We use it. It is great.\n- [U.S. Works Inc.](https://works.example/)\n"
    result = import_markdown(text)
    assert [entry["name"] for entry in result.entries] == [
        "Axle B.V.",
        "Fun! GmbH",
        "U.S. Works Inc.",
    ]
    assert result.entries[1]["description"] == "We use it. It is great."
    assert not result.unplaced


def test_a_picture_that_is_a_link_is_logo_and_website() -> None:
    text = "- [![Alder](logos/alder.png)](https://alder.example)\n- [![Birch](logos/birch.png)](https://birch.example)\n"
    assert import_markdown(text).entries == (
        {"name": "Alder", "website": "https://alder.example", "logo": "logos/alder.png"},
        {"name": "Birch", "website": "https://birch.example", "logo": "logos/birch.png"},
    )
    table = "| Name | Logo |\n|---|---|\n| Alder | [![Alder](a.png)](https://alder.example) |\n"
    assert import_markdown(table).entries == (
        {"name": "Alder", "logo": "a.png", "website": "https://alder.example"},
    )


def test_details_below_an_item_are_links_or_remarks() -> None:
    text = "* Alder\n  * Official site: [en](https://alder.example/), [cn](https://alder.example/cn)\n* [Birch](https://birch.example)\n  * Talk: [On it](https://talks.example/1)\n  * In use since the start\n"
    result = import_markdown(text)
    assert result.entries == (
        {"name": "Alder", "website": "https://alder.example/", "links": {"official_site": "https://alder.example/cn"}},
        {"name": "Birch", "website": "https://birch.example", "links": {"talk": "https://talks.example/1"}},
    )  # fmt: skip
    assert [(each.line, each.text) for each in result.unplaced] == [
        (2, "en cn"),
        (4, "On it"),
        (5, "In use since the start"),
    ]


def test_a_flag_is_a_country_and_a_handle_behind_a_name_an_account() -> None:
    text = "- \U0001f1ed\U0001f1fa Ann Example, @ann\n- \U0001f1ee\U0001f1f1 Bea, @bea\n- Cem\n- \U0001f1f3\U0001f1f4 Dora Example, @dora\n- Emil @emil\n"
    assert import_markdown(text).entries == (
        {"name": "Ann Example", "country": "HU", "github": "ann"},
        {"name": "Bea", "country": "IL", "github": "bea"},
        {"name": "Cem"},
        {"name": "Dora Example", "country": "NO", "github": "dora"},
        {"name": "Emil", "github": "emil"},
    )


def test_the_heading_above_an_entry_can_be_kept() -> None:
    text = "## Maintainers\n\n- [@ann](https://github.com/ann)\n\n## Emeritus\n\n- [@bea](https://github.com/bea)\n"
    result = import_markdown(text, headings_as="group")
    assert [entry["group"] for entry in result.entries] == ["Maintainers", "Emeritus"]
    assert [(row.first, row.heading and row.heading.line) for row in result.rows] == [
        (3, 1),
        (7, 5),
    ]
    with pytest.raises(ValueError, match="cannot be the name of a field"):
        import_markdown(text, headings_as="a b")


def test_headings_become_a_group_and_a_status() -> None:
    text = "# Maintainers\n\n- Ann @ann\n\n## Emeritus Maintainers\n\n- Ben @ben\n"
    assert imported(text).entries == (
        {"name": "Ann", "github": "ann", "group": "Maintainers"},
        {"name": "Ben", "github": "ben", "status": "emeritus", "group": "Emeritus Maintainers"},
    )
    assert imported(text, headings_as="status").entries[1]["status"] == "Emeritus Maintainers"
    only = "## Retired users\n\n- [Alder](https://alder.example)\n"
    assert imported(only).entries[0]["status"] == "emeritus"
    assert "group" not in imported(only).entries[0]
    assert "status" not in imported(only.replace("Retired", "Not retired")).entries[0]


def test_what_found_no_place_is_one_list_by_reason() -> None:
    rows = "".join(f"| Alder {n} | [link](https://alder.example/{n}) |\n" for n in range(44))
    account = imported(f"# Users\n\nWords\n\n| Name | Website |\n|---|---|\n{rows}\nEnd\n").account
    assert account == (
        "44 entries from a table under `Users`, lines 5 to 50\n"
        "Not placed:\n"
        "  lines 3, 52: prose\n"
        "  lines 7 to 50: the words of a link in the column `Website`: link\n"
    )


def test_former_members_below_a_table_are_taken_in_their_order() -> None:
    text = (
        "| Name | Employer |\n|---|---|\n| [@ann](https://github.com/ann) | Alder |\n\n"
        "Steps:\n\n- [Read](https://alder.example/read)\n\n"
        "### Emeritus maintainers\n\n* [@ben](https://github.com/ben)\n"
    )
    result = imported(text)
    assert [(entry["name"], entry.get("status")) for entry in result.entries] == [
        ("ann", None),
        ("ben", "emeritus"),
    ]
    assert "line 7: a list of another kind" in result.account


def test_links_and_pictures_in_html_are_the_same() -> None:
    rows = (
        '| <a href="https://alder.example"><img src="logos/alder.svg" alt="Alder &amp; Co" width=9></a> | x |\n'
        "| Birch <IMG SRC='birch.png'> | <a href=https://birch.example>site</a> |\n"
        "| Cedar <b>Systems</b> <a | <a href='https://cedar.example'>open |\n"
    )
    entries = imported(f"| Name | Website |\n|---|---|\n{rows}").entries
    assert entries == (
        {
            "name": "Alder & Co",
            "logo": "logos/alder.svg",
            "website": "https://alder.example",
            "website_2": "x",
        },
        {"name": "Birch", "logo": "birch.png", "website": "https://birch.example"},
        {"name": "Cedar <b>Systems</b> <a", "website": "https://cedar.example"},
    )


def test_the_words_of_a_github_column_are_kept_where_they_name_another_account() -> None:
    text = "| Name | GitHub |\n|---|---|\n| Ann | [@ann](https://github.com/annie) |\n"
    (entry,) = imported(text).entries
    assert entry == {"name": "Ann", "github": "ann", "profile": "https://github.com/annie"}


def test_handles_and_addresses_in_their_columns_are_plain() -> None:
    text = (
        "| Name | E-mail | GitHub | Org |\n|---|---|---|---|\n"
        "| Ann ([annie](https://github.com/Annie)) | <ann@alder.example> | @annie | Alder |\n"
        "| Ben ([the first](https://github.com/ben)) | [Ben](mailto:ben@birch.example) | ask | Birch |\n"
        "| Cat | <cat@elm.example> or call | @cat, @dog | |\n"
    )
    result = imported(text)
    assert result.entries == (
        {"name": "Ann", "github": "Annie", "email": "ann@alder.example", "github_2": "annie", "organisation": "Alder"},
        {
            "name": "Ben (the first)", "github": "ben", "email": "Ben",
            "links": {"email": "mailto:ben@birch.example"}, "github_2": "ask", "organisation": "Birch",
        },
        {"name": "Cat", "email": "cat@elm.example", "github": "@cat, @dog"},
    )  # fmt: skip
    assert [each.text for each in result.unplaced] == ["or call"]


def test_words_beside_a_link_below_an_item_are_not_lost() -> None:
    text = "* [Alder](https://alder.example)\n  * Runs [Fir](https://fir.example) at scale\n"
    result = imported(text)
    assert [(each.line, each.text) for each in result.unplaced] == [(2, "Runs Fir at scale")]


def test_links_within_the_page_are_no_entries() -> None:
    assert not import_markdown("- [One](#one)\n- [Two](#two)\n").entries
