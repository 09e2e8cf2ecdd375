"""A change is understood by entry: what it does is told, and only what it brings in counts."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from communities import TODAY, community, loaded
from hostile import texts
from rollkeeper.engine.diff.changes import sentences, understand
from rollkeeper.engine.diff.matching import differences
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, exit_status, run
from rollkeeper.model.change import Move, PullRequest
from rollkeeper.model.limits import MAX_CHANGES
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import Programme
from rollkeeper.reports.json.read import read
from rollkeeper.reports.rendering import render

POLICY = "roster: partners.yaml\nrules: {unsorted: off, too-many-entries-changed: off}\n"
Roster = list[dict[str, Any]]


def written(entries: Roster | str, **form: Any) -> str:
    # Through JSON, so that nothing is written as an alias.
    if isinstance(entries, str):
        return entries
    return str(yaml.safe_dump(json.loads(json.dumps(entries)), **{"sort_keys": False, **form}))


def programme(entries: Roster | str, policy: str = POLICY, name: str = "partners") -> Programme:
    with tempfile.TemporaryDirectory() as folder:
        root = community(Path(folder), written(entries), policy)
        (root / "policies" / "partners.yaml").rename(root / "policies" / f"{name}.yaml")
        return loaded(root).programmes[0]


def told(
    before: Roster | str, after: Roster | str, policy: str = POLICY, name: str = "partners"
) -> tuple[str, ...]:
    change = understand(programme(before, policy, name), programme(after, policy, name))
    return sentences(change, TODAY)


def judged(
    before: Roster | str, after: Roster | str, policy: str = POLICY, **proposed: Any
) -> Report:
    """Judge one roster as a change that leads from another."""
    with tempfile.TemporaryDirectory() as folder:
        roots = [Path(folder) / "before", Path(folder) / "after"]
        for root, entries in zip(roots, (before, after), strict=True):
            community(root, written(entries), policy)
        return run(Options(roots[1], today=TODAY), Comparison(roots[0], **proposed))


def brought_in(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if not finding.already_there]


def moves(before: Roster | str, after: Roster | str) -> list[tuple[Move, str | None, str | None]]:
    return [
        (
            each.move,
            each.before.name if each.before else None,
            each.after.name if each.after else None,
        )
        for each in understand(programme(before), programme(after)).entries
    ]


FIR = {"name": "Fir", "website": "https://fir.example/", "contact": {"github": "fir-lead"}}
OAK = {"name": "Oak", "website": "https://oak.example/", "logo": "oak.svg"}
ELM = {"name": "Elm", "description": "Elms are trees.", "tier": "gold"}
ASH = {"name": "Ash", "tier": "gold"}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([FIR, OAK, ELM], []),
        ([{**FIR, "name": "FIR Inc."}, OAK, ELM], [(Move.RENAMED, "Fir", "FIR Inc.")]),
        ([{**FIR, "name": "Larch", "website": "https://l.example/"}, OAK, ELM], [(Move.RENAMED, "Fir", "Larch")]),
        ([FIR, {"name": "Yew", "website": "http://www.oak.example"}, ELM], [(Move.RENAMED, "Oak", "Yew")]),
        ([FIR, {"name": "Yew", "logo": "./Oak.svg"}, ELM], [(Move.RENAMED, "Oak", "Yew")]),
        ([FIR, OAK, {**ELM, "name": "Yew"}], [(Move.RENAMED, "Elm", "Yew")]),
        ([FIR, OAK, {"name": "Elms"}], [(Move.RENAMED, "Elm", "Elms")]),
        ([FIR, OAK, {"name": "Yew", "tier": "gold"}], [(Move.ADDED, None, "Yew"), (Move.REMOVED, "Elm", None)]),
        ([ASH, FIR, OAK, ELM], [(Move.ADDED, None, "Ash")]),
        ([OAK, ELM, FIR], [(Move.MOVED, "Fir", "Fir")]),
        ([OAK, ELM], [(Move.REMOVED, "Fir", None)]),
        ([FIR, OAK, {**ELM, "tier": "silver"}], [(Move.CHANGED, "Elm", "Elm")]),
        ([FIR, FIR, OAK, ELM], [(Move.ADDED, None, "Fir")]),
    ],
)  # fmt: skip
def test_entries_are_known_again(after: Roster, expected: list[Any]) -> None:
    assert moves([FIR, OAK, ELM], after) == expected


def test_of_two_with_one_name_the_equal_ones_are_the_same() -> None:
    first, second = {"name": "Fir", "tier": "gold"}, {"name": "Fir", "tier": "silver"}
    assert moves([first, second], [second, first]) == [(Move.MOVED, "Fir", "Fir")]
    assert moves([first, second], [second]) == [(Move.REMOVED, "Fir", None)]


def test_what_is_no_entry_is_passed_over() -> None:
    assert moves("- text\n- name: Fir\n- {}\n", "- name: Fir\n- [a]\n- {}\n") == []


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": "x"}, {"a": "x\n"}, []),
        ({"a": 1}, {"a": "1"}, [("a",)]),
        ({"a": 1}, {}, [("a",)]),
        ({"a": [1, 2, 3]}, {"a": [0, 1, 2, 3]}, [("a", 0)]),
        ({"a": [1, 2, 3]}, {"a": [1, 3]}, [("a",)]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [("a",)]),
        ({"a": [{"name": "x", "b": 1}, {"name": "y", "b": 2}]}, {"a": [{"name": "z", "b": 3}, {"name": "x", "b": 1}, {"name": "y", "b": 4}]},
         [("a", 0, "name"), ("a", 0, "b"), ("a", 2, "b")]),
        ({}, {"a": {"b": [], "c": None}}, [("a", "b"), ("a", "c")]),
    ],
)  # fmt: skip
def test_what_differs_is_told_value_by_value(before: Any, after: Any, paths: list[Any]) -> None:
    old = programme([{"name": "Fir", **before}]).entries[0]
    new = programme([{"name": "Fir", **after}]).entries[0]
    assert list(differences(old.data, new.data)) == paths


def ambassador(name: str, end: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "terms": [{"start": "2025-09-20", "end": end}], **more}


ADA = ambassador("Ada Brandt", "2026-09-19", status="active")
SEATS = "roster: partners.yaml\nrules: {seats-exceeded: {seats: 25}}\n"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([ADA], ()),
        ([ADA, ambassador("Bo Chen", "2027-09-19")], ("adds Bo Chen", "seats 1 of 25")),
        ([], ("removes Ada Brandt", "seats 0 of 25")),
        ([ambassador("Ada Brandt", "2027-09-19", status="active")], ("renews Ada Brandt to 2027-09-19", "seats 1 of 25")),
        ([ambassador("Ada Brandt", "2026-01-31", status="active")], ("ends the term of Ada Brandt on 2026-01-31", "seats 0 of 25")),
        ([{**ADA, "status": "withdrawn"}], ("withdraws Ada Brandt", "seats 0 of 25")),
        ([{**ADA, "status": "alumni"}], ("moves Ada Brandt to the alumni", "seats 0 of 25")),
        ([{**ADA, "status": "emerita"}], ("moves Ada Brandt to the emeriti", "seats 0 of 25")),
        ([{**ADA, "name": "Ada Okafor", "country": "Nigeria"}], ("renames Ada Brandt to Ada Okafor", "changes the country of Ada Okafor", "seats 0 of 25")),
        ([{**ADA, "website": "https://a.example/", "job_title": "x", "b": 1, "c": 2, "d": 3}],
         ("changes the website, the job title, the b, the c and 1 more field of Ada Brandt", "seats 0 of 25")),
        ([{**ADA, "a": 1, "b": 1, "c": 2, "d": 3}], ("changes the a, the b, the c and the d of Ada Brandt", "seats 0 of 25")),
    ],
)  # fmt: skip
def test_a_change_is_told_in_plain_words(after: Roster, expected: tuple[str, ...]) -> None:
    assert told([ADA], after, SEATS, "ambassadors") == expected


def test_the_name_of_a_field_is_cut() -> None:
    assert told([FIR], [{**FIR, "x" * 41: 1}]) == (f"changes the {'x' * 39}… of Fir",)
    assert told([FIR], [{**FIR, "x" * 40: 1}]) == (f"changes the {'x' * 40} of Fir",)


def test_coming_back_and_a_first_term_are_told() -> None:
    past = {**ADA, "status": "alumni"}
    assert told([past], [ADA], name="ambassadors") == ("brings Ada Brandt back",)
    bare = {"name": "Ada Brandt", "status": "active"}
    assert told([bare], [ADA], name="ambassadors") == ("gives Ada Brandt a term to 2026-09-19",)


@pytest.mark.parametrize(
    ("name", "move"),
    [("Alder Works", None), ("Alder Work", Move.RENAMED), ("Birch Works", Move.ADDED), ("Adler Worship", Move.ADDED)],
)  # fmt: skip
def test_only_a_name_that_is_nearly_the_same_is_a_rename(name: str, move: Move | None) -> None:
    before, after = [{"name": "Alder Works", "tier": "gold"}], [{"name": name, "since": 2026}]
    renamed = Move.CHANGED if move is None else move
    assert moves(before, after)[0][0] is renamed


def test_no_word_is_guessed_from_the_name_of_the_policy() -> None:
    assert told([], [FIR], name="companies") == ("adds Fir",)


def test_moves_are_told_once() -> None:
    assert told([FIR, OAK, ELM], [OAK, ELM, FIR]) == ("moves Fir to another place of the list",)
    many = told([FIR, OAK, ELM, ASH], [ASH, ELM, OAK, FIR])
    assert many == ("moves 3 entries to another place of the list",)


def test_a_long_story_is_cut() -> None:
    entries = [{"name": f"Partner {number}"} for number in range(MAX_CHANGES + 2)]
    assert told([], entries)[-2:] == (
        f"adds Partner {MAX_CHANGES - 1}",
        "and 2 more changes",
    )


@given(name=texts.filter(str.strip))
def test_any_name_can_be_told(name: str) -> None:
    change = understand(programme([]), programme([]))
    after = programme([FIR])
    after.entries[0].data["name"] = name
    change = understand(change.before, after)
    (words,) = sentences(change, TODAY)
    assert words.startswith("adds ")
    assert len(words) < 100
    assert "\n" not in words


FAULTY: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "website": st.sampled_from(["https://{}.example/", "ftp://{}.example/", "http://{}.example/?utm_source=x"]),
        "description": st.sampled_from(["plain words", "two  blanks", "TODO", " edge"]),
        "status": st.sampled_from(["active", "withdrawn"]),
    },
    optional={
        "contacts": st.lists(
            st.sampled_from([{"email": "no address"}, {"github": "-bad-"}, {"github": "good", "email": "a@b.example"}, {"profile": "nowhere"}]),
            min_size=1, max_size=3,
        ),
        "links": st.fixed_dictionaries({"talk": st.sampled_from(["https://x.example/", "gopher://x.example"])}),
        "terms": st.just([{"start": "2025-1-5", "end": "2024-01-01"}, {"start": "2024-01-01", "end": "2023-01-01"}]),
    },
)  # fmt: skip


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    names = ["Alder", "Birch", "Cedar", "Douglas", "Elm"][: draw(st.integers(1, 5))]
    roster = []
    for name in names:
        entry = draw(FAULTY)
        entry["website"] = entry["website"].format(name.lower())
        roster.append({"name": name, **entry})
    return roster


@settings(max_examples=40, deadline=None)
@given(roster=rosters(), data=st.data())
def test_moving_reformatting_and_renaming_bring_nothing_in(
    roster: Roster, data: st.DataObject
) -> None:
    changed = data.draw(st.permutations(roster))
    changed = [
        {**each, **({"contacts": data.draw(st.permutations(each["contacts"]))} if "contacts" in each else {})}
        for each in changed
    ]  # fmt: skip
    renamed = data.draw(st.sampled_from(changed))["name"]
    changed = [{**each, "name": f"{renamed} Group"} if each["name"] == renamed else each for each in changed]  # fmt: skip
    text = written(
        changed,
        sort_keys=data.draw(st.booleans()),
        default_flow_style=data.draw(st.booleans()),
        width=data.draw(st.sampled_from([20, 80, 1_000])),
        default_style=data.draw(st.sampled_from([None, '"'])),
    )
    report = judged(roster, text)
    assert [(each.rule, each.entry, each.message) for each in brought_in(report)] == []
    assert exit_status(report, "warning") == 0
    assert f"renames {renamed} to {renamed} Group" in report.changes["partners"]


@settings(max_examples=20, deadline=None)
@given(roster=rosters())
def test_a_new_entry_brings_its_own_faults_in(roster: Roster) -> None:
    new = {"name": "Aaa Newcomer", "website": "ftp://new.example/"}
    report = judged(roster, [new, *roster])
    assert {(each.rule, each.entry) for each in brought_in(report)} == {("website-form", "Aaa Newcomer")}  # fmt: skip


def test_whoever_changes_a_value_answers_for_it() -> None:
    before = [{"name": "Fir", "website": "ftp://fir.example/", "tier": "gold"}]
    kept = judged(before, [{**before[0], "tier": "silver"}])
    assert brought_in(kept) == []
    changed = judged(before, [{**before[0], "website": "ftp://elsewhere.example/"}])
    assert [each.rule for each in brought_in(changed)] == ["website-form"]


def test_a_logo_that_was_exchanged_is_judged_anew(tmp_path: Path) -> None:
    policy = "roster: partners.yaml\nlogos: logos\n"
    script = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>{}</script></svg>\n'
    roots = []
    for which, words in (("before", "a()"), ("same", "a()"), ("other", "b()")):
        root = community(tmp_path / which, "- {name: Fir, logo: fir.svg}\n", policy)
        (root / "logos").mkdir()
        (root / "logos" / "fir.svg").write_text(script.format(words), encoding="utf-8")
        roots.append(root)
    same, other = (run(Options(root, today=TODAY), Comparison(roots[0])) for root in roots[1:])
    assert brought_in(same) == []
    assert "svg-script" in {each.rule for each in brought_in(other)}


def test_a_finding_about_two_is_the_newcomers() -> None:
    new = {**FIR, "name": "Aaa", "website": "https://fir.example"}
    report = judged([FIR], [new, FIR])
    (finding,) = brought_in(report)
    assert (finding.rule, finding.entry, finding.place.line) == ("duplicate-website", "Aaa", 2)


def test_an_old_pair_stays_old_when_a_third_comes() -> None:
    twin = {**FIR, "name": "Zed", "website": "https://fir.example"}
    new = {**FIR, "name": "Aaa", "website": "http://fir.example/"}
    report = judged([FIR, twin], [new, FIR, twin])
    pairs = [(each.entry, each.already_there) for each in report.findings if each.rule == "duplicate-website"]  # fmt: skip
    assert pairs == [("Aaa", False), ("Zed", True)]


def test_a_sum_is_brought_in_by_whoever_adds_to_it() -> None:
    policy = "roster: partners.yaml\nrules: {unsorted: off, seats-exceeded: {seats: 1}, too-many-entries-changed: off}\n"
    one, two = ambassador("Ada", "2027-09-19"), ambassador("Bo", "2027-09-19")
    early = {"name": "Cy", "terms": [{"start": "2025-01-01", "end": "2027-09-19"}]}
    more = judged([one, two], [early, one, two], policy)
    assert [(each.rule, each.entry) for each in brought_in(more)] == [("seats-exceeded", "Cy")]
    assert brought_in(judged([one, two, early], [one, early], policy)) == []
    assert brought_in(judged([one, two], [two, one], policy)) == []


def test_findings_on_a_change_are_never_old() -> None:
    before: Roster = [FIR, OAK, ELM, ASH]
    proposed = PullRequest(1, "octo-example", 5, "b" * 40)
    report = judged(before, [FIR], pull_request=proposed, files=())
    (finding,) = (each for each in report.findings if each.rule == "mass-removal")
    assert finding.counts
    assert report.changes["partners"] == tuple(f"removes {n}" for n in ("Oak", "Elm", "Ash"))  # fmt: skip


def test_without_an_older_state_rules_on_changes_say_that_they_did_not_look(tmp_path: Path) -> None:
    report = run(Options(community(tmp_path, "- name: Fir\n"), today=TODAY))
    assert report.skipped["too-many-entries-changed"] == "nothing to compare with"
    assert report.skipped["mass-removal"] == "nothing to compare with"
    assert report.skipped["path-out-of-scope"] == "the files of a change are not known"
    assert report.changes == {}


@pytest.mark.parametrize(("before", "after"), [("- name: [\n", [FIR]), ([FIR], "- name: [\n")])
def test_a_roster_that_could_not_be_read_is_not_compared(before: Any, after: Any) -> None:
    report = judged(before, after)
    assert report.changes == {}
    assert report.skipped["page-edited-by-hand"] == "nothing to compare with"


def test_a_report_says_what_the_change_does() -> None:
    report = judged([FIR, OAK], [FIR, OAK, {"name": "A *new* @one"}])
    assert report.changes == {"partners": ("adds A *new* @one",)}
    text = render(report, "text")
    assert text.startswith("What this change does:\n  adds A *new* @one\n\n")
    page = render(report, "markdown")
    assert "#### What this change does\n\n- adds A \\*new\\* " in page
    assert "@one" not in page
    assert read(render(report, "json")).changes == report.changes
    nothing = judged([FIR], [FIR])
    assert "  changes no entry\n" in render(nothing, "text")


@pytest.mark.parametrize("kind", ["same name", "all new", "reversed"])
def test_the_time_grows_with_the_roster(kind: str) -> None:
    def roster(number: int) -> str:
        if kind == "same name":
            return f"- {{name: Fir, tier: t{number % 7}, n: {number}}}"
        return f"- {{name: P{number} x{number * 7919}, tier: gold}}"

    first = "\n".join(roster(number) for number in range(5_000))
    numbers = range(5_000, 10_000) if kind == "all new" else range(4_999, -1, -1)
    before, after = programme(first), programme("\n".join(roster(number) for number in numbers))
    started = time.process_time()
    change = understand(before, after)
    assert time.process_time() - started < 4
    assert len(change.same) == (0 if kind == "all new" else 5_000)
