"""Rules about changes, where an example of one file cannot show it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import pytest

from communities import TODAY, community, found
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, load_community, run
from rollkeeper.model.change import PullRequest
from rollkeeper.model.report import Report
from rollkeeper.pages import page_text
from rollkeeper.rules.changes import REMOVAL_LABEL

ROSTER = "- name: AI\n  website: https://ai.example/\n- name: Kubait\n  website: https://kubait.example/\n"
PAGE_POLICY = "roster: partners.yaml\npage: PARTNERS.md\n"
NOT_KNOWN = "it is not known whether the author may write to the repository"


def edited(tmp_path: Path, begin: str, end: str, old: str, new: str) -> Report:
    """Judge an edit of the generated part of a page between the given markers."""
    roots = [community(tmp_path / which, ROSTER, PAGE_POLICY) for which in ("before", "after")]
    (programme,) = load_community(Options(roots[0])).programmes
    made = f"# Ours\n\n{begin}\n{end}\n"
    page = page_text(programme, programme.policy.pages[0], made, today=TODAY)
    assert page.count(old) == 1
    for root, text in zip(roots, (page, page.replace(old, new)), strict=True):
        (root / "PARTNERS.md").write_text(text, encoding="utf-8")
    return run(Options(roots[1], today=TODAY), Comparison(roots[0]))


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("<!-- rollkeeper:begin partners -->", "<!-- rollkeeper:end partners -->"),
        ("<!--rollkeeper:begin partners-->", "<!--rollkeeper:end partners-->"),
        ("<!--  rollkeeper:begin   partners  -->", "<!-- \trollkeeper:end partners -->"),
    ],
)
def test_an_edit_is_found_however_the_markers_are_spaced(
    tmp_path: Path, begin: str, end: str
) -> None:
    report = edited(tmp_path, begin, end, "https://kubait.example/", "https://kubait.example/new")
    (finding,) = found(report, "page-edited-by-hand")
    assert "change `Kubait` in partners.yaml, line 3" in finding.message


def test_a_name_inside_of_another_word_is_not_meant(tmp_path: Path) -> None:
    begin, end = "<!-- rollkeeper:begin partners -->", "<!-- rollkeeper:end partners -->"
    old, new = "[Kubait](<https://kubait.example/>)", "[Kubaitland](<https://else.example/>)"
    deleted, written = found(edited(tmp_path, begin, end, old, new), "page-edited-by-hand")
    assert written.message.endswith("revert the edit and change partners.yaml")
    assert "change `Kubait` in partners.yaml, line 3" in deleted.message


def proposed(tmp_path: Path, *, may_write: bool | None) -> Report:
    """Judge a change of an entry by someone who is not its contact."""
    policy = "roster: partners.yaml\nrules: {entry-not-yours: {enabled: true}}\n"
    before = community(tmp_path / "before", "- {name: Fir, contact: {github: fir-lead}}\n", policy)
    after = community(
        tmp_path / "after", "- {name: Fir, contact: {github: fir-lead}, tier: gold}\n", policy
    )
    author = PullRequest(1, "octo-example", 5, "b" * 40, author_may_write=may_write)
    return run(Options(after, today=TODAY), Comparison(before, author, files=()))


def test_an_author_who_may_write_is_not_reported(tmp_path: Path) -> None:
    report = proposed(tmp_path, may_write=True)
    assert found(report, "entry-not-yours") == []
    assert "entry-not-yours" in report.ran


def test_an_author_who_may_not_write_is_reported(tmp_path: Path) -> None:
    report = proposed(tmp_path, may_write=False)
    (finding,) = found(report, "entry-not-yours")
    assert "who is not its contact (`fir-lead`)" in finding.message


def test_where_it_is_not_known_who_may_write_no_one_is_reported_and_the_report_says_so(
    tmp_path: Path,
) -> None:
    report = proposed(tmp_path, may_write=None)
    assert found(report, "entry-not-yours") == []
    assert report.skipped["entry-not-yours"] == NOT_KNOWN
    assert "mass-removal" in report.ran


NAMES = tuple(f"Alder {number}" for number in range(6))


def removal(
    tmp_path: Path,
    gone: Sequence[str],
    *,
    labels: tuple[str, ...] = (),
    approved: Sequence[str] = (),
) -> Report:
    """Judge a pull request that removes entries; `approved` are those that were approved."""
    keys = [removed_keys(tmp_path / f"approved-{each}", [each]) for each in approved]
    return _removal(tmp_path / "judged", gone, labels, frozenset(chain.from_iterable(keys)))


def _removal(
    folder: Path, gone: Sequence[str], labels: tuple[str, ...], approved: frozenset[str]
) -> Report:
    folder.mkdir(parents=True)
    policy = "roster: partners.yaml\n"
    texts = (
        "".join(f"- name: {each}\n" for each in NAMES if each not in out) for out in ((), gone)
    )
    before, after = (
        community(folder / which, text, policy)
        for which, text in zip(("before", "after"), texts, strict=True)
    )
    author = PullRequest(1, "octo-example", 5, "b" * 40, labels, approved=approved)
    return run(Options(after, today=TODAY), Comparison(before, author, files=()))


def removed_keys(folder: Path, gone: Sequence[str]) -> tuple[str, ...]:
    return _removal(folder, gone, (), frozenset()).removals


def test_a_few_entries_may_go_without_approval(tmp_path: Path) -> None:
    assert found(removal(tmp_path, NAMES[:2]), "mass-removal") == []
    (finding,) = found(removal(tmp_path / "more", NAMES[:3]), "mass-removal")
    assert "without the label `rollkeeper: removal approved`" in finding.message


def test_an_approval_is_for_the_entries_that_were_listed(tmp_path: Path) -> None:
    label = (REMOVAL_LABEL.upper(),)
    report = removal(tmp_path, NAMES[:3], labels=label, approved=NAMES[:4])
    assert found(report, "mass-removal") == []


def test_an_approval_covers_no_other_entry(tmp_path: Path) -> None:
    report = removal(tmp_path, NAMES[:4], labels=(REMOVAL_LABEL,), approved=NAMES[1:4])
    (finding,) = found(report, "mass-removal")
    assert "was not added for 1 of them: `Alder 0`" in finding.message


def test_without_the_label_what_was_approved_no_longer_counts(tmp_path: Path) -> None:
    (finding,) = found(removal(tmp_path, NAMES[:3], approved=NAMES), "mass-removal")
    assert "without the label" in finding.message


def test_very_many_removals_are_approved_all_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollkeeper.model.change.MOST_REMOVAL_KEYS", 3)
    (key,) = removed_keys(tmp_path / "keys", NAMES[:4])
    label = (REMOVAL_LABEL,)
    same = _removal(tmp_path / "same", NAMES[:4], label, frozenset({key}))
    assert found(same, "mass-removal") == []
    more = _removal(tmp_path / "more", NAMES[:5], label, frozenset({key}))
    assert found(more, "mass-removal")
