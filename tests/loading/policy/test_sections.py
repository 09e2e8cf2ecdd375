"""The sections of a policy file that become values: `fields`, `layout` and `websites`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from communities import community, loaded
from rollkeeper.grammar.page_words import DEFAULT_WORDS
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.loading.policy.sections import convert, unknown
from rollkeeper.model.limits import MAX_LISTED, VISIT_RANGES
from rollkeeper.model.page import Column, Page, PageLayout
from rollkeeper.model.policy import (
    Requirement,
    Severity,
    VisitSettings,
    Waiver,
)
from rollkeeper.model.roster import Entry
from rollkeeper.model.rule import Option
from rollkeeper.model.tree import START, List, Value, field_path, key_place_of, place_of

ROSTER = (
    '- name: Fir\n  terms:\n    - {start: 2026-01-01, end: 2026-12-31}\n  years: {"2024": ok}\n'
)
POLICY = "roster: partners.yaml\n"
FACTS = "reason: asked, until: 2027-01-01, by: ada"
WHOM = "write one of `entry`, `entries`, `file` and `files`: whom the waiver is for"


def errors(root: Path, policy: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        loaded(community(root, ROSTER, policy))
    return [str(error) for error in caught.value.errors]


@pytest.mark.parametrize(
    ("layout", "line", "words"),
    [
        ("  zzz: 1", 3, "unknown key `zzz`; use one of kind, group_by"),
        ("  kinds: table", 3, "unknown key `kinds`; did you mean `kind`?"),
        ("  kind: wall", 3, "`kind` must be one of partners, ambassadors, table, data"),
        ("  kind:", 3, "`kind` must be one of"),
        ("  group_by: a..b", 3, "`group_by` must be a field"),
        ("  group_by: 3", 3, "`group_by` must be a field"),
        ("  columns: name", 3, "`columns` must be a list"),
        ("  columns:\n  - name\n  - 3", 5, "a field, or `Heading: field`"),
        ("  columns:\n  - name\n  - {a: b, c: d}", 5, "a field, or `Heading: field`"),
        ("  columns:\n  - {Heading: a..b}", 4, "a field, or `Heading: field`"),
        ("  order:\n  - gold\n  - 1", 5, "an item of `order` must be a text"),
        ("  logo_height: 9999", 3, "`logo_height` must be a whole number from 16 to 256"),
        ("  logo_height: 48.0", 3, "from 16 to 256"),
        ("  logo_height: true", 3, "from 16 to 256"),
        ("  logo_height: {gold: 64, silver: 3}", 3, "`silver` must be a whole number from 16"),
        ("  plates: maybe", 3, "`plates` must be `true` or `false`"),
        ("  avatars: 1", 3, "`avatars` must be `true` or `false`"),
        ("  counts: yes please", 3, "`counts` must be `true` or `false`"),
        ("  headings: [gold]", 3, "`headings` must be a mapping"),
        ("  headings: {gold: [Gold]}", 3, "`gold` must be a text, or a text for each language"),
        ("  headings:\n    gold: {english: Gold}", 4, "`gold` must be a text, or a text for each"),
        (
            "  columns:\n  - {field: name, title: 3}",
            4,
            "a field, or `Heading: field`, or a mapping",
        ),
        ("  invitation: Join", 3, "`invitation` must be a mapping with `text` and `url`"),
        ("  invitation: {text: Join, url: ../x}", 3, "`url` must be a web address, or a path"),
        ("  invitation: {text: Join, url: 'javascript:x'}", 3, "`url` must be a web address"),
        ("  invitation: {text: '', url: JOIN.md}", 3, "`text` must be a text, or a text for each"),
        ("  words: {activ: Aktive}", 3, "unknown word `activ`; did you mean `active`?"),
        ("  template: /etc/page.j2", 3, "`template` must be a file beside the policy"),
        ("  template: none.j2", 3, "`template`: none.j2 cannot be read: No such file"),
    ],
)
def test_a_wrong_layout_says_where_and_why(
    tmp_path: Path, layout: str, line: int, words: str
) -> None:
    (error,) = errors(tmp_path, f"{POLICY}layout:\n{layout}\n")
    assert error.startswith(f"policies/partners.yaml:{line}: ")
    assert words in error


@pytest.mark.parametrize(
    ("pages", "line", "words"),
    [
        ("pages: {path: A.md}", 2, "`pages` must be a list"),
        ("pages: [A.md]", 2, "each item of `pages` must be a mapping"),
        ("pages:\n- language: zh", 3, "`path` is missing"),
        ("pages:\n- path: ../A.md", 3, "`path` must be a path inside the community's folder"),
        (
            "pages:\n- path: A.md\n  language: Chinese",
            4,
            "`language` must be the tag of a language",
        ),
        ("pages:\n- path: A.md\n  title: x", 4, "unknown key `title`"),
        ("pages:\n- path: A.md\n- path: A.md", 4, "`A.md` is there twice"),
        ("pages:\n- path: A.md\n  layout: wall", 4, "`layout` must be a mapping"),
        ("pages:\n- path: A.md\n  layout: {kind: wall}", 4, "`kind` must be one of"),
        ("page: A.md\npages:\n- path: B.md", 2, "`page` is there as well as `pages`"),
        ("page: A.md\ntitle: {en: 3}", 3, "`title` must be text"),
    ],
)
def test_a_wrong_list_of_pages_says_where_and_why(
    tmp_path: Path, pages: str, line: int, words: str
) -> None:
    (error,) = errors(tmp_path, f"{POLICY}{pages}\n")
    assert error.startswith(f"policies/partners.yaml:{line}: ")
    assert words in error


def test_a_language_without_words_asks_for_them(tmp_path: Path) -> None:
    page = "pages: [{path: SEITE.md, language: de%s}]\n"
    (error,) = errors(tmp_path / "without", POLICY + page % "")
    assert "no words of its own in `de`" in error
    assert "for active, alumni," in error
    words = ", ".join(f"{word}: '{word} {{heading}}'" for word in DEFAULT_WORDS)
    policy = POLICY + page % f", layout: {{words: {{{words}}}}}"
    (programme,) = loaded(community(tmp_path / "with", ROSTER, policy)).programmes
    assert programme.policy.pages[0].language == "de"


def test_pages_have_a_layout_of_their_own_over_the_one_they_share(tmp_path: Path) -> None:
    policy = POLICY + (
        "title: {en: Partners, zh: 合作伙伴}\nlogos: logos\nlayout: {group_by: tier, counts: true}\n"
        "pages:\n- path: A.md\n- path: B.md\n  language: zh\n  layout: {counts: false}\n"
        "- path: site/partners.json\n"
    )
    (programme,) = loaded(community(tmp_path, ROSTER, policy)).programmes
    shared = PageLayout(kind="partners", group_by=("tier",), counts=True)
    assert programme.policy.pages == (
        Page("A.md", "en", shared),
        Page("B.md", "zh", replace(shared, counts=False)),
        Page("site/partners.json", "en", replace(shared, kind="data")),
    )
    assert (programme.policy.title, programme.policy.titles["zh"]) == ("Partners", "合作伙伴")
    assert programme.policy.plate_folders == ("logos-on-light", "logos-on-dark")


def test_every_error_of_a_layout_is_reported(tmp_path: Path) -> None:
    layout = "layout: {kind: wall, columns: [1, name, 2], logo_height: 3, x: y}\n"
    assert len(errors(tmp_path, POLICY + layout)) == 5


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("{time: 3}", "unknown key `time`; did you mean `timeout`?"),
        ("{timeout: 0}", "`timeout` must be a number from 1 to 120"),
        ("{timeout: soon}", "`timeout` must be a number"),
        ("{connect: .nan}", "`connect` must be a number"),
        ("{deadline: yes}", "`deadline` must be a number"),
        ("{deadline: true}", "`deadline` must be a number"),
        ("{at_once: 1.5}", "`at_once` must be a whole number from 1 to 5000"),
        ("{at_once: 999999999}", "`at_once` must be a whole number"),
        ("{roles: website}", "must be a list of roles"),
        ("{roles: [1]}", "must be a list of roles"),
        (
            "{roles: [website, links]}",
            "unknown role of web addresses `links`; did you mean `link`?",
        ),
        ("{roles: [name]}", "unknown role of web addresses `name`"),
        ("{guard: none}", "unknown key `guard`"),
        ("3", "`websites` must be a mapping"),
    ],
)
def test_settings_of_visits_are_checked_with_their_line(
    tmp_path: Path, setting: str, words: str
) -> None:
    (error,) = errors(tmp_path, f"{POLICY}websites: {setting}\n")
    assert error.startswith("policies/partners.yaml:2: ")
    assert words in error


def test_a_policy_holds_parsed_values(tmp_path: Path) -> None:
    policy = POLICY + (
        "page: PAGE.md\nlayout:\n  kind: partners\n  group_by: contact.country\n  order: [gold]\n"
        "  columns: [name, {Ends: terms.0.end}, meeting_notes]\n  logo_height: 64\n"
        "websites: {connect: 2, roles: [website, link]}\n"
        "rules: {website-off-topic: {words: [telescopes]}}\n"
    )
    (programme,) = loaded(community(tmp_path, ROSTER, policy)).programmes
    layout = PageLayout(
        kind="partners",
        group_by=("contact", "country"),
        columns=(
            Column("Name", ("name",)),
            Column("Ends", ("terms", 0, "end"), {"": "Ends"}, named=True),
            Column("Meeting notes", ("meeting_notes",)),
        ),
        order=("gold",),
        logo_height=64,
    )
    assert programme.policy.pages == (Page("PAGE.md", "en", layout),)
    assert programme.policy.websites == VisitSettings(
        connect=2, roles=("website", "link"), words=("telescopes",)
    )


def test_a_policy_without_settings_has_the_defaults(tmp_path: Path) -> None:
    (programme,) = loaded(community(tmp_path, ROSTER, POLICY)).programmes
    assert programme.policy.pages == ()
    assert programme.policy.websites == VisitSettings()


def test_words_of_a_rule_that_is_off_are_not_looked_for(tmp_path: Path) -> None:
    policy = "extends: karmada\nroster: partners.yaml\nrules: {website-off-topic: off}\n"
    (programme,) = loaded(community(tmp_path, ROSTER, policy)).programmes
    assert programme.policy.websites.words == ()


def listed(*items: Value) -> List:
    """Return a list as it is read from YAML."""
    found = List()
    found.extend(items)
    return found


def entry(root: Path, policy: str) -> Entry:
    (programme,) = loaded(community(root, ROSTER, policy)).programmes
    return programme.entries[0]


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [("terms.0.end", "2026-12-31", 3), ("years.2024", "ok", 4), ("terms.*.end", "2026-12-31", 3)],
)
def test_fields_and_layout_read_paths_alike(
    tmp_path: Path, field: str, value: str, line: int
) -> None:
    policy = f"{POLICY}fields: {{date: {field}}}\npage: PAGE.md\nlayout: {{group_by: {field}}}\n"
    read = entry(tmp_path, policy)
    ((path, text),) = read.texts("date")
    assert text == value
    assert read.place(path).line == line
    (programme,) = loaded(tmp_path).programmes
    assert programme.policy.pages[0].layout.group_by == programme.policy.roles["date"][0]
    assert [each.value for each in read.located(field_path(field))] == [value]


def test_a_position_beyond_the_list_is_no_value(tmp_path: Path) -> None:
    assert not list(entry(tmp_path, f"{POLICY}fields: {{date: terms.1.end}}\n").texts("date"))


def test_a_number_finds_the_key_that_is_written_so(tmp_path: Path) -> None:
    data = entry(tmp_path, POLICY).data
    path = field_path("years.2024")
    assert place_of(data, path).line == key_place_of(data, path).line == 4
    assert place_of(data, path).column > key_place_of(data, path).column


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (int, 3, 3),
        (int | None, None, None),
        (float, 2, 2.0),
        (float, 0.5, 0.5),
        (bool, False, False),
        (str, "x", "x"),
        (tuple[str, ...], listed("a", "b"), ("a", "b")),
        (tuple[int, ...] | None, listed(1), (1,)),
    ],
)
def test_an_option_takes_values_of_its_type(kind: Any, given: Value, value: object) -> None:
    converted = convert(Option("x", kind, None), given)
    assert converted == (value, None)
    assert type(converted[0]) is type(value)


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (int, True, "a whole number"),
        (int, None, "a whole number"),
        (int | None, "3", "a whole number"),
        (float, True, "a number"),
        (float, "1", "a number"),
        (bool, 1, "true or false"),
        (str, 3, "text"),
        (tuple[str, ...], "a", "a list of texts"),
        (tuple[str, ...], listed("a", 1), "a list of texts"),
        (tuple[int, ...], listed("a"), "a list of whole numbers"),
        (tuple[int, ...] | str, 1, "a list of whole numbers or text"),
    ],
)
def test_an_option_says_what_it_must_be(kind: Any, given: Value, words: str) -> None:
    assert convert(Option("x", kind, None), given) == (None, words)


def test_an_unknown_word_is_met_with_the_words_that_there_are_unless_they_are_many() -> None:
    few = [f"a{number:02}" for number in range(MAX_LISTED)]
    assert unknown("key", "zebra", few) == f"unknown key `zebra`; use one of {', '.join(few)}"
    assert unknown("key", "zebra", [*few, "b"]) == "unknown key `zebra`"


@pytest.mark.parametrize(("key", "bounds"), VISIT_RANGES.items())
def test_settings_of_visits_may_be_at_their_bounds(
    tmp_path: Path, key: str, bounds: tuple[float, float]
) -> None:
    for value in bounds:
        policy = f"{POLICY}websites: {{{key}: {value}}}\n"
        (programme,) = loaded(community(tmp_path, ROSTER, policy)).programmes
        assert getattr(programme.policy.websites, key) == value
    for value in (bounds[0] - 1, bounds[1] + 1):
        assert len(errors(tmp_path, f"{POLICY}websites: {{{key}: {value}}}\n")) == 1


def test_a_time_of_visits_may_have_a_fraction(tmp_path: Path) -> None:
    policy = f"{POLICY}websites: {{timeout: 2.5}}\n"
    (programme,) = loaded(community(tmp_path, ROSTER, policy)).programmes
    assert programme.policy.websites == VisitSettings(timeout=2.5)


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ("rules:\n  unsorted:\n    severity: fatal", 4, "`severity` must be one of error, warning, notice"),
        ("rules:\n  term-ended:\n    grace: 3", 4, "unknown option `grace`; did you mean `grace_days`?"),
        ("rules:\n  term-ended:\n    grace_days: soon", 4, "`grace_days` must be a whole number"),
        ("rules:\n  unsorted:\n    maybe", 4, "`unsorted` must be `off`, one of error, warning, notice, or a mapping of options"),
        ("fields:\n  name:\n    a..b", 4, "`name` must be a field such as `contact.github`, or a list of fields"),
        ("waivers: 3", 2, "`waivers` must be a list"),
        (f"waivers:\n  - {{rule: name-markup, {FACTS}}}", 3, f"{WHOM}"),
        (f"waivers:\n  - {{rule: name-markup, entry: A,\n     file: b, {FACTS}}}", 4, f"{WHOM}"),
        (f"waivers:\n  - {{rule: name-markup, entries: A, {FACTS}}}", 3, "`entries` must be a list of entries"),
        (f"waivers:\n  - {{rule: name-markup, entries: [], {FACTS}}}", 3, "`entries` must be a list of entries"),
        (f"waivers:\n  - {{rule: name-markup, files: [1], {FACTS}}}", 3, "`files` must be a list of files"),
        (f"waivers:\n  - {{rule: name-markup, file: [a], {FACTS}}}", 3, "`file` must be text"),
        (f"waivers:\n  - {{rule: name-markup, file: 'a/*', {FACTS}}}", 3, "`file` is the path of one file; write `files` for a pattern"),
        (f"waivers:\n  - {{rule: name-markup, files: [a, '**'], {FACTS}}}", 3, "`files` is no pattern: it must end in the name of a file, such as `*.yaml`"),
        ("comment_waivers: name-markup", 2, "`comment_waivers` must be a list of rules, such as [website-plain-http]"),
        ("comment_waivers:\n  - name-marcup", 3, "unknown rule `name-marcup`; did you mean `name-markup`?"),
        ("comment_waivers: [yaml-tab]", 2, "`yaml-tab` cannot be waived: what it reports has to be corrected"),
        ("waivers:\n  - x", 3, "each item of `waivers` must be a mapping"),
        ("requirements:\n  - id: a\n    expect: 'true'\n    message: m\n    fields: b", 6, "unknown key `fields`; did you mean `field`?"),
        ("requirements:\n  - id: a\n    expect: 'true'\n    message: m\n    severity: fatal", 6, "`severity` must be one of error, warning, notice"),
        ("requirements:\n  - id: a\n    expect: 'true'\n    message: m\n    when: 3", 6, "`when` must be text"),
        ("requirements:\n  - id: a\n    expect: 'true'\n    message: m\n    scope: rooster", 6, "`scope` must be one of entry, roster"),
        ("requirements:\n  - id: a\n    expect: 'true'\n    message: m\n    concerns: roster", 6, "`concerns` is for requirements with `scope: roster`; add that, or remove it"),
        ("requirements:\n  - id: a\n    expect: 'true'\n    message: m\n    messageExpression: 3", 6, "`messageExpression` must be text"),
        ("requirements:\n  - expect: 'true'\n    message: m\n    id: A", 5, "`id` must be lower-case words joined by hyphens"),
        ("requirements:\n  - expect: 'true'\n    message: m\n    id: unsorted", 5, "the id `unsorted` is taken; choose another"),
        ("layout:\n  columns:\n    - a..b", 4, "an item of `columns` must be a field, or `Heading: field`, or a mapping with `field` and `title`"),
        ("layout:\n  order: [1]", 3, "an item of `order` must be a text"),
        ("layout:\n  group_by: 3", 3, "`group_by` must be a field such as `tier` or `contact.country`"),
        ("websites:\n  at_once: 0", 3, "`at_once` must be a whole number from 1 to 5000"),
        ("websites:\n  roles:\n    - link\n    - links", 5, "unknown role of web addresses `links`; did you mean `link`?"),
        ("audit: nightly", 2, "`audit` must be a mapping"),
        ("audit:\n  opens: error", 3, "unknown key `opens`; did you mean `opens_at`?"),
        ("audit:\n  opens_at: fatal", 3, "`opens_at` must be one of error, warning, notice"),
        ("audit:\n  remind: [60]", 3, "`remind` must be true or false"),
        ("audit:\n  alumni: no one", 3, "`alumni` must be true or false"),
        ("audit:\n  objection_days: 0", 3, "`objection_days` must be a whole number from 1 to 90"),
        ("limits:\n  max_bytes: 0", 3, "`max_bytes` must be a whole number above 0"),
        ("title: ' '", 2, "`title` must be text"),
        ("timezone: Mars/Base", 2, "`Mars/Base` is not a time zone; write one such as Asia/Shanghai or UTC"),
        ("schema: none.json", 2, "the schema none.json cannot be read: No such file or directory"),
    ],
)  # fmt: skip
def test_an_error_is_reported_once_in_full_and_with_its_line(
    tmp_path: Path, lines: str, line: int, words: str
) -> None:
    assert errors(tmp_path, f"{POLICY}{lines}\n") == [f"policies/partners.yaml:{line}: {words}"]


def test_a_requirement_and_a_waiver_are_read_with_all_that_they_say(tmp_path: Path) -> None:
    policy = POLICY + (
        "requirements:\n  - id: tier\n    when: 'true'\n    expect: has(entry.tier)\n"
        "    message: no tier\n    severity: notice\n    field: contact.tier\n"
        "  - {id: bare, expect: 'true', message: m}\n"
        "waivers:\n  - {rule: tier, entry: Fir, reason: asked, until: 2027-01-01, by: ada}\n"
    )
    (programme,) = loaded(community(tmp_path, ROSTER, policy)).programmes
    full, bare = programme.policy.requirements
    assert replace(full, place=START) == Requirement(
        "tier", "has(entry.tier)", "no tier", "true", Severity.NOTICE, ("contact", "tier"),
        "policies/partners.yaml", START,
    )  # fmt: skip
    assert (full.place.line, bare.place.line) == (5, 9)
    assert (bare.when, bare.severity, bare.field) == (None, Severity.ERROR, ())
    (waiver,) = programme.policy.waivers
    assert waiver.name_place == waiver.place
    assert replace(waiver, place=START, name_place=START) == Waiver(
        "tier", "Fir", "asked", date(2027, 1, 1), "ada", "policies/partners.yaml", START
    )
    assert waiver.place.line == 11


def test_a_schema_of_its_own_takes_the_place_of_the_presets(tmp_path: Path) -> None:
    policy = "extends: karmada\nroster: partners.yaml\nschema: own.json\n"
    root = community(tmp_path, ROSTER, policy, policies__own_json='{"type": "array"}')
    (programme,) = loaded(root).programmes
    assert programme.policy.schema == {"type": "array"}


def test_an_error_is_at_the_key_or_at_the_value(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        loaded(community(tmp_path, ROSTER, f"{POLICY}roaster: x\ntitle: 3\n"))
    places = [(error.place.line, error.place.column) for error in caught.value.errors]
    assert places == [(2, 1), (3, 8)]
    assert str(caught.value) == "\n".join(map(str, caught.value.errors))
