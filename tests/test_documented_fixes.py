"""What the documentation says of fixes, imports, changes and limits is so."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import pytest
import yaml

from claiming import PROJECT, Scratch, claim, here

__all__ = ["here"]
FIXING, IMPORTING, POLICIES, SCHEMAS = (
    f"docs/{name}.md" for name in ("fixing", "importing", "policies", "schemas")
)
PAGES, REPORTS, WEBSITES = "docs/pages.md", "docs/reports.md", "docs/websites.md"
ROSTER = "roster: partners.yaml\n"


@pytest.mark.parametrize(
    ("row", "before", "after"),
    [
        ("| a date whose order is beyond doubt | as year-month-day |",
         "- name: Fir\n  since: 20.11.2026\n", "- name: Fir\n  since: 2026-11-20\n"),
        ("| spaces at the ends of values and lines, double and non-breaking spaces | as single spaces, or none |",
         "- name: 'Fir\u00a0 Works '\n", "- name: 'Fir Works'\n"),
        ("| tabs in the indentation | as spaces, where tabs of two, four and eight columns mean the same |",
         "- name: Fir\n  leads:\n\t\t- name: Ada\n", None),
        ("| a byte order mark, mixed line ends | removed; as most lines end |",
         "\ufeff- name: Fir\n- name: Oak\r\n- name: Yew\n", "- name: Fir\n- name: Oak\n- name: Yew\n"),
        ("| the order of the entries | entries move with the comments directly above them; what stands before the first entry stays at the top |",
         "# Ours.\n- name: Oak\n# About Fir.\n- name: Fir\n",
         "# Ours.\n# About Fir.\n- name: Fir\n- name: Oak\n"),
    ],
)  # fmt: skip
@claim(FIXING, "`rollkeeper fix` makes the fixes that are safe, and shows each of them as a diff")
def test_the_table_of_fixes(here: Scratch, row: str, before: str, after: str | None) -> None:
    assert row in (PROJECT / FIXING).read_text("utf-8")
    here.has(partners=before.encode(), policy=f"{ROSTER}rules: {{unsorted: warning}}\n")
    assert here.run("fix") == 0, here.out
    assert ("+++ partners.yaml" in here.out) is ("byte order" not in row)
    fixed = (here.root / "partners.yaml").read_bytes().decode()
    if after is None:
        assert "\t" not in fixed
        assert yaml.safe_load(fixed) == [{"name": "Fir", "leads": [{"name": "Ada"}]}]
    else:
        assert fixed == after
    assert here.run("fix") == 0
    assert len(here.out.splitlines()) == 1


@claim(FIXING, "| `--dry-run` | shows the changes and writes nothing |")
@claim(FIXING, "With nothing to do it prints one line.")
def test_a_dry_run(here: Scratch) -> None:
    here.has(partners="- name: 'Fir '\n")
    assert here.run("fix --dry-run") == 0
    assert "+- name: 'Fir'" in here.out
    assert here.text("partners.yaml") == "- name: 'Fir '\n"


@claim(FIXING, "where a fix is not safe, as behind an anchor, the finding does not say so")
def test_what_is_not_safe_to_fix(here: Scratch) -> None:
    for roster, fixable in (
        ("- name: 'Fir '\n", True),
        ("- name: &name 'Fir '\n  motto: *name\n", False),
    ):
        here.has(partners=roster)
        here.run("check --offline")
        assert ("Run `rollkeeper fix`" in here.out) is fixable
        here.run("fix")
        assert (here.text("partners.yaml") != roster) is fixable


@claim(
    SCHEMAS,
    "`rollkeeper fix` writes a number that should be text in quotes, a choice in the case that the schema has (`GOLD` to `gold`)",
)
def test_fixes_by_a_schema(here: Scratch) -> None:
    schema = '{"items": {"properties": {"tier": {"enum": ["gold"]}, "code": {"type": "string"}}}}'
    here.has(partners="- name: Fir\n  tier: GOLD\n  code: 42\n", policy=f"{ROSTER}schema: p.json\n")
    here.write("policies/p.json", schema)
    assert here.run("fix") == 0
    assert yaml.safe_load(here.text("partners.yaml")) == [
        {"name": "Fir", "tier": "gold", "code": "42"}
    ]


@claim(IMPORTING, "`-` is standard input")
@claim(IMPORTING, "A flag before a name becomes the `country`, a handle behind it `github`.")
def test_import_of_flags(here: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "# Ambassadors\n\n- \U0001f1f5\U0001f1f1 Ada Example (@ada)\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(page.encode()), "utf-8"))
    assert here.run("import - --format markdown --section Ambassadors") == 0, here.err
    (entry,) = yaml.safe_load(here.out)
    assert (entry["name"], entry["github"]) == ("Ada Example", "ada")
    assert entry["country"]


@claim(IMPORTING, "Fields that an entry has itself are kept.")
def test_import_keeps_a_status(here: Scratch) -> None:
    here.write("T.md", "# T\n\n## Emeritus\n\n| Name | Status |\n|---|---|\n| Ada | away |\n")
    assert here.run("import T.md") == 0
    assert [each["status"] for each in yaml.safe_load(here.out)] == ["away"]


@claim(
    POLICIES,
    "a rule is only about entries whose date (the first field of the role `date`) is on that day or later",
)
@claim(POLICIES, "An entry without a date is judged: no one is excused by leaving it out.")
def test_rules_for_new_entries(here: Scratch) -> None:
    here.has(
        partners="".join(f"- name: ' {each}'\n" for each in "ABC").replace("A'\n", "A'\n  since: 2025-12-31\n")
        .replace("B'\n", "B'\n  since: 2026-01-01\n"),
        policy=f"{ROSTER}rules: {{blank-edges: {{since: 2026-01-01}}}}\n",
    )  # fmt: skip
    assert [each["line"] for each in here.findings("blank-edges")] == [3, 5]


@claim(POLICIES, "An item may be a name itself")
def test_an_outside_list_in_json(here: Scratch) -> None:
    here.has(
        partners="- {name: Ada, company: Alder}\n- {name: Bo, company: Birch}\n",
        policy=f"{ROSTER}members: {{file: members.json, entries: groups.0.members, field: [name, also]}}\n",
        members_json='{"groups": [{"members": ["Cedar", {"name": "A", "also": "Alder"}]}]}',
    )
    assert [each["entry"] for each in here.findings("not-a-member")] == ["Bo"]


@claim(
    REPORTS,
    "A report has the first 1,000 findings of each rule and programme, and says how many there are in all.",
)
def test_many_findings(here: Scratch) -> None:
    here.has(partners="".join(f"- name: ' F{number}'\n" for number in range(1_001)))
    report = here.report("--select blank-edges")
    assert len(report["findings"]) == 1_000
    assert report["counts"]["warning"] == 1_001
    assert [each["findings"] for each in report["left_out"]["groups"]] == [1]


@claim(
    REPORTS,
    "`github` writes the most severe findings first: GitHub shows ten annotations of each severity per step. The rest is counted.",
)
def test_annotations(here: Scratch) -> None:
    names = "".join(f"- name: ' F{number}'\n" for number in range(12))
    here.has(partners=f"{names}- name: Oak\n  website: gopher://oak.example/\n")
    here.run("check --offline --format github")
    lines = here.out.splitlines()
    assert lines[0].startswith("::error")
    assert 10 <= len([line for line in lines if line.startswith("::warning")]) < 12


@claim(PAGES, "What is missing on a page in one language is reported by `translation-missing`")
def test_a_translation_that_is_missing(here: Scratch) -> None:
    here.has(
        partners="- {name: Fir, description: Iron, description_zh: 铁}\n- {name: Oak, description: Wood}\n",
        policy=f"{ROSTER}pages: [{{path: a.md}}, {{path: b.md, language: zh}}]\nlayout: {{columns: [description]}}\n",
    )
    assert [each["entry"] for each in here.findings("translation-missing")] == ["Oak"]


@claim(
    PAGES,
    "An entry without a logo has its name instead, and so has one whose logo cannot be shown; `render` lists the latter.",
)
def test_an_entry_without_a_logo(here: Scratch) -> None:
    here.has(
        partners="- name: Fir\n- {name: Oak, logo: oak.svg}\n",
        policy=f"{ROSTER}page: a.md\nlogos: logos\n",
    )
    here.write("logos/.gitkeep", "")
    assert here.run("render") == 0
    assert "Fir" in here.text("a.md")
    assert "Oak" in here.text("a.md")
    assert "<img" not in here.text("a.md")
    assert "Fir" not in here.out
    assert "no logo to show for `Oak`:" in here.out


@claim(PAGES, "Templates run in Jinja's sandbox, and cannot include other files.")
@pytest.mark.parametrize(
    "template", ["{% include 'other.md' %}", "{{ ''.__class__.__mro__ }}", "{% for %}"]
)
def test_a_template_that_reaches_out(here: Scratch, template: str) -> None:
    here.has(partners="- name: Fir\n", policy=f"{ROSTER}page: a.md\nlayout: {{template: t.md}}\n")
    here.write("policies/t.md", template)
    here.write("policies/other.md", "other")
    assert here.run("render") == 2
    assert "t.md" in here.err
    assert not (here.root / "a.md").exists()


@claim(
    REPORTS,
    "`junit` makes errors and warnings failures, and each rule without a finding a test that passed or was skipped",
)
def test_junit(here: Scratch) -> None:
    here.has(partners="- name: ' Fir'\n")
    here.run("check --offline --format junit")
    cases = {each.get("name"): each for each in ET.fromstring(here.out).iter("testcase")}  # noqa: S314 - it is our own
    assert len(cases) > 100
    failed = [name for name, case in cases.items() if case.find("failure") is not None]
    assert len(failed) == 1
    assert "blank-edges" in here.out
    assert cases["website-parked"].find("skipped") is not None
    assert len(cases["duplicate-name"]) == 0


@claim(
    WEBSITES,
    "Beside the authorities that browsers trust, those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name are trusted",
)
def test_authorities(here: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    here.has(partners="- {name: Fir, website: https://fir.example/}\n", own_pem="no certificate\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(here.root / "own.pem"))
    assert here.run("check") == 3
    assert "SSL_CERT_FILE" in here.out
    assert here.run("check --offline") == 0


@claim(
    POLICIES,
    "Then `2021` and `2021-06` are dates too, with and without quotes, also where the schema has `format: date`.",
)
def test_a_year_is_a_date(here: Scratch) -> None:
    schema = '{"items": {"properties": {"since": {"type": "string", "format": "date"}}}}'
    here.write("policies/p.json", schema)
    here.has(
        partners="".join(f"- {{name: {name}, since: {since}}}\n" for name, since in (
            ("Fir", "2021"), ("Oak", "'2021'"), ("Yew", "2021-06"), ("Elm", "'2021-06'")
        )),
        policy=f"{ROSTER}schema: p.json\n",
    )  # fmt: skip
    assert {each["entry"] for each in here.report()["findings"]} == {"Fir", "Oak", "Yew", "Elm"}
    here.has(policy=f"{ROSTER}schema: p.json\ndates: {{precision: year}}\n")
    assert here.report()["findings"] == []
