"""Slips of people who write YAML by hand: each gives one finding, where it is, and its remedy.

`@` in a roster stands for two entries without a fault, one above and one below the slip.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from communities import TODAY, check, community
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, run
from rollkeeper.loading.slips import recovered
from rollkeeper.loading.slips.diagnosis import Reading
from rollkeeper.loading.yaml_builder import Builder
from rollkeeper.model.limits import MAX_SLIP_READ, ROSTER
from rollkeeper.model.report import Report
from rollkeeper.model.roster import Defect

ABOVE = """\
- name: Alder Cloud
  website: https://alder.example/
  tier: gold
"""
BELOW = """\
- name: Gum Systems
  website: https://gum.example/
  tier: gold
"""
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "website", "tier"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string"},
            "website": {"type": "string", "format": "uri"},
            "tier": {"enum": ["gold", "silver"]},
            "description": {"type": "string"},
            "since": {"type": "string", "format": "date"},
            "interests": {"type": "array", "items": {"type": "string"}},
            "contact": {"type": "object"},
        },
    },
}
POLICY = "title: P\nroster: partners.yaml\nschema: schema.json\nlogos: logos\n"
OK = "  website: https://fir.example/\n  tier: silver\n"
NAME = "- name: Fir Foundry\n"
FIR = NAME + OK
CONFLICT = f"<<<<<<< HEAD\n{FIR}=======\n- name: Fir Forge\n{OK}>>>>>>> fir\n"

SLIPS = {
    "indented too deep": (f"{NAME}  website: https://fir.example/\n    tier: silver\n", "yaml-syntax", 6, "indented by 4 spaces, those that it belongs with by 2"),
    "indented too little": (f"{NAME} website: https://fir.example/\n  tier: silver\n", "yaml-syntax", 5, "indented by 1 space, those that it belongs with by 2"),
    "last field indented too little": (f"{NAME}  website: https://fir.example/\n tier: silver\n", "yaml-syntax", 6, "indented by 1 space,"),
    "field not indented": (f"{NAME}website: https://fir.example/\n  tier: silver\n", "yaml-syntax", 5, "indented by 0 spaces"),
    "entry indented": (f" {NAME}  website: https://fir.example/\n  tier: silver\n", "yaml-syntax", 4, "the `- ` of this line is indented by 1 space"),
    "tab": (f"{NAME}\twebsite: https://fir.example/\n  tier: silver\n", "yaml-tab", 5, "shown as \u2192: `\u2192website: https://fir.example/`"),
    "tabs": (f"{NAME}\twebsite: https://fir.example/\n\ttier: silver\n", "yaml-tab", 5, "and in 1 more line"),
    "tab before a dash": (f"\t{FIR}", "yaml-tab", 4, "indented with a tab"),
    "tab after a dash": (f"-\tname: Fir\n{OK}", "yaml-tab", 4, "a tab follows the dash"),
    "wide colon": (f"- name\uff1a Fir Foundry\n{OK}", "yaml-syntax", 4, "FULLWIDTH COLON), not the one of YAML: write `- name: Fir Foundry`"),
    "wide colon in the last field": (f"{NAME}  website: https://fir.example/\n  tier\uff1asilver\n", "yaml-syntax", 6, "write `tier: silver`"),
    "wide dash": (f"\uff0d name: Fir Foundry\n{OK}", "yaml-syntax", 4, "FULLWIDTH HYPHEN-MINUS), not with a hyphen: write `- name: Fir Foundry`"),
    "en dash": (f"\u2013 name: Fir Foundry\n{OK}", "yaml-syntax", 4, "EN DASH"),
    "bullet": (f"\u2022 name: Fir Foundry\n{OK}", "yaml-syntax", 4, "BULLET"),
    "star of Markdown": (f"* name: Fir Foundry\n{OK}", "yaml-syntax", 4, "write `- name: Fir Foundry`"),
    "no space after the colon": (f"{NAME}  website:https://fir.example/\n  tier: silver\n", "yaml-syntax", 5, "a space is missing after the colon: write `website: https://fir.example/`"),
    "no space after the first colon": (f"- name:Fir Foundry\n{OK}", "yaml-syntax", 4, "write `- name: Fir Foundry`"),
    "no space after the last colon": (f"{NAME}  website: https://fir.example/\n  tier:silver\n", "yaml-syntax", 6, "write `tier: silver`"),
    "no space after the dash": (f"-name: Fir Foundry\n{OK}", "yaml-syntax", 4, "a space is missing after the dash"),
    "no dash": (f"  name: Fir Foundry\n{OK}", "duplicate-key", 4, "the entry `Fir Foundry` seems to lack its `- `"),
    "no dash and no indentation": (f"name: Fir Foundry\n{OK}", "yaml-syntax", 4, "the entry `Fir Foundry` seems to lack its `- `"),
    "two dashes": ("- - name: Fir Foundry\n    website: https://fir.example/\n    tier: silver\n", "yaml-syntax", 4, "two dashes stand before the field"),
    "two dashes in one": (f"-- name: Fir Foundry\n{OK}", "yaml-syntax", 4, "two dashes"),
    "open double quote": (f'- name: "Fir Foundry\n{OK}', "yaml-syntax", 4, 'the quote " that is opened here is not closed'),
    "open single quote": (f"- name: 'Fir Foundry\n{OK}", "yaml-syntax", 4, "the quote ' that is opened here is not closed"),
    "apostrophe in single quotes": (f"- name: 'Fir's Foundry'\n{OK}", "yaml-syntax", 4, """write `- name: "Fir's Foundry"`"""),
    "quotes in quotes": (f'- name: "The "Fir" Foundry"\n{OK}', "yaml-syntax", 4, """write `- name: 'The "Fir" Foundry'`"""),
    "text after a quote": (f'- name: "Fir" Foundry\n{OK}', "yaml-syntax", 4, "goes on after its closing quote"),
    "backslash in double quotes": (f'- name: "Fir\\Foundry"\n{OK}', "yaml-syntax", 4, "a backslash is written twice"),
    "merge conflict": (CONFLICT, "yaml-syntax", 4, "an unfinished merge, down to line 12"),
    "alias by accident": (f"{FIR}  description: *Casts* iron\n", "yaml-syntax", 7, 'begins with `*` must be in quotes: write `description: "*Casts* iron"`'),
    "alias and nothing else": (f"{FIR}  description: *Casts\n", "yaml-feature", 7, "begins with `*` must be in quotes"),
    "anchor by accident": (f"- name: &Co Foundry\n{OK}", "yaml-feature", 4, "begins with `&` must be in quotes"),
    "at sign": (f"{FIR}  description: @fir casts iron\n", "yaml-syntax", 7, "begins with `@` must be in quotes"),
    "backtick": (f"{FIR}  description: `fir` casts iron\n", "yaml-syntax", 7, "begins with ``` must be in quotes"),
    "percent": (f"{FIR}  description: %100 iron\n", "yaml-syntax", 7, "begins with `%` must be in quotes"),
    "exclamation mark": (f"{FIR}  description: !important iron\n", "yaml-feature", 7, "begins with `!` must be in quotes"),
    "brackets at the start": (f"{FIR}  description: [Fir] casts iron\n", "yaml-syntax", 7, "begins with `[` must be in quotes"),
    "text after a bar": (f"{FIR}  description: |casts iron\n", "yaml-syntax", 7, "begins with `|` must be in quotes"),
    "dash at the start": (f"{FIR}  description: - casts iron\n", "yaml-syntax", 7, "a list begins on a line of its own"),
    "colon in a value": (f"{FIR}  description: Fir: casts iron\n", "yaml-syntax", 7, 'a text with a colon in it must be in quotes: write `description: "Fir: casts iron"`'),
    "two fields on a line": ("- name: Fir Foundry website: https://fir.example/\n  tier: silver\n", "yaml-syntax", 4, "put `website` on a line of its own"),
    "no colon": (f"{NAME}  website https://fir.example/\n  tier: silver\n", "yaml-syntax", 5, "a colon is missing after `website`"),
    "equals": (f"- name = Fir Foundry\n{OK}", "yaml-syntax", 4, "with a colon, not with `=`: write `- name: Fir Foundry`"),
    "last field with equals": (f"{NAME}  website: https://fir.example/\n  tier = silver\n", "yaml-syntax", 6, "write `tier: silver`"),
    "no first key": (f"- Fir Foundry\n{OK}", "yaml-syntax", 4, "begins with a text, not with a field: write `- name: Fir Foundry`"),
    "list below a text": (f"{FIR}  interests: docs\n    - events\n", "yaml-syntax", 8, "`interests` has a text on its line and a list below it"),
    "no comma between quotes": (f'{FIR}  interests: ["docs" "events"]\n', "yaml-syntax", 7, 'a comma is missing in the list: write `interests: ["docs", "events"]`'),
    "open bracket": (f"{FIR}  interests: [docs, events\n", "yaml-syntax", 7, "the bracket `[` that is opened here is not closed"),
    "open brace": (f"{FIR}  contact: {{github: fir\n", "yaml-syntax", 7, "the bracket `{` that is opened here is not closed"),
    "second document": (f"---\n{FIR}", "yaml-feature", 4, "a second document starts here"),
    "end of the document": (f"...\n{FIR}", "yaml-feature", 4, "the document ends here"),
    "stray text": (f"{FIR}Thanks a lot!\n", "yaml-syntax", 7, "`Thanks a lot!` belongs to no field"),
    "text not indented": (f"{FIR}  description: Casts iron\nfor the community.\n", "yaml-syntax", 8, "indent it more than the field above"),
    "table of Markdown": (f"{FIR}| Oak | https://oak.example |\n", "yaml-syntax", 7, "a row of a Markdown table"),
    "link of Markdown": ("- [Fir Foundry](https://fir.example/)\n", "yaml-syntax", 4, "this is a link of Markdown: write `- name: Fir Foundry`"),
    "code fence": (f"{FIR}```\n", "yaml-syntax", 7, "a code fence of Markdown"),
    "comment of C": (f"// our foundry\n{FIR}", "yaml-syntax", 4, "a comment starts with `#` in YAML, not with `//`"),
    "comment of HTML": (f"<!-- our foundry -->\n{FIR}", "yaml-syntax", 4, "not with `<!--`"),
    "JSON": ('{"name": "Fir", "website": "https://fir.example/", "tier": "gold"},\n', "yaml-syntax", 4, "this is JSON between the entries"),
    "commas of JSON": ('- "name": "Fir",\n  "website": "https://fir.example/",\n  "tier": "gold"\n', "yaml-syntax", 4, "the line ends in a comma, as in JSON"),
    "hard space before a key": (f"{NAME}\u00a0\u00a0website: https://fir.example/\n  tier: silver\n", "yaml-syntax", 5, "NO-BREAK SPACE"),
    "wide space before a key": (f"{NAME}\u3000website: https://fir.example/\n  tier: silver\n", "yaml-syntax", 5, "IDEOGRAPHIC SPACE"),
    "hard space after a colon": (f"{NAME}  website:\u00a0https://fir.example/\n  tier: silver\n", "yaml-syntax", 5, "NO-BREAK SPACE"),
    "one key twice": (f"{FIR}  tier: gold\n", "duplicate-key", 7, "already on line 6"),
    "duplicated entry": (ABOVE, "duplicate-name", 4, "merge the two"),
    "nothing after a key": (f"{NAME}  website: https://fir.example/\n  tier:\n", "empty-value", 6, "is empty"),
    "key in quotes with a blank": (f'{FIR}  "description ": Casts iron\n', "unknown-field", 7, "did you mean `description`?"),
    "misspelt key": (f"{NAME}  websiet: https://fir.example/\n  tier: silver\n", "unknown-field", 5, "did you mean `website`?"),
    "zero-width space": (f"- name: Fir\u200b Foundry\n{OK}", "yaml-encoding", 4, "ZERO WIDTH SPACE"),
    "NUL": (f"- name: Fir\x00 Foundry\n{OK}", "yaml-encoding", 4, "U+0000"),
    "escape character": (f"- name: Fir\x1b Foundry\n{OK}", "yaml-encoding", 4, "U+001B"),
    "hash in a text": (f"{FIR}  description: We are #1: casts iron\n", "misread-value", 7, "so only `We are` is read"),
    "hash in a language": (f"{FIR}  description: C # services\n", "misread-value", 7, "so only `C` is read"),
    "curly quotes": (f"- name: \u201cFir Foundry\u201d\n{OK}", "misread-value", 4, "write `Fir Foundry`"),
    "wide comma": (f"{FIR}  interests: [docs\uff0c events]\n", "misread-value", 7, "write `[docs, events]`"),
    "date in another order": (f"{FIR}  since: 20.11.2025\n", "date-form", 7, "write 2025-11-20"),
    "date with two readings": (f"{FIR}  since: 11/10/2025\n", "date-form", 7, "write 2025-10-11 or 2025-11-10"),
    "year with a wrong digit": (f"{FIR}  since: 2062-11-20\n", "date-far-ahead", 7, "check the year"),
    "number for a text": (f"- name: 360\n{OK}", "wrong-type", 4, "write it in quotes"),
    "text in place of an entry": ("- Fir Foundry\n", "roster-shape", 4, "an entry must be a mapping"),
}  # fmt: skip


def report_of(root: Path, roster: str | bytes) -> Report:
    (root / "logos").mkdir(exist_ok=True)
    (root / "logos" / "alder.svg").write_text("<svg/>", encoding="utf-8")
    schema = json.dumps(SCHEMA)
    policy = f"{POLICY}rules: {{svg-broken: off, unsorted: off}}\n"
    policy = policy.replace("logos: logos\n", "")
    return check(community(root, roster, policy, policies__schema_json=schema))


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_one_finding_with_its_remedy(tmp_path: Path, slip: str) -> None:
    text, rule, line, part = SLIPS[slip]
    found = report_of(tmp_path, ABOVE + text + BELOW).findings
    assert [(each.rule, each.place.line) for each in found] == [(rule, line)], found
    assert part in found[0].message


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_hides_no_fault_of_another_entry(tmp_path: Path, slip: str) -> None:
    text, rule, _, _ = SLIPS[slip]
    wrong = "- name: Yew\n  website: yew.example\n  tier: gold\n"
    rules = [each.rule for each in report_of(tmp_path, ABOVE + text + BELOW + wrong).findings]
    assert sorted(rules) == sorted([rule, "website-form"])


@pytest.mark.parametrize(
    ("data", "rule", "part"),
    [
        ((ABOVE + BELOW).encode("utf-16"), "yaml-encoding", "the file is UTF-16"),
        ((ABOVE + BELOW).encode("utf-16-le"), "yaml-encoding", "the file is UTF-16"),
        (b"\xef\xbb\xbf" + (ABOVE + BELOW).encode(), "byte-order-mark", "save it as UTF-8"),
        ((ABOVE + BELOW).replace("\n", "\r").encode(), "yaml-encoding", "carriage return alone"),
        (ABOVE.replace("\n", "\r\n").encode() + BELOW.encode(), "untidy-lines", "CRLF and LF"),
        ((ABOVE + NAME.replace("i", "\u00ef") + OK).encode("latin-1"), "yaml-encoding", "0xef"),
        (b"", "roster-shape", "empty"),
        (FIR.replace("Fir", '"Fir').encode(), "yaml-syntax", "nothing in this file was checked"),
    ],
)
def test_a_file_of_another_form_is_one_finding(
    tmp_path: Path, data: bytes, rule: str, part: str
) -> None:
    found = report_of(tmp_path, data).findings
    assert [each.rule for each in found] == [rule], found
    assert part in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        "- name: a\n\ttier: [gold\n- name: 'b\n",
        "x: [\n",
        "- a\n- b: c\n d: e\n",
        "partners:\n  - name: Fir\n   tier: gold\n  - name: Gum\nmore: 1\n",
        "<<<<<<<\n<<<<<<<\n>>>>>>>\n",
        "- name: a\n---\n",
        "-",
        "- \n  name: x: y\n",
        "\u00a0\n\t\n- *\n- &\n",
    ],
)
def test_any_slips_together_are_told_and_never_an_exception(tmp_path: Path, text: str) -> None:
    assert report_of(tmp_path, text).findings


def test_entries_below_a_key_are_read_around_a_slip(tmp_path: Path) -> None:
    inside = "".join(f"  {line}\n" for line in (ABOVE + FIR + BELOW).splitlines())
    broken = inside.replace("tier: silver", "tier:silver")
    schema = {"properties": {"partners": SCHEMA}, "additionalProperties": False}
    policy = "title: P\nroster: partners.yaml\nentries: partners\nschema: schema.json\n"
    roster = f"partners:\n{broken}"
    root = community(tmp_path, roster, policy, policies__schema_json=json.dumps(schema))
    report = check(root)
    assert [(each.rule, each.place.line) for each in report.findings] == [("yaml-syntax", 7)]
    assert report.entries == 2


def test_a_change_is_not_said_to_remove_what_could_not_be_read(tmp_path: Path) -> None:
    before = community(tmp_path / "before", ABOVE + FIR + BELOW)
    after = community(tmp_path / "after", ABOVE + FIR.replace("tier: s", "tier:s") + BELOW)
    report = run(Options(after, today=TODAY), Comparison(before=before))
    assert report.removals == ()
    assert report.changes == {}
    assert [each.rule for each in report.findings] == ["yaml-syntax"]


@pytest.mark.parametrize(
    "text",
    [
        FIR.replace("  tier", "\ttier") * 2_000,
        FIR.replace("Fir", '"Fir') * 2_000,
        ABOVE + ("- name: a\n" + "  d: [x\n" * 1_500) * 20,
        ABOVE + ("- name: a\n  d: @" + " x" * 15_000 + "\n") * 40,
        ABOVE + "foo bar\n" * 50_000,
        ABOVE + "<<<<<<<\n" + "- b: 2\n" * 50_000 + ">>>>>>>\n",
        ABOVE + "---\n- b: 2\n" * 20_000,
        ABOVE + "- b: x\n  c:y\n" * 20_000,
        "- a: '" + "''" * 30_000 + "x y'z\n",
        f"- a: @{' ' * 60_000}x\n" * 10,
        "- a: " + "[" * 60_000 + "\n",
        "- a: *x\n" * 500,
    ],
    ids=["tabs", "quotes", "brackets", "signs", "stray", "conflict", "markers", "colons",
         "apostrophes", "blanks", "open", "aliases"],
)  # fmt: skip
def test_what_is_tried_is_bounded(text: str) -> None:
    tries: list[int] = []

    def counted(lines: str) -> Reading:
        tries.append(len(lines))
        met: list[Defect] = []
        builder = Builder(ROSTER, met)
        return Reading(builder.build(lines), met, builder.dropped)

    found = recovered(text, counted(text), counted)
    assert found.defects
    assert sum(tries) <= 3 * len(text) + MAX_SLIP_READ


def test_a_text_that_is_valid_is_never_tried() -> None:
    def never(_: str) -> Reading:
        raise AssertionError

    met: list[Defect] = []
    text = ABOVE + FIR + BELOW
    assert recovered(text, Reading(Builder(ROSTER, met).build(text), met, dropped=False), never)
