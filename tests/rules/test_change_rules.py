"""Rules about changes, where an example of one file cannot show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import TODAY, community, found
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, load_community, run
from rollkeeper.model.change import PullRequest
from rollkeeper.model.report import Report
from rollkeeper.pages import page_text

ROSTER = "- name: AI\n  website: https://ai.example/\n- name: Kubait\n  website: https://kubait.example/\n"
PAGE_POLICY = "roster: partners.yaml\npage: PARTNERS.md\n"
NOT_KNOWN = "it is not known whether the author may write to the repository"


def edited(tmp_path: Path, begin: str, end: str, old: str, new: str) -> Report:
    """Judge an edit of the generated part of a page between the given markers."""
    roots = [community(tmp_path / which, ROSTER, PAGE_POLICY) for which in ("before", "after")]
    (programme,) = load_community(Options(roots[0])).programmes
    page = page_text(programme, f"# Ours\n\n{begin}\n{end}\n", today=TODAY)
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
