"""The rules in a list, one by one and on a page; and progress on a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterator
from textwrap import dedent

import pytest

from rendered import rendered
from rollkeeper.jobs.progress import progress_bar
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry
from rollkeeper.model.rule import Rule
from rollkeeper.reports.catalogue import catalogue_markdown, catalogue_text, rule_text, type_name
from rollkeeper.rules import catalogue


def sample(
    entry: Entry, *, most: int = 3, words: tuple[str, ...] = ("a", "b|c"), strict: bool = False
) -> Iterator[Problem]:
    """A sample | holds <b>markup</b>.

    It shows `code|` and https://docs.example/a_b. Do *not* copy it, @reader.
    """
    yield Problem(f"{entry} {most} {words} {strict}")


SAMPLE = Rule("a-sample", Entry, Severity.WARNING, "most", sample)


def test_the_list_is_grouped_by_family() -> None:
    assert catalogue_text({"a-sample": SAMPLE}) == dedent("""\
        test_report_catalogue
          a-sample  warning  A sample | holds <b>markup</b>.

        1 rule. `rollkeeper rules ID` shows one; `check --select` and `--ignore` take rules and families.
        """)


def test_a_rule_shows_its_options() -> None:
    assert rule_text(SAMPLE) == dedent("""\
        a-sample (warning, test_report_catalogue)

        A sample | holds <b>markup</b>.

        It shows `code|` and https://docs.example/a_b. Do *not* copy it, @reader.

        Options:
          most: whole number = 3
          words: list of text = [a, b|c]
          strict: true or false = false

        Skipped unless the policy sets most.
        """)


def test_the_page_shows_every_rule_as_it_is_written() -> None:
    page = catalogue_markdown({"a-sample": SAMPLE})
    assert page.startswith("<!-- Written by `make fix`")
    assert "- [Test report catalogue](#test-report-catalogue): [a-sample](#a-sample)\n" in page
    assert page.endswith(
        dedent("""\
            ### a-sample

            Warning. A sample &#124; holds &lt;b&gt;markup&lt;/b&gt;.

            It shows <code>code&#124;</code> and [https:<!-- -->//docs.example/a\\_b](<https://docs.example/a_b>). Do \\*not\\* copy it, @<!-- -->reader.

            | option | type | default |
            | --- | --- | --- |
            | `most` | whole number | `3` |
            | `words` | list of text | <code>\\[a, b&#124;c\\]</code> |
            | `strict` | true or false | `false` |

            Skipped unless the policy sets `most`.
            """)
    )


def test_the_page_of_all_rules_renders_as_text() -> None:
    got = rendered(catalogue_markdown(catalogue()))
    allowed = {"h1", "h2", "h3", "p", "ul", "li", "a", "code", "em",
               "pre", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    assert {tag for tag, _ in got.tags} <= allowed
    assert got.references == []
    for rule in catalogue().values():
        assert f"\n{rule.id}\n" in got.text


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (int | None, "whole number or nothing"),
        (tuple[int, ...], "list of whole number"),
        (float, "number"),
        (str, "text"),
    ],
)
def test_types_are_named_for_authors_of_policies(annotation: object, name: str) -> None:
    assert type_name(annotation) == name


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_and_erased_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    stream, times = Terminal(), iter([0.0, 0.05, 0.2, 0.21])
    with progress_bar(stream, clock=lambda: next(times)) as bar:
        for done in (0, 1, 2):
            bar("logos of partners", done, 2_500)
        bar("web\x1bsites", 0, 0)
    assert stream.getvalue() == (
        "\r\x1b[Klogos of partners 0/2,500"
        "\r\x1b[Klogos of partners 2/2,500"
        "\r\x1b[Kweb<U+001B>sites"
        "\r\x1b[K"
    )


def test_a_log_gets_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for stream in (io.StringIO(), Terminal()):
        with progress_bar(stream) as bar:
            bar("logos", 1, 2)
        assert stream.getvalue() == ""
