"""Where lists of members are read, and what is said where they are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from communities import community
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, run
from rollkeeper.model.limits import MAX_MEMBER_HINTS
from rollkeeper.model.report import Report
from rollkeeper.probes.web import fetching

TODAY = date(2026, 11, 21)
RULE = "not-a-member"
AT = "https://lists.example/members.json"
Made = Callable[..., Path]


def made(folder: Path, roster: str, members: str, text: str | None = None) -> Path:
    root = community(folder, roster, f"roster: partners.yaml\nmembers: {members}\n")
    if text is not None:
        (root / "list.yaml").write_text(text, encoding="utf-8")
    return root


def check(root: Path, *, offline: bool = True, before: Path | None = None) -> Report:
    options = Options(root, today=TODAY, offline=offline, families=("members",))
    return run(options, Comparison(before=before))


def messages(report: Report) -> list[str]:
    return [finding.message for finding in report.findings if finding.rule == RULE]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "list.yaml cannot be read: No such file or directory"),
        ("", "line 1: "),
        ("other: []\n", "it has no name as `name`; correct `entries` or `field`"),
    ],
)
def test_a_file_that_cannot_be_used_is_the_policys_fault(
    tmp_path: Path, text: str | None, why: str
) -> None:
    report = check(made(tmp_path, "- name: Fir\n", "{file: list.yaml}", text))
    [finding] = report.findings
    assert finding.message.startswith("the list of members list.yaml cannot be used: ")
    assert why in finding.message
    assert (finding.path, finding.place.line) == ("policies/partners.yaml", 2)


def test_a_list_behind_a_link_is_not_read(tmp_path: Path) -> None:
    root = made(tmp_path / "c", "- name: Fir\n", "{file: list.yaml}")
    (tmp_path / "secret.yaml").write_text("- Fir\n", encoding="utf-8")
    (root / "list.yaml").symlink_to(tmp_path / "secret.yaml")
    [said] = messages(check(root))
    assert "links are not followed" in said


def test_people_are_compared_by_their_organisation(tmp_path: Path) -> None:
    roster = (
        "- {name: Ada, organisation: Alder}\n- {name: Bo, organisation: Birch}\n- {name: Cy}\n"
        "- {name: Di, organisation: Nobody, status: alumni}\n"
    )
    root = made(tmp_path / "a", roster, "{file: list.yaml}", "[Alder]\n")
    assert messages(check(root)) == [
        "`Birch` is not on the list of members (list.yaml); correct the name, or have it added there"
    ]
    root = made(tmp_path / "b", roster, "{file: list.yaml, role: name}", "[Ada, Bo, Cy]\n")
    assert messages(check(root)) == []


def test_a_list_at_an_address_is_read_only_where_websites_are_visited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetched(url: str) -> bytes:
        asked.append(url)
        return b'["Alder"]'

    monkeypatch.setattr(fetching, "fetch", fetched)
    root = made(tmp_path / "now", "- name: Fir\n", f"{{url: '{AT}'}}")
    before = made(tmp_path / "before", "- name: Fir\n", f"{{url: '{AT}'}}")
    offline, change = check(root), check(root, offline=False, before=before)
    assert (messages(offline), messages(change), asked) == ([], [], [])
    assert offline.skipped[RULE] == f"the list of members at {AT} is not read offline"
    assert change.skipped[RULE] == f"the list of members at {AT} is not read for a change"
    assert RULE not in {*offline.ran, *change.ran}
    assert len(messages(check(root, offline=False))) == 1
    assert asked == [AT]


def test_a_list_that_cannot_be_reached_is_said_and_is_no_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "fetch", lambda _: "it answers with status 404")
    report = check(made(tmp_path, "- name: Fir\n", f"{{url: '{AT}'}}"), offline=False)
    assert RULE not in report.ran
    assert report.skipped[RULE] == (
        f"the list of members at {AT} could not be read: it answers with status 404"
    )


def test_a_change_is_compared_with_the_same_list(tmp_path: Path) -> None:
    before = made(tmp_path / "before", "- name: Elm\n", "{file: list.yaml}", "[Alder]\n")
    root = made(tmp_path / "now", "- name: Elm\n- name: Fir\n", "{file: list.yaml}", "[Alder]\n")
    found = check(root, before=before).findings
    assert [(each.entry, each.already_there) for each in found] == [("Elm", True), ("Fir", False)]


def test_many_strangers_beside_a_long_list_are_told_in_time(tmp_path: Path) -> None:
    """Nearly the same name is searched for a limited number of times only."""
    roster = "".join(f"- name: Alder {'x' * 50}{n:04d}y\n" for n in range(200))
    names = "".join(f"- Alder {'x' * 50}{n:05d}\n" for n in range(5_000))
    said = messages(check(made(tmp_path, roster, "{file: list.yaml}", names)))
    assert len(said) == 200
    assert sum("did you mean" in each for each in said) <= MAX_MEMBER_HINTS


@pytest.mark.parametrize("name", ["x" * 60_000 + "(" * 300, " " * 60_000 + ")", "(" * 60_000, "()"])
def test_hostile_names_are_compared(tmp_path: Path, name: str) -> None:
    root = made(tmp_path, f"- name: '{name}'\n", "{file: list.yaml}", f"- '{name} (x)'\n- Fir\n")
    assert len(messages(check(root))) <= 1
