"""Whatever a text holds, in each kind of output it is that text and nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hostile
from hostile import texts
from rendered import read_html, rendered
from rollkeeper.grammar.escaping import (
    html_attribute,
    link_target,
    markdown_code,
    markdown_link,
    markdown_message,
    markdown_text,
    terminal,
    terminal_cells,
    visible,
    workflow_data,
    workflow_property,
)
from rollkeeper.grammar.wording import cut

FRAMES = {
    "paragraph": "before {} after\n",
    "start of a paragraph": "{}\n",
    "after a line": "A line\n{}\n",
    "cell": "| a | b |\n| --- | --- |\n| {} | x {} y |\n",
    "item": "- {}\n- x {} y\n",
    "emphasis": "**x {} y**\n",
    "link": "[{}](https://example.org)\n",
    "block": "<p>x</p>\n\n{}\n",
}
frames = pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
HARMLESS = "harmless"


def assert_only_text(written: str, frame: str, plain: str, shown: str) -> None:
    """Show that a frame with hostile text renders as it does with harmless text."""
    expected = rendered(frame.replace("{}", plain))
    got = rendered(frame.replace("{}", written))
    assert got.tags == expected.tags
    assert got.text == expected.text.replace(HARMLESS, shown)
    assert got.references == []


@frames
@pytest.mark.parametrize("value", [value for value in hostile.TEXTS if value])
def test_text_stays_text(frame: str, value: str) -> None:
    assert_only_text(markdown_text(value), frame, HARMLESS, visible(value))


@frames
@given(value=texts.filter(bool))
def test_any_text_stays_text(frame: str, value: str) -> None:
    assert_only_text(markdown_text(value), frame, HARMLESS, visible(value))


# The text of a link could end inside a code span: `markdown_link` writes those.
@pytest.mark.parametrize("frame", [FRAMES[name] for name in FRAMES if name != "link"])
@given(value=texts)
def test_any_code_stays_code(frame: str, value: str) -> None:
    plain = markdown_code(HARMLESS)
    assert_only_text(markdown_code(value), frame, plain, visible(cut(value, 120)))


@given(value=texts)
def test_a_message_holds_only_text_and_code(value: str) -> None:
    for frame in ("- {}\n", "| a |\n| - |\n| {} |\n", "x {}\n"):
        got = rendered(frame.replace("{}", markdown_message(f"`{value}` is wrong: write `x`")))
        expected = {tag for tag, _ in rendered(frame.replace("{}", "x")).tags}
        assert {tag for tag, _ in got.tags} <= {*expected, "code"}
        assert got.references == []


def test_a_message_shows_what_it_quotes_as_code() -> None:
    assert markdown_message("`a|b` is no name: write `a b`") == (
        "<code>a&#124;b</code> is no name: write `a b`"
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Neen S.p.A (Milano), a-b", "Neen S.p.A (Milano), a-b"),
        ("a_b|c", "a\\_b&#124;c"),
        ("@x #1", "@<!-- -->x #<!-- -->1"),
        ("https://a.example", "https:<!-- -->//a.example"),
        ("www.a.example", "www<!-- -->.a.example"),
        ("1. a", "1\\. a"),
        ("# a", "\\# a"),
        (" a ", "&#32;a&#32;"),
        ("$5", "<span>$</span>5"),
        ("\x00", "&lt;U+0000&gt;"),
    ],
)
def test_plain_text_reads_plainly_in_the_source(value: str, written: str) -> None:
    assert markdown_text(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "`plain`"),
        ("a`b``c", "```a`b``c```"),
        ("`a`", "`` `a` ``"),
        ("a|b", "<code>a&#124;b</code>"),
        ("", "<code></code>"),
        ("a\nb", "`a b`"),
        ("a\x1bb", "`a<U+001B>b`"),
        ("x" * 200, f"`{'x' * 119}…`"),
    ],
)
def test_code_takes_a_fence_longer_than_any_inside(value: str, written: str) -> None:
    assert markdown_code(value) == written


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//a.example", "https://a.example/)x", "https:/a",
     "https://u:p@a.example", "https://a.example/ x", "https://a.example/\n", "", "https://1.2.3.4",
     "https://a.example/>", "HTTPS://", "file:///etc/passwd", "https://a.example/`", "https://a"],
)  # fmt: skip
def test_an_address_that_is_refused_is_shown_and_not_linked(url: str) -> None:
    assert link_target(url) is None
    assert rendered(markdown_link(url or "none", url)).tags == [("p", ())]


def test_a_link_leads_where_it_says() -> None:
    link = markdown_link("a]b", "https://bücher.example/straße?q=ü&copy;=1#x")
    assert link == ("[a\\]b](<https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%BC&amp;copy;=1#x>)")
    assert rendered(link).tags[1:] == [
        ("a", (("href", "https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%BC&copy;=1#x"),))
    ]


@given(text=texts.filter(bool), path=texts)
def test_any_link_is_one_link_or_none(text: str, path: str) -> None:
    for frame in ("{}\n", "| a |\n| - |\n| {} |\n", "- {}\n"):
        got = rendered(frame.replace("{}", markdown_link(text, f"https://a.example/{path}")))
        links = [dict(attributes)["href"] or "" for tag, attributes in got.tags if tag == "a"]
        assert len(links) <= 1
        assert all(link.startswith("https://a.example/") for link in links)
        assert visible(text) in got.text


@given(value=texts)
def test_html_attribute_holds_the_text(value: str) -> None:
    written = f'<p><b title="{html_attribute(value)}">a</b></p>'
    for got in (read_html(written), rendered(f"{written}\n")):
        assert got.tags == [("p", ()), ("b", (("title", visible(value)),))]
        assert got.references == []


@given(value=texts)
def test_html_attribute_inside_a_paragraph_or_a_cell_holds_the_text(value: str) -> None:
    written = f'<b title="{html_attribute(value)}">a</b>'
    for frame in ("x {} y\n", "| a |\n| - |\n| {} |\n"):
        got = rendered(frame.replace("{}", written))
        assert ("b", (("title", visible(value)),)) in got.tags
        assert got.references == []


@given(value=texts)
def test_a_workflow_command_is_one_line_and_gives_back_its_text(value: str) -> None:
    for write in (workflow_data, workflow_property):
        written = write(value)
        assert not re.search("[\r\n]", written)
        back = written.replace("%0D", "\r").replace("%0A", "\n")
        back = back.replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
        assert back == visible(value)
    assert not set(workflow_property(value)) & set(":,")


@given(value=texts)
def test_a_terminal_shows_and_never_obeys(value: str) -> None:
    shown = terminal(value)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert not shown.lstrip().startswith(":")
    assert "##[" not in shown
    assert len(terminal_cells(value)) == len(value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("\x1b[31m", "<U+001B>[31m"),
        ("::error::x", "<U+003A>:error::x"),
        ("a::b", "a::b"),
        ("##[error]", "<U+0023>#[error]"),
        ("a\tb\nc", "a<U+0009>b<U+000A>c"),
        ("Zürich 宇宙", "Zürich 宇宙"),
    ],
)
def test_a_terminal_shows_by_code_point(value: str, shown: str) -> None:
    assert terminal(value) == shown


@pytest.mark.parametrize("write", [markdown_text, markdown_code, terminal, html_attribute])
def test_escaping_takes_time_in_proportion(write: Callable[[str], str]) -> None:
    for piece in ("[", "`", ":a", "0", "\u202e", "@", "&"):
        assert len(write(piece * 60_000)) < 60_000 * 30


@given(value=st.text())
def test_what_is_shown_can_always_be_encoded(value: str) -> None:
    assert html.unescape(html_attribute(value)) == visible(value)
    assert visible(value).encode().decode() == visible(visible(value))
