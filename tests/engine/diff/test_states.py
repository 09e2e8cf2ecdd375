"""Two states of a community: what is compared, and what belongs to its rosters."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities import TODAY, community, loaded
from rollkeeper.engine.diff.states import Comparison, changes, subjects
from rollkeeper.model.change import FileStatus, PageChange, TouchedFile, TouchedFiles
from rollkeeper.pages import page_text

PAGE = "# Partners\n\n<!-- rollkeeper:begin partners -->\n{}<!-- rollkeeper:end partners -->\n"


def state(root: Path, first: str, second: str, page: str = "") -> Path:
    return community(
        root,
        second,
        "roster: partners.yaml\npage: PAGE.md\nlogos: partners/X\n",
        alders_yaml=first,
        policies__alders_yaml="roster: alders.yaml\n",
        PAGE_md=page,
    )


def test_a_roster_that_cannot_be_read_leaves_the_others_compared(tmp_path: Path) -> None:
    before = loaded(state(tmp_path / "before", "- name: [\n", "- name: Fir\n"))
    after = loaded(state(tmp_path / "after", "- name: Alder\n", "- name: Oak\n"))
    assert list(changes(before, after, lambda _: TODAY)) == ["partners"]


def test_a_changed_page_is_compared_with_what_it_is_to_be(tmp_path: Path) -> None:
    roster = "- name: Fir\n"
    old = PAGE.format("")
    before = loaded(state(tmp_path / "before", roster, roster, old))
    after = loaded(state(tmp_path / "after", roster, roster, PAGE.format("by hand\n")))
    change = changes(before, after, lambda _: TODAY)["partners"]
    new = PAGE.format("by hand\n")
    due = page_text(change.after, change.after.policy.pages[0], new, today=TODAY)
    assert change.pages == (PageChange("PAGE.md", old, new, due),)
    same = changes(before, before, lambda _: TODAY)["partners"]
    assert same.pages == ()


@pytest.mark.parametrize(
    ("path", "inside"),
    [("partners.yaml", True), ("PAGE.md", True), ("partners/X/a.svg", True), ("partners/X-on-dark/a.svg", True), ("partners/a.svg", False), ("alders.yaml", True)],
)  # fmt: skip
def test_rosters_pages_and_logos_are_the_scope(
    tmp_path: Path,
    path: str,
    inside: bool,  # noqa: FBT001 - a column of the table
) -> None:
    read = loaded(state(tmp_path, "- name: Alder\n", "- name: Fir\n"))
    files = (TouchedFile("partners.yaml", FileStatus.MODIFIED),)
    found = subjects({}, read.programmes, Comparison(files=files))
    touched = found["partners"][TouchedFiles][0]
    assert isinstance(touched, TouchedFiles)
    assert touched.in_scope(path) is inside
    assert found["alders"][TouchedFiles] == "the change touches no file of the roster"
