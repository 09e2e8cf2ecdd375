"""What the documentation says of policies, requirements and schemas is so."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from claiming import CLAIMS, Scratch, claim, here

__all__ = ["here"]
POLICIES, SCHEMAS = "docs/policies.md", "docs/schemas.md"
ROSTER = "roster: partners.yaml\n"


def names(text: str) -> list[str]:
    """Return the names in a roster, in their order."""
    return [line.partition("name: ")[2] for line in text.splitlines() if "name: " in line]


def test_there_are_many() -> None:
    for file in Path(__file__).parent.glob("test_documented_*.py"):
        importlib.import_module(file.stem)
    assert len(set(CLAIMS)) >= 80


@claim(
    POLICIES, "error in a policy ends the run with exit status 2 and is reported with file and line"
)
def test_an_error_in_a_policy(here: Scratch) -> None:
    here.has(partners="- name: Fir\n", policy=f"{ROSTER}rules:\n  unsorrted: error\n")
    assert here.run("check --offline") == 2
    assert "policies/partners.yaml:3" in here.err
    assert "unsorted" in here.err
    here.has(policy="title: Ours\nroster: nowhere.yaml\n")
    assert here.run("check --offline") == 2
    assert here.err.startswith("policies/partners.yaml:2")
    (here.root / "policies/partners.yaml").unlink()
    assert here.run("check --offline") == 2
    assert "`rollkeeper init`" in here.err


@claim(POLICIES, "Unknown roles are errors.")
def test_an_unknown_role(here: Scratch) -> None:
    here.has(partners="- name: Fir\n", policy=f"{ROSTER}fields:\n  websight: link\n")
    assert here.run("check --offline") == 2
    assert "policies/partners.yaml:3" in here.err


@claim(POLICIES, "and the options of a rule are merged key by key, requirements by their `id`")
def test_merging(here: Scratch) -> None:
    base = (
        "rules: {unsorted: {by: [tier]}}\n"
        "requirements:\n"
        "  - {id: has-tier, expect: has(entry.tier), message: base}\n"
        "  - {id: has-motto, expect: has(entry.motto), message: base}\n"
    )
    own = (
        f"extends: ./_base.yaml\n{ROSTER}"
        "rules: {unsorted: notice}\n"
        "requirements: [{id: has-tier, expect: has(entry.tier), message: own}]\n"
    )
    here.has(
        partners="- {name: Fir, tier: b, motto: m}\n- {name: Oak, motto: m, tier: a}\n- {name: Yew}\n",
        policy=own,
    )
    here.write("policies/_base.yaml", base)
    (order,) = here.findings("unsorted")
    assert (order["severity"], order["entry"]) == ("notice", "Fir")
    assert [each["message"] for each in here.findings("has-tier")] == ["own"]
    assert [each["message"] for each in here.findings("has-motto")] == ["base"]


@claim(POLICIES, "Of several, each is laid over the one before, and the policy over all of them.")
def test_the_last_of_several_counts(here: Scratch) -> None:
    here.has(
        partners="- name: Oak\n- name: Fir\n", policy=f"extends: [./_a.yaml, ./_b.yaml]\n{ROSTER}"
    )
    here.write("policies/_a.yaml", "rules: {unsorted: error}\n")
    here.write("policies/_b.yaml", "rules: {unsorted: notice}\n")
    assert [each["severity"] for each in here.findings("unsorted")] == ["notice"]
    here.has(policy=f"extends: [./_a.yaml, ./_b.yaml]\n{ROSTER}rules: {{unsorted: warning}}\n")
    assert [each["severity"] for each in here.findings("unsorted")] == ["warning"]


@claim(POLICIES, "a programme's policy may be extended as well; its waivers are its own")
def test_waivers_are_not_inherited(here: Scratch) -> None:
    waiver = (
        "waivers: [{rule: has-tier, entry: Fir, reason: r, until: 2026-12-01, by: ada}]\n"
        "requirements: [{id: has-tier, expect: has(entry.tier), message: m}]\n"
    )
    here.has(partners="- name: Fir\n", policy=ROSTER + waiver, members_yaml="- name: Fir\n")
    here.write("policies/members.yaml", "extends: ./partners.yaml\nroster: members.yaml\n")
    counting = [each["path"] for each in here.findings("has-tier") if each["waiver"] is None]
    assert counting == ["members.yaml"]


@claim(POLICIES, "A name that begins with `_` says that it is no programme")
def test_a_base_is_no_programme(here: Scratch) -> None:
    here.has(partners="- name: Fir\n", policy=f"extends: ./_base.yaml\n{ROSTER}")
    here.write("policies/_base.yaml", "timezone: UTC\n")
    assert here.report()["programmes"] == ["partners"]


@claim(
    POLICIES,
    "a step that ends in `?` may be missing (`teams.*.members?`), and any other is a finding where it is",
)
def test_a_step_that_may_be_missing(here: Scratch) -> None:
    teams = "teams:\n  - members: [{name: Fir}]\n  - {}\n"
    here.has(partners=teams, policy=f"{ROSTER}entries: teams.*.members?\n")
    assert here.run("check --offline") == 0
    here.has(policy=f"{ROSTER}entries: teams.*.members\n")
    (finding,) = here.findings("roster-shape")
    assert (finding["path"], finding["line"]) == ("partners.yaml", 3)


@claim(POLICIES, "neither matches names that begin with a dot")
def test_hidden_files_are_no_roster(here: Scratch) -> None:
    here.has(policy="roster: people/*.yaml\n")
    here.write("people/fir.yaml", "name: Fir\n")
    here.write("people/.oak.yaml", "name: ' Oak'\n")
    assert here.report()["counts"]["entries"] == 1


@claim(
    POLICIES,
    "Findings in TOML point to lines, not to columns, and `rollkeeper fix` leaves TOML as it is.",
)
def test_toml(here: Scratch) -> None:
    toml = '[[people]]\nname = "Fir"\nwebsite = "https://fir.example/?utm_source=x"\n'
    here.has(policy="roster: people.toml\nentries: people\n", people_toml=toml)
    (finding,) = here.findings("website-tracking")
    assert (finding["line"], finding["column"]) == (3, 1)
    here.run("fix")
    assert here.text("people.toml") == toml


@claim(POLICIES, "a file in `policies` that looks like a policy but is not read are notices")
def test_a_file_that_is_no_policy(here: Scratch) -> None:
    here.has(partners="- name: Fir\n")
    here.write("policies/members/members.yaml", ROSTER)
    (finding,) = here.findings("policy-unread")
    assert finding["severity"] == "notice"
    assert finding["path"] == "policies/members/"


@claim(POLICIES, "A roster may be in any order unless the policy asks for one.")
def test_any_order(here: Scratch) -> None:
    here.has(partners="- name: Oak\n- name: Fir\n")
    assert here.findings("unsorted") == []


@pytest.mark.parametrize(
    ("setting", "entries", "sorted_names"),
    [
        ("{by: [tier, name], order: [gold, silver]}", "Oak silver, Yew gold, Fir gold", "Fir Yew Oak"),
        ("{by: [-tier, name]}", "Oak 2021, Yew 2024, Fir 2021", "Yew Fir Oak"),
        ("{locale: pl}", "Zeta a, Łoś a, Lora a, Mak a", "Lora Łoś Mak Zeta"),
        ("{groups: tier}", "Oak b, Yew a, Fir b, Elm a", "Fir Elm Oak Yew"),
        ("{groups: tier, leave: [b]}", "Oak b, Yew a, Fir b, Elm a", "Oak Elm Fir Yew"),
        ("error", "Zed a, Émile a, Emma a, Emil a", "Emil Émile Emma Zed"),
    ],
)  # fmt: skip
@claim(
    POLICIES,
    "[`unsorted`](rules.md#unsorted) then reports what is out of it, and `rollkeeper fix` sorts",
)
def test_the_orders_of_the_table(
    here: Scratch, setting: str, entries: str, sorted_names: str
) -> None:
    pairs = [each.split() for each in entries.split(", ")]
    here.has(
        partners="".join(f"- tier: {tier}\n  name: {name}\n" for name, tier in pairs),
        policy=f"{ROSTER}rules: {{unsorted: {setting}}}\n",
    )
    assert here.findings("unsorted")
    here.run("fix")
    assert " ".join(names(here.text("partners.yaml"))) == sorted_names
    assert here.findings("unsorted") == []


@claim(
    POLICIES,
    "A term begins with the first day of its `start` and ends with the last day of its `end`.",
)
def test_dates_of_less_precision(here: Scratch) -> None:
    here.has(
        partners="- name: Fir\n  terms: [{start: 2026-01, end: 2026-11}]\n",
        policy=f"{ROSTER}timezone: UTC\n",
    )
    assert here.findings("date-form")
    here.has(policy=f"{ROSTER}timezone: UTC\ndates: {{precision: month}}\n")
    assert here.findings("date-form") == []
    assert here.findings("term-ended", "--today 2026-11-30") == []
    assert here.findings("term-ended", "--today 2026-12-01")


@claim(POLICIES, "With `logos: static/img`, these are the same file:")
def test_the_ways_to_write_a_logo(here: Scratch) -> None:
    for path in ("users/fir.svg", "static/img/users/fir.svg", "/img/users/fir.svg"):
        here.has(partners=f"- name: Fir\n  logo: {path}\n", policy=f"{ROSTER}logos: static/img\n")
        assert here.findings("logo-missing"), path
    here.write("static/img/users/fir.svg", "<svg/>")
    for path in ("users/fir.svg", "static/img/users/fir.svg", "/img/users/fir.svg"):
        here.has(partners=f"- name: Fir\n  logo: {path}\n")
        assert not here.findings("logo-missing") + here.findings("logo-orphan"), path


@claim(
    POLICIES,
    "a file that an entry of any of them names is no orphan, and what is wrong in it is reported once",
)
def test_a_shared_folder_of_logos(here: Scratch) -> None:
    entry = "- name: Fir\n  logo: fir.svg\n"
    here.has(partners=entry, policy=f"{ROSTER}logos: logos\n", logos__fir_svg="<svg")
    here.has(members_yaml=entry)
    here.write("policies/members.yaml", "roster: members.yaml\nlogos: logos\n")
    found = here.report()["findings"]
    assert len([each for each in found if each["path"] == "logos/fir.svg"]) == 1
    assert not [each for each in found if each["rule"] == "logo-orphan"]


@claim(
    POLICIES,
    "A requirement that uses `old` is skipped in a run without a change (such as the nightly audit), and the report says so.",
)
def test_old_without_a_change(here: Scratch) -> None:
    rule = "requirements: [{id: stays, when: old != null, expect: entry.name == old.name, message: m}]\n"
    here.has(partners="- name: Fir\n", policy=ROSTER + rule)
    assert "stays" in here.report()["skipped"]


@claim(POLICIES, "no one is excused by leaving something out")
def test_a_condition_on_a_field_that_is_missing(here: Scratch) -> None:
    rule = "requirements: [{id: story, when: entry.tier == 'gold', expect: has(entry.story), message: m}]\n"
    here.has(partners="- {name: Fir, tier: gold, story: s}\n- {name: Oak}\n", policy=ROSTER + rule)
    assert [each["entry"] for each in here.findings("story")] == ["Oak"]


@claim(
    POLICIES,
    "this is reported once, with the field that was probably meant, and so is an `expect` that gives something other than true or false",
)
def test_a_misspelt_field(here: Scratch) -> None:
    rule = "requirements: [{id: story, expect: entry.teir == 'gold', message: m}]\n"
    here.has(
        partners="- {name: Fir, tier: gold}\n- {name: Oak, tier: gold}\n", policy=ROSTER + rule
    )
    (finding,) = here.findings("story")
    assert "`tier`" in finding["message"]
    assert finding["path"] == "policies/partners.yaml"
    here.has(policy=ROSTER + "requirements: [{id: story, expect: entry.tier, message: m}]\n")
    assert [each["path"] for each in here.findings("story")] == ["policies/partners.yaml"]


@claim(
    POLICIES,
    "An expression that does not compile, or that names a programme that there is not, is an error in the policy.",
)
@pytest.mark.parametrize("expect", ["entry.name ==", "size(rosters.nobody) > 0"])
def test_an_expression_that_cannot_be_judged(here: Scratch, expect: str) -> None:
    rule = f"requirements: [{{id: story, expect: '{expect}', message: m}}]\n"
    here.has(partners="- name: Fir\n", policy=ROSTER + rule)
    assert here.run("check --offline") == 2
    assert "policies/partners.yaml:2" in here.err


@claim(POLICIES, "An expression may have 2,000 characters")
def test_a_long_expression(here: Scratch) -> None:
    def rule(length: int) -> str:
        start = 'entry.name != "'
        expect = start + "x" * (length - len(start) - 1) + '"'
        return f"{ROSTER}requirements:\n  - id: long\n    message: m\n    expect: '{expect}'\n"

    here.has(partners="- name: Fir\n", policy=rule(2_000))
    assert here.run("check --offline") == 0
    here.has(policy=rule(2_001))
    assert here.run("check --offline") == 2
    assert "2,000" in here.err


@claim(POLICIES, "`others` and `find` return 100 entries at most")
def test_at_most_a_hundred(here: Scratch) -> None:
    rule = 'requirements: [{id: few, scope: roster, expect: \'size(find("tier", "a")) == 100\', message: m}]\n'
    here.has(
        partners="".join(f"- {{name: P{n}, tier: a}}\n" for n in range(101)), policy=ROSTER + rule
    )
    assert here.findings("few") == []
    here.has(partners="- {name: P, tier: a}\n")
    assert len(here.findings("few")) == 1


@claim(
    POLICIES,
    "Letter case, punctuation, legal forms such as `Inc.` and what stands in brackets after a name do not count.",
)
def test_an_outside_list(here: Scratch) -> None:
    here.has(
        partners="- {name: Ada, company: 'alder cloud, Inc.'}\n- {name: Bo, company: Birch}\n",
        policy=f"{ROSTER}members: {{file: members.csv, field: name}}\n",
        members_csv="name\nAlder Cloud (Europe)\n",
    )
    assert [each["entry"] for each in here.findings("not-a-member")] == ["Bo"]


@claim(POLICIES, "A roster that is larger than its limits is not read")
def test_a_limit(here: Scratch) -> None:
    here.has(
        partners="- name: Fir\n- name: ' Oak'\n", policy=f"{ROSTER}limits: {{max_entries: 1}}\n"
    )
    assert [each["rule"] for each in here.report()["findings"]] == ["yaml-limit"]
    assert here.run("check --offline") == 1
    here.has(policy=f"{ROSTER}limits: {{max_entries: 2}}\n")
    assert [each["rule"] for each in here.report()["findings"]] == ["blank-edges"]


@claim(
    SCHEMAS,
    "**A blank value is no value.** A required field with `null`, an empty text or only spaces is an `empty-value`",
)
@pytest.mark.parametrize("value", ["null", "''", "'  '"])
def test_a_blank_value(here: Scratch, value: str) -> None:
    schema = '{"items": {"required": ["tier"], "properties": {"tier": {"type": "string"}}}}'
    here.has(partners=f"- {{name: Fir, tier: {value}}}\n", policy=f"{ROSTER}schema: p.json\n")
    here.write("policies/p.json", schema)
    assert len(here.findings("empty-value")) == 1


@claim(
    SCHEMAS,
    "An invalid schema ends the run with exit status 2, and the message says where the error is.",
)
def test_an_invalid_schema(here: Scratch) -> None:
    here.has(partners="- name: Fir\n", policy=f"{ROSTER}schema: p.json\n")
    here.write("policies/p.json", '{"items": {"required": "tier"}}')
    assert here.run("check --offline") == 2
    assert here.err.startswith("policies/partners.yaml:2")
    assert "#/items/required" in here.err


@claim(
    SCHEMAS,
    "`x-pattern-words` takes precedence over `description`, and `description` over `title`.",
)
def test_words_of_a_pattern(here: Scratch) -> None:
    words: dict[str, str] = {}
    here.has(partners="- {name: Fir, code: x}\n", policy=f"{ROSTER}schema: p.json\n")
    for key in ("title", "description", "x-pattern-words"):
        words[key] = f"the words of {key}"
        more = "".join(f', "{each}": "{said}"' for each, said in words.items())
        schema = f'{{"items": {{"properties": {{"code": {{"type": "string", "pattern": "^P-"{more}}}}}}}}}'
        here.write("policies/p.json", schema)
        (finding,) = here.findings("wrong-value")
        assert words[key] in finding["message"]


@claim(SCHEMAS, "**References stay inside the file**: `#/definitions/name`. Nothing is fetched.")
def test_references_of_a_schema(here: Scratch) -> None:
    here.has(partners="- name: Fir\n", policy=f"{ROSTER}schema: p.json\n")
    here.write("policies/p.json", '{"$ref": "https://schemas.example/other.json"}')
    assert here.run("check --offline") == 2
    assert "#/definitions/name" in here.err
