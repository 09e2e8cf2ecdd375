"""`import`: tables and lists of several shapes, and an account of every line."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loading.importing.imports import imported
from patience import soon
from rollkeeper.loading.importing import import_markdown

ADOPTERS = """\
# Who uses it

Add yourself below. There are several stages:

* **Testing:** trying it
* **Production:** relying on it

| Organization | Contact | Environment | Description of Use |
| ------------ | ------- | ----------- | ------------------ |
| [Example Cloud](https://cloud.example/en/) |[@octocat](https://github.com/octocat)| Production | Batch jobs & the [CBX](https://cloud.example/cbx) service |
| [Sample](http://sample.example?sid=sem_1) | [@mona](https://github.com/monalisa), [@hubot](https://github.com/hubot/) | Testing | no |
| [Works](https://works.example/) | [@worker](worker@works.example) | Production | Queues: fair, fast |
| Plain & Sons | Mona Example <mona@plain.example> | | 12:30 |
"""

AMBASSADORS = """\
# Ambassadors

Prose with [a link](https://docs.example/).

- What is it?
  - A title.

## Members

- Ann Example ([@ann](https://github.com/ann/))

## Active ambassadors

- Bea Example ([Ambassador Certificate](https://files.example/bea.png))
- Cem Örnek\t([Ambassador Certificate](https://files.example/cem.png))
- dora42([Ambassador Certificate](https://files.example/dora.png))

## Contact

- Chat [#ambassadors](https://chat.example/ambassadors)
- Mail [Ann Example](mailto:ann@cloud.example)
"""

GROUPS = """\
| Group | Lead | Slack Channel | Meeting Notes | Logo |
|-------|------|---------------|---------------|------|
| [Docs](./sig-docs/) | [Ann Example](https://github.com/ann), [bea](https://github.com/bea) | [#docs](https://chat.example/docs) | [Notes](https://docs.example/1) | ![docs](docs.svg) |
| [Apps](sig-apps) | Cem and [Dora](https://people.example/dora) | [#apps](https://chat.example/apps) | none | |
"""


def test_table_of_partners() -> None:
    result = imported(ADOPTERS)
    assert (
        result.yaml_text
        == """\
- name: Example Cloud
  website: https://cloud.example/en/
  contacts:
    - github: octocat
  environment: Production
  description: Batch jobs & the CBX service
  links:
    cbx: https://cloud.example/cbx

- name: Sample
  website: http://sample.example?sid=sem_1
  contacts:
    - github: mona
      profile: https://github.com/monalisa
    - github: hubot
  environment: Testing
  description: "no"

- name: Works
  website: https://works.example/
  contacts:
    - github: worker
      profile: worker@works.example
  environment: Production
  description: "Queues: fair, fast"

- name: Plain & Sons
  contacts:
    - name: Mona Example
      email: mona@plain.example
  description: "12:30"
"""
    )
    assert result.account == (
        "4 entries from a table under `Who uses it`, lines 8 to 13\n"
        "Not placed:\n"
        "  line 3: prose\n"
        "  lines 5 to 6: a list\n"
    )


def test_list_of_people_with_certificates() -> None:
    result = imported(
        AMBASSADORS, set_fields={"terms": "[{start: 2026-01-01, end: 2026-12-31}]", "name": "x"}
    )
    assert [entry["name"] for entry in result.entries] == ["Bea Example", "Cem Örnek", "dora42"]
    assert result.entries[2] == {
        "name": "dora42",
        "certificate": "https://files.example/dora.png",
        "terms": [{"start": "2026-01-01", "end": "2026-12-31"}],
    }
    assert "  line 10: a list of another kind; take it with --section `Members`" in (result.account)


def test_section_takes_what_stands_under_it() -> None:
    assert imported(AMBASSADORS, section="members").entries == (
        {"name": "Ann Example", "github": "ann"},
    )
    assert imported(AMBASSADORS, section="Contact").entries == (
        {"name": "Chat", "links": {"ambassadors": "https://chat.example/ambassadors"}},
        {"name": "Mail", "email": "ann@cloud.example", "contact_name": "Ann Example"},
    )
    assert len(imported(AMBASSADORS, section="Active").entries) == 3


def test_table_of_groups() -> None:
    result = imported(GROUPS)
    assert result.entries == (
        {
            "name": "Docs",
            "path": "./sig-docs/",
            "leads": [{"name": "Ann Example", "github": "ann"}, {"github": "bea"}],
            "slack_channel": "#docs",
            "links": {
                "slack_channel": "https://chat.example/docs",
                "meeting_notes": "https://docs.example/1",
            },
            "logo": "docs.svg",
        },
        {
            "name": "Apps",
            "path": "sig-apps",
            "leads": [{"name": "Cem"}, {"name": "Dora", "profile": "https://people.example/dora"}],
            "slack_channel": "#apps",
            "links": {"slack_channel": "https://chat.example/apps"},
            "meeting_notes": "none",
        },
    )


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("|Name|Company|\n|-|-|\n|Ann|Cloud|", {"name": "Ann", "organisation": "Cloud"}),
        ("|Company|Name|\n|-|-|\n|Cloud|Ann|", {"name": "Ann", "organisation": "Cloud"}),
        ("|Partner|URL|\n|-|-|\n|A|https://a.example|", {"name": "A", "website": "https://a.example"}),
        ("|Partner|URL|\n|-|-|\n|A|n/a|", {"name": "A", "website": "n/a"}),
        ("|Partner|Links:|\n|-|-|\n|A|see [x](https://a.example)|", {"name": "A", "website": "https://a.example"}),
        ("|Full name|E-Mails|Chairs|\n|-|-|-|\n|A|a@b.example|@c|", {"name": "A", "email": "a@b.example", "leads": [{"github": "c"}]}),
        ("|A|A|\n|-|-|\n|x|y|", {"name": "x", "a": "y"}),
        ("|A|B|B|\n|-|-|-|\n|x|y|z|", {"name": "x", "b": "y", "b_2": "z"}),
        ("|A|B|\n|-|-|\n|x \\| y|`a\\|b` &amp; c|", {"name": "x | y", "b": "a|b & c"}),
        ("|A|Members|\n|-|-|\n|x|@a<br>@b|", {"name": "x", "members": [{"github": "a"}, {"github": "b"}]}),
        ("- [A](https://a.example) - does *b*", {"name": "A", "website": "https://a.example", "description": "does b"}),
        ("- [A B](https://github.com/ab)", {"name": "A B", "github": "ab"}),
        ("1. [@ab](https://github.com/ab)", {"name": "ab", "github": "ab"}),
        ("- A \u2013 [Blog](https://a.example/b)", {"name": "A", "links": {"blog": "https://a.example/b"}}),
    ],
)  # fmt: skip
def test_shapes(text: str, entry: dict[str, Any]) -> None:
    assert imported(text).entries == (entry,)


def test_parts_of_a_line_that_found_no_place_are_named() -> None:
    text = (
        "|Name|Website|\n|-|-|\n|A|[the old site](https://a.example)|\n"
        "|B|https://b.example|beyond|\n||https://c.example|\n|D\u202e|\n"
    )
    result = imported(text)
    assert [entry["name"] for entry in result.entries] == ["A", "B", "D"]
    told = [(each.line, each.text, each.reason.partition(";")[0]) for each in result.unplaced]
    assert told == [
        (3, "the old site", "the words of a link in the column `Website`"),
        (4, "|B|https://b.example|beyond|", "the row has more cells than the header"),
        (5, "||https://c.example|", "a row without a name"),
        (6, "U+202E (RIGHT-TO-LEFT OVERRIDE)", "an invisible character was left out"),
    ]


def test_text_without_entries_says_so() -> None:
    result = imported(
        "# Title\n\nJust prose.\n\n- a sentence, see [this](https://a.example). And more.\n"
    )
    assert result.entries == ()
    assert result.yaml_text == "[]\n"
    assert result.account.startswith("no entries: ")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"section": "Partner"}, "no heading is called `Partner`; there are `Ambassadors`"),
        ({"set_fields": {"terms": "[1"}}, "the value of `terms`"),
        ({"set_fields": {"a b": "1"}}, "cannot be the name of a field"),
    ],
)
def test_wrong_use_is_a_value_error(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        import_markdown(AMBASSADORS, **options)


def test_huge_text_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 786,432 characters"):
        import_markdown("a" * (5 * 1024 * 1024))


@pytest.mark.parametrize(
    "text",
    [
        "- " * 20_000 + "a",
        "[" * 50_000,
        "|a" * 3000 + "|\n" + "|-" * 3000 + "|\n" + ("|x" * 3000 + "|\n") * 5,
        "- A " + "[x](https://a.example) " * 3000,
        "&#x202e;" * 5000,
    ],
    ids=["nested", "brackets", "columns", "links", "hidden"],
)
def test_hostile_text_costs_little(text: str) -> None:
    with soon():
        import_markdown(text)


MARKDOWN = st.lists(
    st.sampled_from(
        ["# T", "", "- A ([x](https://a.example))", "  - deep", "|a|b|", "|-|-|", "|[n](u)|x, y|",
         "> quote", "```", "[ref]: https://a.example", "<div>", "***", "1. B", "- ![i](i.svg) C",
         "\t code", "|x|", "- [ ] D [e](mailto:e@f.example)", "\u202e", "&nbsp;", "T\n=", "- ", "- - G"]
    ) | st.text(max_size=20),
    max_size=12,
)  # fmt: skip


@given(lines=MARKDOWN, end=st.sampled_from(["\n", "\r\n"]), section=st.sampled_from([None, "T"]))
def test_every_line_of_any_text_is_accounted_for(
    lines: list[str], end: str, section: str | None
) -> None:
    text = end.join(lines)
    try:
        result = imported(text, section=section)
    except ValueError as error:
        assert section is not None
        assert "no heading" in str(error)  # noqa: PT017 - most drawn texts do have the heading
        return
    assert all(entry["name"] for entry in result.entries)


WORDS = st.from_regex(r"[A-Za-z][a-z0-9]{2,8}", fullmatch=True)
CELLS = st.lists(
    st.tuples(WORDS, st.none() | WORDS.map(lambda word: f"https://{word.lower()}.example/")),
    min_size=1, max_size=3,
)  # fmt: skip


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=3))
def test_every_word_and_address_of_a_table_is_kept(
    rows: list[list[list[tuple[str, str | None]]]],
) -> None:
    table = ["| Partner | Contact | Remarks made |", "|-|-|-|"]
    for row in rows:
        cells = [
            " ".join(f"[{word}]({target})" if target else word for word, target in cell)
            for cell in row
        ]
        table.append(f"| {' | '.join(cells)} |")
    result = imported("\n".join(table))
    assert len(result.entries) == len(rows)
    for row, entry in zip(rows, result.entries, strict=True):
        written = repr(entry)
        for word, target in (piece for cell in row for piece in cell):
            assert word in written or word.lower() in {"remarks", "made"}
            assert target is None or target in written
