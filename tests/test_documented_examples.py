"""What the documentation shows as output, converted lists, functions and templates is so."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
import yaml

import pngs
from claiming import PROJECT, Scratch, here
from rollkeeper.grammar.markers import begin, end
from rollkeeper.jobs.init.callers import NAMES

__all__ = ["here"]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{}<path fill="#258" d="M8 8h48v48H8z"/></svg>'


def page(name: str) -> str:
    """Return a page of the documentation."""
    return (PROJECT / "docs" / name).read_text(encoding="utf-8")


def fenced(name: str, containing: str) -> str:
    """Return the one block of code, fenced or indented, that contains some words."""
    text = page(name)
    found = re.findall(r"^```\w*\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    indented = re.findall(r"(?:^\n)((?:(?: {4}.*)?\n)+)", text, re.MULTILINE)
    found += [re.sub(r"^ {4}", "", each, flags=re.MULTILINE).rstrip() + "\n" for each in indented]
    block: str
    (block,) = [each for each in found if containing in each]
    return block


def rows(name: str, heading: str) -> list[list[str]]:
    """Return the rows of the first table below a line of a page."""
    lines = page(name).partition(heading)[2].split("\n|", 1)[1].partition("\n\n")[0].splitlines()
    assert set(lines[1]) <= set("|- ")
    return [re.split(r" *(?<!\\)\| *", line.strip("| ")) for line in lines[2:]]


def without_numbers(text: str) -> str:
    return re.sub(r"\d[\d,]*", "N", text)


def test_what_fix_shows(here: Scratch) -> None:
    shown = fenced("fixing.md", "$ rollkeeper fix\n").removeprefix("$ rollkeeper fix\n")
    diff = shown.partition("@@ -1,4 +1,4 @@\n")[2].splitlines()[:-1]
    before = "".join(f"{line[1:]}\n" for line in diff if line[0] in " -")
    after = "".join(f"{line[1:]}\n" for line in diff if line[0] in " +")
    tiers = '{"items": {"properties": {"tier": {"enum": ["silver"]}}}}'
    policy = "roster: partners.yaml\nschema: p.json\nrules: {unsorted: warning}\n"
    here.has(partners=before.replace("<U+00A0>", "\u00a0"), policy=policy)
    here.write("policies/p.json", tiers)
    assert here.run("fix") == 1
    assert here.out == shown
    assert here.text("partners.yaml") == after


def test_what_fix_shows_of_logos(here: Scratch) -> None:
    shown = fenced("fixing.md", "would remove what svg-script reports").splitlines()
    names = ("fir-foundry.svg", "oak-systems.png", "birch.svg")
    for name in names:
        assert any(line.startswith(f"partners/logos/{name}: ") for line in shown)
    here.has(
        partners="".join(f"- {{name: {name[0]}, logo: {name}}}\n" for name in names),
        policy="roster: partners.yaml\nlogos: partners/logos\n",
    )
    here.write("partners/logos/fir-foundry.svg", SVG.format("<script>1</script>"))
    here.write("partners/logos/birch.svg", SVG.format("<foreignObject width='9' height='9'/>"))
    text, exif = (b"tEXt", b"Author\0Ada"), (b"eXIf", b"MM\0*\0\0\0\x08\0\0\0\0\0\0")
    here.write("partners/logos/oak-systems.png", pngs.png(text, text, exif))
    here.run("fix --logos")
    said = without_numbers(here.out)
    for line in shown[:2]:
        assert without_numbers(line) in said
    assert without_numbers(shown[2].partition("<foreignObject>")[0]) in said
    assert "not written: add --write to make them" in said


def test_the_line_of_a_clean_run(here: Scratch) -> None:
    (shown,) = re.findall(r"A clean run is one line.*?: `(.*?)`\.", page("reports.md"), re.DOTALL)
    here.run(f"check --offline --root {PROJECT}")
    assert without_numbers(here.out).strip() == without_numbers(" ".join(shown.split()))


def test_the_import_that_is_shown(here: Scratch) -> None:
    command = fenced("importing.md", "rollkeeper import README.md").replace("\\\n", "")
    section = re.findall(r'--section "(.*?)"', command)[0]
    terms, status = re.findall(r"--set '?([^ ].*?)'?(?= --|$)", command)
    here.write("README.md", f"# Ours\n\n## {section}\n\n- Ada\n- Bo\n\n## Other\n\n- Cy\n")
    sets = ("--section", section, "--set", terms, "--set", status)
    assert here.run("import README.md --output ambassadors.yaml", *sets) == 0
    entries = yaml.load(here.text("ambassadors.yaml"), yaml.BaseLoader)  # noqa: S506 - it makes text only
    term = {"start": "2026-01-01", "end": "2026-12-31"}
    assert entries == [
        {"name": name, "terms": [term], "status": "active"} for name in ("Ada", "Bo")
    ]


@pytest.mark.parametrize(("written", "becomes"), rows("importing.md", "## People"))
def test_people_become_what_the_table_says(here: Scratch, written: str, becomes: str) -> None:
    person = written.strip("`")
    here.write("TEAM.md", f"| Name | Contact |\n|---|---|\n| Fir | {person} |\n")
    assert here.run("import TEAM.md") == 0
    (entry,) = yaml.safe_load(here.out)
    fields = dict(each.split(": ", 1) for each in re.findall(r"`(.*?)`", becomes))
    assert entry["contacts"] == [fields]


HEADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "Website": ("https://fir.example/", {"website": "https://fir.example/"}),
    "Company": ("Alder", {"organisation": "Alder"}),
    "Contact": ("@ada", {"contacts": [{"github": "ada"}]}),
    "Lead": ("@ada", {"leads": [{"github": "ada"}]}),
    "Members": ("@ada", {"members": [{"github": "ada"}]}),
    "Description": ("Casts iron", {"description": "Casts iron"}),
    "E-mail": ("ada@fir.example", {"email": "ada@fir.example"}),
    "any other, such as Meeting Notes": ("soon", {"meeting_notes": "soon"}),
}


def test_columns_go_where_the_table_says(here: Scratch) -> None:
    table = rows("importing.md", "## Where a column goes")
    assert len(table) == len(HEADERS) + 1
    for header, (value, fields) in HEADERS.items():
        assert any(row[0].startswith(header) for row in table), header
        here.write(
            "TEAM.md", f"| Name | {header.split('as ')[-1]} |\n|---|---|\n| Fir | {value} |\n"
        )
        assert here.run("import TEAM.md") == 0
        assert yaml.safe_load(here.out) == [{"name": "Fir", **fields}]
    here.write("TEAM.md", "| Name |\n|---|\n| [Fir](https://fir.example/) |\n")
    here.run("import TEAM.md")
    assert yaml.safe_load(here.out) == [{"name": "Fir", "website": "https://fir.example/"}]


def test_the_commands_of_init(here: Scratch) -> None:
    first, second, third = fenced("init.md", "rollkeeper init --dry-run").splitlines()
    here.write(
        "ADOPTERS.md",
        "# Adopters\n\n- [Fir](https://fir.example/)\n- [Oak](https://oak.example/)\n",
    )
    here.commit()
    assert here.run(first.removeprefix("rollkeeper ")) == 0
    pinned = second.replace("SHA", "a" * 40).replace("VERSION", "v1.2.3")
    assert here.run(f"{pinned.removeprefix('rollkeeper ')} --yes") == 0
    assert {each.name for each in (here.root / ".github/workflows").iterdir()} == set(NAMES)
    assert here.run(third.removeprefix("rollkeeper ")) == 0
    assert here.run("check --offline") == 0


FUNCTIONS = {
    "active": 'active(entry) && !active({"status": "alumni"}) && !active({"status": "emeritus"})',
    "evidence": 'evidence({"talks": "https://talks.example/1", "code": "soon"}) == 1',
    "unique": 'unique("slug") == (entry.name != "Oak" && entry.name != "Yew")',
    "others": 'others("slug").all(e, e.name != entry.name && e.slug == entry.slug)',
    "count": 'count("slug", "b") == 2 && count("teams", "slug", "t") == 1',
    "find": 'size(find("slug", "b")) == 2 && find("teams", "slug", "t")[0].name == "Docs"',
    "days_until": 'days_until("2026-11-30") == 9',
    "days_since": 'days_since("2026-11-01") == 20',
    "days_between": 'days_between("2026-11-01", "2026-12-01") == 30',
    "add_months": 'add_months("2025-01-31", 1) == "2025-03-01" && add_months("2025-03-05", -2) == "2025-01-05"',
    "months_between": 'months_between("2025-01-05", "2026-01-04") == 11',
    "host": 'host("https://WWW.alder.example/x") == "www.alder.example" && host("ada@alder.example") == "alder.example"',
    "domain": 'domain("https://www.alder.example/") == "alder.example"',
    "same_name": 'same_name("Alder, Inc.", "alder GmbH") && !same_name("Alder", "Birch")',
    "charAt": '"fir".charAt(1) == "i"',
    "indexOf": '"fir".indexOf("r") == 2',
    "join": '["a", "b"].join("-") == "a-b"',
    "lastIndexOf": '"firf".lastIndexOf("f") == 3',
    "lowerAscii": '"FIR".lowerAscii() == "fir"',
    "replace": '"fir".replace("f", "s") == "sir"',
    "split": '"a,b".split(",") == ["a", "b"]',
    "substring": '"fir".substring(1, 3) == "ir"',
    "trim": '" fir ".trim() == "fir"',
    "upperAscii": '"fir".upperAscii() == "FIR"',
}


def test_every_function_returns_what_the_table_says(here: Scratch) -> None:
    cells = [row[0] for row in rows("policies.md", "available besides CEL's own")]
    named = {name for cell in cells for name in re.findall(r"`(\w+)(?:\(.*?\))?`", cell)}
    assert named == set(FUNCTIONS)
    requirements = [
        {"id": name.lower().replace("_", "-"), "expect": expect, "message": "m"}
        for name, expect in FUNCTIONS.items()
    ]
    policy = {"roster": "partners.yaml", "requirements": requirements}
    roster = "- {name: Fir, slug: a}\n- {name: Oak, slug: b}\n- {name: Yew, slug: b}\n"
    here.has(partners=roster, policy=yaml.safe_dump(policy), teams_yaml="- {name: Docs, slug: t}\n")
    here.write("policies/teams.yaml", "roster: teams.yaml\n")
    ids = {each["id"] for each in requirements}
    report = here.report()
    assert [each for each in report["findings"] if each["rule"] in ids] == []
    assert ids <= set(report["ran"])


def test_the_template_that_is_shown(here: Scratch) -> None:
    template = fenced("pages.md", "{% for group in groups %}")
    policy = "roster: partners.yaml\npage: p.md\nlogos: logos\nlayout: {group_by: tier, template: t.md}\n"
    here.has(
        partners="- {name: A<b>, website: 'https://fir.example/', tier: gold, github: ada, logo: a.svg, description: Iron}\n",
        policy=policy,
        logos__a_svg=SVG.format(""),
    )
    here.write("policies/t.md", template)
    assert here.run("render") == 0, here.err
    written = here.text("p.md").partition(begin("partners"))[2].partition(end("partners"))[0]
    assert "## Gold" in written
    assert written.count("<a ") == written.count("</a>") == 2
    assert not re.search(r"<a [^>]*>(?:(?!</a>).)*<a ", written, re.DOTALL)
    assert '<a href="https://fir.example/" title="A<b>">More</a>' in html.unescape(written)
    assert re.search(
        r"\*\*\[A.*\]\(<?https://fir\.example/>?\)\*\* \[.*ada.*\]\(.*\): Iron", written
    )


def test_both_languages_that_are_shown(here: Scratch) -> None:
    policy = fenced("pages.md", "language: zh-CN")
    entry = (
        "- {name: Fir, tier: gold, offerings: [Support], description: Iron, description_zh: 铁}\n"
    )
    here.has(partners=entry, policy=policy)
    assert here.run("render") == 0, here.err
    english, chinese = (here.text(f"partners/README{each}.md") for each in ("", ".zh-CN"))
    assert "Gold" in english
    assert "Offers" in english
    assert "Iron" in english
    for word in ("金牌", "提供", "铁"):
        assert word in chinese


@pytest.mark.parametrize(
    ("containing", "files", "fields"),
    [
        (
            "landscape.*.subcategories.*.items",
            {"landscape.yml": "landscape: [{name: C, subcategories: [{name: S, items: [{name: Fir}]}]}]\n"},
            {"name": "Fir", "category": "C", "subcategory": "S"},
        ),
        (
            "roster: config/*/org.yaml",
            {"config/a/org.yaml": "name: Alder\nmembers: [ada]\n", "config/b/org.yaml": "name: Birch\n"},
            {"github": "ada", "organisation": "Alder"},
        ),
        ("roster: people/*.yaml\n", {"people/ada.yaml": "name: Ada\n"}, {"name": "Ada"}),
    ],
)  # fmt: skip
def test_where_the_entries_are(
    here: Scratch, containing: str, files: dict[str, str], fields: dict[str, Any]
) -> None:
    blocks = re.findall(
        r"\n\n((?: {4}.*\n)+)", page("policies.md").partition("## Where the entries are")[2]
    )
    block = next(each for each in blocks if containing in each and "roster:" in each)
    policy = re.sub(r"^ {4}", "", block, flags=re.MULTILINE)
    judged = " && ".join(f'entry.{key} == "{value}"' for key, value in fields.items())
    here.has(policy=f"{policy}requirements: [{{id: fields, expect: '{judged}', message: m}}]\n")
    for path, content in files.items():
        here.write(path, content)
    report = here.report()
    assert report["counts"]["entries"] == 1
    assert not [each for each in report["findings"] if each["rule"] == "fields"]


def test_the_description_of_a_pattern(here: Scratch) -> None:
    shown = fenced("schemas.md", '"code": {"type": "string"').strip()
    words = json.loads("{" + shown + "}")["code"]["description"]
    here.has(partners="- {name: Fir, code: x}\n", policy="roster: partners.yaml\nschema: p.json\n")
    here.write("policies/p.json", f'{{"items": {{"properties": {{{shown}}}}}}}')
    (finding,) = here.findings("wrong-value")
    assert words in finding["message"]


@pytest.mark.parametrize(
    ("key", "low", "high"),
    re.findall(r"(\w+): \d+ +# [^\n]*?, ([\d.]+) to ([\d.]+)$", page("websites.md"), re.MULTILINE),
)
def test_the_bounds_of_times(here: Scratch, key: str, low: str, high: str) -> None:
    for value, status in ((low, 0), (high, 0), (float(low) / 2, 2), (float(high) + 1, 2)):
        here.has(
            partners="- name: Fir\n",
            policy=f"roster: partners.yaml\nwebsites: {{{key}: {value}}}\n",
        )
        assert here.run("check --offline") == status, value


def test_a_comment_beside_an_entry(here: Scratch) -> None:
    roster = fenced("policies.md", "- name: Alder\n  # rollkeeper: waive website-insecure")
    rule = "website-insecure"
    here.has(
        partners=roster,
        policy=f"roster: partners.yaml\ncomment_waivers: [{rule}]\n",
    )
    (finding,) = here.report()["findings"]
    assert (finding["rule"], finding["waiver"] is None) == (rule, False)
