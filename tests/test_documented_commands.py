"""What the documentation says of the commands is so."""

from __future__ import annotations

import json
import re
from datetime import datetime, tzinfo

import pytest
import yaml

from claiming import Scratch, claim, here
from rollkeeper.loading import clock

__all__ = ["here"]
README, REPORTS, POLICIES = "README.md", "docs/reports.md", "docs/policies.md"
INIT, IMPORTING, FIXING = "docs/init.md", "docs/importing.md", "docs/fixing.md"
PAGES, WEBSITES = "docs/pages.md", "docs/websites.md"
BAD = "- name: Fir\n  website: http://fir.example/\n- name: ' Oak'\n"
PARTNERS = "roster: partners.yaml\npage: README.md\n"
MARKED = "# Ours\n\n<!-- rollkeeper:begin partners -->\n<!-- rollkeeper:end partners -->\n\nWritten by hand.\n"


@claim(
    README,
    "From a folder inside of a repository, the nearest folder above with `policies/` is checked.",
)
def test_from_a_folder_inside(here: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    here.has(partners=BAD, deep__er__note_txt="")
    here.commit()
    monkeypatch.chdir(here.root / "deep" / "er")
    assert here.run("check --offline --format concise") == 0
    assert "partners.yaml:3:" in here.out


@claim(
    README,
    "Exit status: 0 nothing at or above the threshold, 1 findings, 2 wrong use, 3 Rollkeeper crashed or could not check.",
)
def test_the_exit_statuses(here: Scratch) -> None:
    here.has(partners="- name: Fir\n")
    assert here.run("check --offline") == 0
    here.has(partners="- name: ' Fir'\n")
    assert here.run("check --offline") == 0
    assert here.run("check --offline --fail-on warning") == 1
    assert here.run("check --nowhere") == 2
    assert here.run("check --offline --select websites") == 3


@claim(
    README,
    "`rollkeeper check partners.yaml` checks the programme of a file, `--select` and `--ignore` choose rules or families of rules.",
)
def test_choosing(here: Scratch) -> None:
    here.has(partners=BAD, members_yaml="- name: ' Elm'\n")
    here.write("policies/members.yaml", "roster: members.yaml\n")
    assert here.report("members.yaml")["programmes"] == ["members"]
    rules = {each["rule"] for each in here.report()["findings"]}
    assert rules == {"website-insecure", "blank-edges"}
    assert {each["rule"] for each in here.report("--select links")["findings"]} == {
        "website-insecure"
    }
    assert {each["rule"] for each in here.report("--ignore links")["findings"]} == {"blank-edges"}


@claim(
    README,
    "shows which field plays which role, which rules judge your rosters, and why others do not",
)
def test_explain(here: Scratch) -> None:
    here.has(partners="- {name: Fir, site: https://fir.example/}\n- {name: Oak}\n")
    assert here.run("explain") == 0
    assert re.search(r"^ +name +name +2 of 2$", here.out, re.MULTILINE)
    assert "Keys that play no role: site (1)" in here.out
    assert "Not judged by" in here.out


@claim(README, "prints what bash (or zsh, or fish) needs to complete the command")
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(here: Scratch, shell: str) -> None:
    assert here.run(f"completion {shell}") == 0
    assert "rollkeeper" in here.out
    assert "explain" in here.out


@claim(
    REPORTS,
    "`-v` adds which rules were skipped and why, and where each rule is described; `-q` leaves only findings; `--statistics` counts the findings of each rule instead.",
)
def test_how_much_is_said(here: Scratch) -> None:
    here.has(partners=BAD)
    here.run("check --offline -v")
    assert "docs/rules.md#blank-edges" in here.out
    assert "website-parked" in here.out
    here.run("check --offline -q")
    assert "blank-edges" in here.out
    assert "checked" not in here.out
    here.run("check --offline --statistics")
    assert "blank-edges" in here.out
    assert "partners.yaml" not in here.out
    here.has(partners="- name: Fir\n")
    assert here.run("check --offline -q") == 0
    assert here.out == ""


@claim(
    REPORTS,
    "One line for each finding: `path:line:column: severity: message [rule]`, as compilers do.",
)
def test_concise(here: Scratch) -> None:
    here.has(partners=BAD)
    here.run("check --offline --format concise")
    first, second = here.out.splitlines()[:2]
    assert first.startswith("partners.yaml:2:12: warning: Fir: ")
    assert first.endswith(" [website-insecure]")
    assert second.endswith(" [blank-edges]")


@claim(
    REPORTS,
    "`sarif` suppresses waived findings and marks those that were already there as unchanged.",
)
def test_sarif(here: Scratch) -> None:
    waiver = "{rule: website-insecure, entry: Fir, reason: r, until: 2026-12-01, by: ada}"
    here.has(partners=BAD, policy=f"roster: partners.yaml\nwaivers: [{waiver}]\n")
    here.commit()
    here.run("check --offline --today 2026-11-21 --since HEAD --format sarif")
    results = {each["ruleId"]: each for each in json.loads(here.out)["runs"][0]["results"]}
    assert results["website-insecure"]["suppressions"]
    assert results["blank-edges"]["baselineState"] == "unchanged"


@claim(
    REPORTS,
    "The paths of `github`, `gitlab`, `junit` and `sarif` begin at the top of the repository.",
)
def test_paths_begin_at_the_top(here: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    here.write("community/policies/partners.yaml", "roster: partners.yaml\n")
    here.write("community/partners.yaml", BAD)
    here.commit()
    monkeypatch.chdir(here.root / "community")
    for name in ("github", "gitlab", "junit", "sarif"):
        here.run(f"check --offline --format {name}")
        assert "community/partners.yaml" in here.out, name


@claim(
    REPORTS,
    'A finding is "already there" when the same rule reported it there about the same field of the same entry.',
)
def test_what_a_change_introduces(here: Scratch) -> None:
    here.has(partners=BAD)
    here.commit()
    assert here.run("check --offline --fail-on warning --since HEAD") == 0
    here.has(partners=f"- name: ' Elm'\n{BAD}")
    assert here.run("check --offline --fail-on warning --since HEAD") == 1
    found = here.findings("blank-edges", "--since HEAD")
    assert [(each["line"], each["already_there"]) for each in found] == [(1, False), (4, True)]


@claim(INIT, "The first command writes nothing.")
@claim(INIT, "without a terminal it needs `--yes`")
@claim(INIT, "A file that is there is kept, and the report says so. A second run changes nothing.")
def test_init(here: Scratch) -> None:
    here.write(
        "ADOPTERS.md",
        "# Adopters\n\n- [Fir](https://fir.example/)\n- [Oak](https://oak.example/)\n",
    )
    assert here.run("init --dry-run") == 0
    assert ".git:" not in here.out, "that there is no remote is nothing to decide"
    assert [each.name for each in here.root.iterdir()] == ["ADOPTERS.md"]
    assert here.run("init") == 2
    assert "--yes" in here.err
    here.write("policies/adopters.yaml", "title: Ours\nroster: rosters/adopters.yaml\n")
    assert here.run("init --yes") == 0
    assert here.text("policies/adopters.yaml").startswith("title: Ours\n")
    assert "policies/adopters.yaml" in here.out
    before = {file: file.read_bytes() for file in here.root.rglob("*.yaml")}
    assert here.run("init --yes") == 0
    assert {file: file.read_bytes() for file in here.root.rglob("*.yaml")} == before


@claim(INIT, "which ends after 90 days or on the day that `--until` names")
@claim(
    INIT, "comments and waivers that are there stay. Run it again, and only what is new is added."
)
def test_a_baseline(here: Scratch) -> None:
    here.has(partners=BAD, policy="# Ours\nroster: partners.yaml\n")
    command = "check --offline --today 2026-11-21 --write-baseline"
    assert here.run(command) == 0
    assert here.text("policies/partners.yaml").startswith("# Ours\n")
    assert "2027-02-19" in here.text("policies/partners.yaml")
    assert here.run("check --offline --fail-on warning --today 2027-02-19") == 0
    assert here.run("check --offline --fail-on warning --today 2027-02-20") == 1
    once = here.text("policies/partners.yaml")
    assert here.run(command) == 0
    assert here.text("policies/partners.yaml") == once
    here.has(partners=f"{BAD}- name: 'Elm '\n")
    assert here.run(f"{command} --until 2026-12-31") == 0
    added = here.text("policies/partners.yaml").removeprefix(once.rstrip())
    assert "2026-12-31" in added
    assert "Fir" not in added


@claim(
    INIT,
    "An error that keeps a roster from being read cannot be part of a baseline, because nothing behind it was checked. It is named, and the exit status is 1.",
)
def test_no_baseline_of_what_was_not_read(here: Scratch) -> None:
    here.has(partners="- {name: [\n", policy="roster: partners.yaml\n")
    assert here.run("check --offline --write-baseline") == 1
    assert "partners.yaml:" in here.out + here.err
    assert here.text("policies/partners.yaml") == "roster: partners.yaml\n"


@claim(IMPORTING, "which is replaced only with `--force`")
@claim(
    IMPORTING, "each entry gets its heading as `group`, or as the field that `--headings-as` names"
)
@claim(
    IMPORTING,
    "Under a heading with a word such as *Emeritus*, *Former*, *Past*, *Retired*, *Inactive* or *Alumni*, entries get the `status` that says so.",
)
def test_import(here: Scratch) -> None:
    page = (
        "# Team\n\n## Docs\n\n| Name | GitHub |\n|---|---|\n| Ada | @ada |\n\n"
        "## Emeritus\n\n| Name | GitHub |\n|---|---|\n| Bo | @bo |\n"
    )
    here.write("TEAM.md", page)
    assert here.run("import TEAM.md --output team.yaml") == 0
    ada, bo = yaml.safe_load(here.text("team.yaml"))
    assert (ada["name"], ada["group"]) == ("Ada", "Docs")
    assert (bo["name"], bo["status"]) == ("Bo", "emeritus")
    assert here.run("import TEAM.md --headings-as area --output team.yaml") == 2
    assert "--force" in here.err
    assert "area" not in here.text("team.yaml")
    assert here.run("import TEAM.md --headings-as area --output team.yaml --force") == 0
    assert "area: Docs" in here.text("team.yaml")


@claim(
    IMPORTING,
    "Nothing is lost silently: each line of the source is in an entry, is a heading or the header of a table, or is reported.",
)
def test_import_names_what_it_leaves_out(here: Scratch) -> None:
    here.write("TEAM.md", "# Team\n\nA remark.\n\n| Name |\n|---|\n| Ada |\n\n- Bo, by the way\n")
    assert here.run("import TEAM.md") == 0
    assert yaml.safe_load(here.out) == [{"name": "Ada"}]
    assert "Not placed:\n  line 3: prose\n  line 9: a list\n" in here.err


@claim(
    IMPORTING,
    "`--set field=value` adds a field, written as YAML, to every entry that does not have it.",
)
def test_import_sets_fields(here: Scratch) -> None:
    here.write("team.csv", "name,tier\nFir,gold\nOak,\n")
    assert here.run("import team.csv --set tier=silver --set since=2026-01-05") == 0
    assert [each["tier"] for each in yaml.safe_load(here.out)] == ["gold", "silver"]
    assert here.out.count("since: 2026-01-05") == 2


@claim(IMPORTING, "A second value for a field gets a number, `website_2`, unless it is the same.")
def test_import_numbers_fields(here: Scratch) -> None:
    link, other = "https://fir.example/", "https://www.fir.example/"
    here.write(
        "T.md", f"| Name | Website | URL |\n|---|---|---|\n| [Fir]({link}) | {link} | {other} |\n"
    )
    assert here.run("import T.md") == 0
    assert yaml.safe_load(here.out) == [{"name": "Fir", "website": link, "website_2": other}]


@claim(FIXING, "The exit status is 1 while an error is left.")
@claim(FIXING, "is written in the style that it had: plain, in quotes, wrapped, or as a block")
def test_fix(here: Scratch) -> None:
    tiers = '{"items": {"properties": {"tier": {"enum": ["gold"]}}}}'
    roster = "- name: 'Fir '  # ours\n  tier: GOLD\n- name: Oak\n  tier: tin\n"
    here.has(partners=roster, policy="roster: partners.yaml\nschema: p.json\n")
    here.write("policies/p.json", tiers)
    assert here.run("fix") == 1
    fixed = "- name: 'Fir'  # ours\n  tier: gold\n- name: Oak\n  tier: tin\n"
    assert here.text("partners.yaml") == fixed
    here.write("partners.yaml", fixed.replace("tin", "GOLD"))
    assert here.run("fix") == 0


@claim(FIXING, "so `--logos` only shows what it would do until `--write` is added")
def test_fixing_logos(here: Scratch) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        '<script>1</script><path fill="#258" d="M8 8h48v48H8z"/></svg>'
    )
    here.has(partners="- {name: Fir, logo: fir.svg}\n", logos__fir_svg=svg)
    here.has(policy="roster: partners.yaml\nlogos: logos\n")
    here.run("fix --logos")
    assert "--write" in here.out
    assert here.text("logos/fir.svg") == svg
    here.run("fix --logos --write")
    assert "script" not in here.text("logos/fir.svg")


@claim(PAGES, "What is outside of the markers stays.")
@claim(PAGES, "`rollkeeper render --check` writes nothing, and says which pages are out of date")
def test_render(here: Scratch) -> None:
    here.has(partners="- name: Fir\n", policy=PARTNERS, README_md=MARKED)
    assert here.run("render --check") == 1, here.err
    assert here.text("README.md") == MARKED
    assert here.run("render") == 0
    page = here.text("README.md")
    assert "Fir" in page
    assert page.startswith("# Ours\n")
    assert page.endswith("\nWritten by hand.\n")
    assert here.run("render --check") == 0
    here.write("README.md", page.replace("Fir", "Yew"))
    assert here.run("render --check") == 1
    assert "by hand" in here.out + here.err


@claim(
    PAGES,
    "An entry has its name, its website, its logo and the fields that `columns` name, and nothing else",
)
def test_data_for_a_site(here: Scratch) -> None:
    policy = "roster: partners.yaml\npages: [{path: p.json, layout: {columns: [tier]}}]\n"
    here.has(partners="- {name: Fir, tier: gold, email: ada@fir.example}\n", policy=policy)
    assert here.run("render") == 0
    assert "gold" in here.text("p.json")
    assert "ada@" not in here.text("p.json")


@claim(
    PAGES,
    "For another language a page's `layout` gives them as `words`; an error lists those that are missing.",
)
def test_words_of_another_language(here: Scratch) -> None:
    here.has(
        partners="- name: Fir\n",
        policy="roster: partners.yaml\npages:\n  - {path: p.md, language: pl}\n",
    )
    assert here.run("check --offline") == 2
    assert here.err.startswith("policies/partners.yaml:3")
    assert "active" in here.err


@claim(PAGES, "what it holds of Markdown and HTML is shown, not obeyed")
def test_a_template_only_gets_text(here: Scratch) -> None:
    here.has(
        partners='- {name: "<b>Fir</b> [x](https://x.example)"}\n',
        policy=f"{PARTNERS}layout: {{template: t.md}}\n",
    )
    here.write("policies/t.md", "{% for entry in entries %}{{ entry.name }}{% endfor %}\n")
    assert here.run("render") == 0
    assert "<b>" not in here.text("README.md")
    assert "[x](" not in here.text("README.md")


@claim(WEBSITES, "no website is visited, and the run says so and ends with exit status 3")
def test_a_proxy(here: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    here.has(partners="- {name: Fir, website: https://fir.example/}\n")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert here.run("check") == 3
    assert "HTTPS_PROXY" in here.out + here.err
    assert here.run("check --offline") == 0


@claim(POLICIES, "by default a day ends when it has ended everywhere (`Etc/GMT+12`)")
def test_days_end_with_the_time_zone(here: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls(2026, 12, 1, 11, 59, tzinfo=tz)

    monkeypatch.setattr(clock, "datetime", Clock)
    term = "- name: Ada\n  terms: [{start: 2026-01-01, end: 2026-11-30}]\n"
    here.has(partners=term, policy="roster: partners.yaml\n")
    here.run("check --offline")
    assert "term-ended" not in here.out
    here.has(policy="roster: partners.yaml\ntimezone: UTC\n")
    here.run("check --offline")
    assert "term-ended" in here.out
