"""Any text where a name, an address or a message is meant: no crash, and nothing obeyed."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from communities import TODAY, community, found
from reports.samples import finding, report
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, run
from rollkeeper.grammar.evidence import has_evidence
from rollkeeper.grammar.hosts import InvalidHost
from rollkeeper.grammar.strict_json import ReportError, parse
from rollkeeper.grammar.urls import Url
from rollkeeper.grammar.urls import parse as parse_url
from rollkeeper.loading.files import read_inside
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.verdict import Verdict
from rollkeeper.reports.formats import FORMATS
from rollkeeper.reports.json import verdict as verdicts
from rollkeeper.reports.rendering import render

NAMES = (
    "x" * 256,
    "x" * 5_000,
    "a\x00b",
    "\ud800",
    "\udcff.svg",
    "..",
    "../../etc/passwd",
    "",
    ".",
    "/",
    "a/" * 3_000,
)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_be_asked_for_by_any_text(tmp_path: Path, name: str) -> None:
    data, why = read_inside(tmp_path, f"logos/{name}", 9)
    assert data is None
    assert why


def test_what_leads_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    (tmp_path / "inside").mkdir()
    assert read_inside(tmp_path / "inside", "../secret", 9)[0] is None
    assert read_inside(tmp_path, "secret", 9)[0] == b"x"


@pytest.mark.parametrize(
    "name", ["x" * 300 + ".svg", "a\\0b.svg", "..", "../../x.svg", "\\ud800.svg"]
)
def test_a_comparison_takes_any_name_of_a_logo_on_either_side(tmp_path: Path, name: str) -> None:
    policy = "roster: partners.yaml\nlogos: logos\n"
    good, bad = "- {name: Fir, logo: fir.svg}\n", f'- {{name: Fir, logo: "{name}"}}\n'
    for number, (old, new) in enumerate(((good, bad), (bad, good), (bad, bad))):
        before, after = (
            community(tmp_path / f"{number}{side}", text, policy)
            for side, text in (("before", old), ("after", new))
        )
        compared = run(Options(root=after, today=TODAY), Comparison(before=before))
        assert any(each.counts for each in compared.findings) or new == old
        for form in FORMATS:
            render(compared, form).encode()


def test_half_of_a_character_is_refused_where_text_comes_in() -> None:
    for text in ('{"a": "\\ud800"}', '{"\\uDFFF": 1}', '["\ud800"]'):
        with pytest.raises(ReportError, match="half of a character"):
            parse(text, 99)
    assert parse('["\\ud83d\\ude00 \\\\ud800"]', 99) == ["\U0001f600 \\ud800"]
    assert read_yaml(b'- "\\ud800"\n', "x").data is None


def test_the_name_of_a_file_that_is_not_utf_8_reaches_the_comment() -> None:
    written = report(finding(path="logos/\udcff.svg", message="`\udcff.svg` is not used"))
    verdict = Verdict(1, "a" * 40, "b" * 40, 7, written, drawn=("logos/\udcff.svg",))
    back = verdicts.read(json.dumps(verdicts.packed(verdict)))
    (only,) = back.report.findings
    assert only.path == r"logos/\udcff.svg"
    assert quote(only.path)


@pytest.mark.parametrize(
    "address",
    ["https://other.example?@fir.example/", "https://other.example#@fir.example", "https://other.example?a=@b"],
)  # fmt: skip
def test_an_at_sign_after_a_host_without_a_path_can_hide_the_real_one(address: str) -> None:
    refused = parse_url(address)
    assert isinstance(refused, InvalidHost)
    assert refused.reason == "user-info"


@pytest.mark.parametrize(
    "address", ["https://fir.example/@ann", "https://fir.example/?to=ann@fir.example"]
)
def test_an_at_sign_in_a_path_or_after_one_is_nothing_special(address: str) -> None:
    assert isinstance(parse_url(address), Url)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://fir.example", True), (" https://fir.example/a?b#c ", True), ("https://a.b", True),
        ("https://fir", False), ("https://fir/a.b", False), ("https://.b", False), ("https://fir.", False),
        ("https://fir.example and more", False), ("http://fir.example", False), ("https://a?.b", False),
        ("https://a." + "b" * 600, False),
    ],
)  # fmt: skip
def test_evidence_is_an_https_link(text: str, link: bool) -> None:  # noqa: FBT001 - a column of the table
    assert has_evidence(text) is link


def test_a_message_of_sarif_holds_no_link_of_a_stranger() -> None:
    written = report(finding(message="see [here](https://x.example) \\"))
    data = json.loads(render(written, "sarif"))
    text = data["runs"][0]["results"][0]["message"]["text"]
    assert text.endswith(r"see \[here\](https://x.example) \\")


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_json_in_a_log_has_no_command(form: str) -> None:
    written = report(finding(message="###[add-mask]x ##[group]", entry="##[error]"))
    text = render(written, form)
    assert "##[" not in text
    assert "##[add-mask]x" in json.dumps(json.loads(text)).replace("\\\\", "")
    assert found(written, "website-insecure")
